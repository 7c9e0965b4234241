"""From a catalog folder to a written site: what `make site`, `make serve` and the generator's hook have in common."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from mianzheng.catalog_files.cache import without_collection
from mianzheng.catalog_files.checking import sound_folder
from mianzheng.catalog_files.schema import schema_files
from mianzheng.clock import SHANGHAI, shanghai_day
from mianzheng.errors import BadArgument
from mianzheng.keeping import answers_kept
from mianzheng.model import Catalog, Finding
from mianzheng.site.build import build
from mianzheng.site.marks import PROGRAM
from mianzheng.site.setting import DEFAULT_URL, Setting
from mianzheng.site.stamping import Summary

ANSWERS = Path("build/cache/answers.bin")
"""Where builds keep how names are pronounced."""
MODES = ("demonstration", "operating")


def setting(
    *,
    catalog: Path,
    out: Path,
    shells: Path,
    now: str = "",
    as_of: str = "",
    base_url: str = "",
    live: Path | str | None = None,
    static_redirects: bool = False,
) -> Setting:
    """A build's setting from arguments and environment. Raises BadArgument naming everything unusable.

    `now` is an instant (default: the present), `as_of` the Shanghai day whose list is shown (default: that of `now`).
    """
    instant = now or datetime.datetime.now(SHANGHAI).isoformat(timespec="seconds")
    day = shanghai_day(instant)
    url = base_url or os.environ.get("MIANZHENG_PUBLIC_URL", DEFAULT_URL)
    mode = os.environ.get("MIANZHENG_DEPLOYMENT", MODES[0])
    problems = []
    if not day:
        problems.append(f"--now {now} 不是时间，请写成 2026-11-25T09:00:00+08:00")
    if as_of and not shanghai_day(as_of):
        problems.append(f"--as-of {as_of} 不是日期，请写成 2026-11-25")
    if not catalog.is_dir():
        problems.append(f"找不到清单文件夹：{catalog}")
    if not url.startswith(("http://", "https://")):
        problems.append(f"网站地址 {url} 要以 http:// 或 https:// 开头")
    if isinstance(live, str) and not live.startswith(("http://", "https://")):
        live = Path(live)
    if mode not in MODES:
        problems.append(f"MIANZHENG_DEPLOYMENT={mode} 不认识；可选：{'、'.join(MODES)}")
    if problems:
        raise BadArgument(*problems)
    return Setting(
        catalog=catalog,
        out=out,
        shells=shells,
        day=shanghai_day(as_of) or day,
        base_url=url.rstrip("/") + "/",
        demonstration=mode == MODES[0],
        live=live,
        static_redirects=static_redirects,
    )


def publish(chosen: Setting, keep: list[Catalog] | None = None) -> tuple[Summary, list[Finding]]:
    """Check the catalog, stamp the site. Returns what was written and the findings below error.

    Raises CatalogHasErrors, ShellError, LiveUnreadable, SiteNotWritten; the last good site stays then. In operating
    mode every served place needs an operator: BadArgument otherwise. The catalog is put into `keep`.
    """
    with without_collection():
        loaded, findings = sound_folder(chosen.catalog, chosen.day)
        if not chosen.demonstration:
            homes = loaded.catalog.places.values()
            if lacking := [home.place.name for home in homes if home.place.operator is None]:
                raise BadArgument(f"正式运行的地区要写明主办单位（place.yaml 的 operator）：{'、'.join(lacking)}")
        if keep is not None:
            keep.append(loaded.catalog)
        with answers_kept(ANSWERS, PROGRAM):
            return build(loaded.catalog, chosen, dict(schema_files())), findings


def sound_catalog(folder: Path, day: str) -> Catalog:
    """The catalog of a folder, judged on a Shanghai day. Raises CatalogNotFound, CatalogHasErrors."""
    return sound_folder(folder, day)[0].catalog
