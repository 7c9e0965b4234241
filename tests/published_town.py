"""A site with all that is published besides items: editions, where they went, a repealed law, notices, banners."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from mianzheng import publishing
from mianzheng.editions.freezing import Release
from mianzheng.local.releasing import Notice as Channel
from mianzheng.local.releasing import announce, release
from mianzheng.model import CertificateItem
from mianzheng.publishing import sound_catalog
from mianzheng.views.live import Interim, Notice, NoticeItem, NoticeLine, ProposalState
from tests.alterations import alter
from tests.conftest import NOW

PLACE, LAW, NEW_LAW = "test-boshan", "lb-m9s34g", "lb-5v37ej"
PAGES = {
    "edition": f"{PLACE}/editions/2026-H2/",
    "edition-corrected": f"{PLACE}/editions/2026-H1/",
    "editions": f"{PLACE}/editions/",
    "list-registered": "test-fangxian/lists/cancel/",
    "list-of-services": "test-qingshen/lists/township/",
    "list-with-reasons": "test-qingshen/lists/offline_reasons/",
    "list-of-levels": f"{PLACE}/lists/implementation/",
    "list-in-phases": "test-wuhai/lists/item_list/",
    "service-not-on-line": "test-qingshen/services/sv-z04sx5/",
    "service-of-a-township": "test-qingshen/services/sv-2kzq4b/",
    "advice": "test-qingshen/advice/",
    "service-with-advice": "test-qingshen/services/sv-182vyt/",
    "law-repealed": f"legal-bases/{LAW}/",
    "notices": "notices/",
    "notice-running": "notices/demo-x-TZ-2026-0001/",
    "comment-running": "notices/demo-x-TZ-2026-0002/",
    "notice-over": "notices/demo-x-TZ-2026-0003/",
    "home": "",
    "changes": "changes/",
}
"""What each page is → where it lies."""


def site(catalog: Path, shells: Path, out: Path) -> Path:
    """Build it from a test catalog that may be changed; returns the folder. The live files lie beside it."""
    _release(catalog)
    articles = {"第十一条": "第十三条", "第十一条第（三）项": ""}
    repeal = {"on": "2026-11-20", "by": "测试新法", "article": "第六十条", "successor": NEW_LAW, "articles": articles}
    alter(catalog, {"file": f"legal-bases/{LAW}.yaml", "set": {"repealed": repeal}})
    live = out.with_name("live")
    live.mkdir()
    loaded = sound_catalog(catalog, NOW[:10])
    items = [item for item in loaded.places[PLACE].items.values() if item.status == "active"]
    for name, rows in _live(items, loaded.places[PLACE].place.name).items():
        (live / f"{name}.json").write_text(json.dumps(msgspec.to_builtins(rows), ensure_ascii=False), "utf-8")
    publishing.publish(publishing.setting(catalog=catalog, out=out, shells=shells, now=NOW, live=str(live)))
    return out


def _release(catalog: Path) -> None:
    """Two half-years, the first corrected; the last one published in part; a list without editions on the portal."""
    for edition, day, number in (
        ("2026-H1", "2026-06-30", "测政发〔2026〕1号"), ("2026-H1-r1", "2026-07-06", ""), ("2026-H2", "2026-11-24", "")
    ):  # fmt: skip
        if edition == "2026-H2":
            item = {"place": PLACE, "method": "share", "status": "active"}
            alter(catalog, {"item": item, "set": {"note": "只收原件。"}})
        release(catalog, sound_catalog(catalog, day), PLACE, Release(edition, day, day, number))
    for place, edition, code in ((PLACE, "2026-H2", ""), ("test-fangxian", "", "cancel")):
        home = sound_catalog(catalog, NOW[:10]).places[place]
        announce(catalog, home, Channel(edition, "portal", "2026-11-25", "https://example.invalid/list", code))


def _live(items: list[CertificateItem], place: str) -> dict[str, list[Any]]:
    title = "“测试证明”（测试社会救助，含“特殊家庭” <b>；其他情形）"
    lines = (
        NoticeLine(label="状态", was="已列入清单", now="已取消"),
        NoticeLine(label="备注", was="（空）", now="停用"),
    )

    def notice(number: int, **more: Any) -> Notice:
        item = items[number]
        given: dict[str, Any] = {
            "id": f"demo-x-TZ-2026-000{number}",
            "title": f"取消{title}",
            "body": "测试民政局",
            "place": place,
            "place_id": PLACE,
            "number": f"TZ-2026-000{number}",
            "item": item.id,
            "was": "已列入清单",
            "now": "已取消",
            "since": "2026-11-20",
            "last_day": "2026-12-01",
            "open": True,
            "items": (NoticeItem(title=title, id=item.id, lines=lines), NoticeItem(title="一条新的", lines=lines)),
            "why": "换了管理办法，窗口自己核实。",
            "decides": "区政府审定",
        }
        return Notice(**given | more)

    return {
        "notices": [
            notice(1, received=3, waiting=1, taken=1, project=True),
            notice(2, kind="comment", decides=""),
            notice(3, open=False, ended=True, outcome="已经公布实行。", last_day="2026-11-23"),
        ],
        "interims": [Interim(item=items[4].id, since="2026-11-20", method="部门核验")],
        "proposals": [ProposalState(id="p1", item=items[5].id, kind="change", state="under_study", label="研究中")],
    }
