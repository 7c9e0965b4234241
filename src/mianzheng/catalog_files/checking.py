"""The whole check of a catalog folder, as `scripts/check.py`, CI and the review report use it."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mianzheng.catalog_files import canonical
from mianzheng.catalog_files.cache import without_collection
from mianzheng.catalog_files.loading import Loaded, Progress
from mianzheng.catalog_files.repository import FolderCatalogRepository, repository_of
from mianzheng.catalog_files.verdicts import judged
from mianzheng.changes import affected_files, forbidden_changes
from mianzheng.errors import CatalogHasErrors, CatalogNotFound
from mianzheng.model import Finding
from mianzheng.rules import Examination, judge


@dataclass(frozen=True)
class Order:
    """What to check: the folder, the Shanghai day, and how much of it."""

    folder: Path
    today: str
    place: str = ""
    base: str = ""
    cache: Path | None = None


def cache_file(folder: Path) -> Path:
    """Where readings of a folder are kept between runs: outside the catalog, in the project's build folder."""
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    return Path("build/cache") / f"catalog-{name}.bin"


def check_folder(order: Order, progress: Progress | None = None) -> tuple[Loaded, list[Finding]]:
    """All findings, located and sorted. Raises CatalogNotFound."""
    with without_collection():
        loaded, findings = _judged(order, progress)
        return loaded, loaded.located(findings)


def sound_folder(folder: Path, today: str) -> tuple[Loaded, list[Finding]]:
    """A folder's catalog without errors, and what else was found: to be counted, not shown, so nobody looks for lines
    (which means reading every file in question once more).

    Raises CatalogNotFound; CatalogHasErrors with its errors located and sorted.
    """
    with without_collection():
        loaded, findings = _judged(Order(folder, today, cache=cache_file(folder)))
        if errors := [one for one in findings if one.level == "error"]:
            raise CatalogHasErrors(loaded.located(errors))
        return loaded, findings


def _judged(order: Order, progress: Progress | None = None) -> tuple[Loaded, list[Finding]]:
    repository = FolderCatalogRepository(order.folder, cache=order.cache)
    loaded = repository.load(progress=progress)
    changed = changed_files(order.folder, order.base) if order.base else None
    run = Examination(loaded.catalog, order.today, changed)
    if order.cache and changed is None:
        findings = loaded.findings + judged(order.cache, loaded.readings, run)
    else:
        findings = loaded.findings + judge(run).findings
    if changed is not None:
        before = repository.load(order.base).catalog
        findings += forbidden_changes(before, loaded.catalog)
        touched = affected_files(loaded.catalog, changed) | affected_files(before, changed)
        findings = [one for one in findings if one.file in touched]
    if order.place:
        findings = [one for one in findings if _concerns(one, order.place, loaded)]
    return loaded, findings


def _concerns(one: Finding, place: str, loaded: Loaded) -> bool:
    home = loaded.catalog.places.get(place)
    profile = f"profiles/{home.place.profile}.yaml" if home else ""
    return one.file.startswith(f"places/{place}/") or one.file == profile


def changed_files(folder: Path, base: str) -> set[str]:
    """Catalog files that differ from a commit, uncommitted and untracked ones included. Raises CatalogNotFound."""
    repository, inside = repository_of(folder)
    names: set[str] = set()
    for command in (
        ["diff", "--name-only", "--no-renames", "-z", "--end-of-options", base],
        ["ls-files", "--others", "--exclude-standard", "-z"],
    ):
        done = subprocess.run(
            ["git", "-C", str(repository), *command, "--", inside],
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        if done.returncode:
            raise CatalogNotFound(f"无法和 {base} 比较：找不到这个提交")
        names.update(filter(None, done.stdout.split("\0")))
    return {name[len(inside) + 1 :] for name in names if name.endswith(".yaml")}


def fix_folder(loaded: Loaded, findings: Iterable[Finding], folder: Path) -> list[str]:
    """Write the readable records that `findings` complain of in canonical form; returns what was rewritten.

    Files with comments are left alone: rewriting would lose what somebody wrote.
    """
    findings = list(findings)
    wanted = {one.file for one in findings if _fixable(one)}
    keep = {one.file for one in findings if one.code == "yaml-not-canonical" and "批注" in one.message}
    written = []
    for path in sorted(wanted - keep):
        record = loaded.records.get(path)
        if record is not None:
            target = folder / path
            fresh = target.with_name(f".{target.name}.fresh")
            fresh.write_text(canonical.dump(record), encoding="utf-8", newline="\n")
            fresh.replace(target)
            written.append(path)
    return written


def _fixable(one: Finding) -> bool:
    return one.code == "yaml-not-canonical" or (one.code == "yaml-encoding" and "Windows" in one.message)
