"""Applications for the test places: one that is complete for each place and type, to be changed by the case."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import chinese_calendar
import msgspec

from mianzheng.catalog_files.repository import InMemoryCatalogRepository
from mianzheng.model import Catalog, CertificateItem, PlaceCatalog, Profile
from mianzheng.model.ids import new_id
from mianzheng.proposals.examining import Examined, OpenProposal, examine
from mianzheng.proposals.forms import Application, CitedBasis, ItemWish

TODAY = "2026-11-25"
LAW, DECREE, NOTICE = "lb-m9s34g", "lb-3s3e29", "lb-5v37ej"
"""A law, a rule of a department and a normative document of the test catalog."""
PLACES = ("test-yiyuan", "test-boshan", "test-fangxian", "test-qingshen", "test-wuhai")
NEW_KIND = "kd-vmxxqe"
"""A kind that no item of the test places asks for."""
METHODS: Mapping[str, dict[str, Any]] = {
    "test-yiyuan": {"method": "share"},
    "test-boshan": {"method": "share"},
    "test-fangxian": {"method": "share"},
    "test-qingshen": {"method": "share"},
    "test-wuhai": {"method": "call", "call": {"system": "city_system"}},
}


def home_of(catalog: Catalog, place: str) -> PlaceCatalog:
    return catalog.places[place]


def listed(catalog: Catalog, place: str, method: str = "", nth: int = 0) -> CertificateItem:
    """An item of a place that is on the list, of a method where one is named, asked for by the civil affairs bureau."""
    home = home_of(catalog, place)
    found = [
        item
        for item in home.items.values()
        if item.status == "active"
        and (not method or item.versions[0].method == method)
        and "民政局" in home.bodies[item.requesting_body].name
    ]
    return found[nth]


def civil_affairs(catalog: Catalog, place: str) -> str:
    return next(body.id for body in home_of(catalog, place).bodies.values() if "民政局" in body.name)


def complete(catalog: Catalog, place: str, type: str, **changes: Any) -> Application:
    """An application without a problem; `changes` replace fields."""
    reasons = {"add": "A4_omitted", "change": "C9_other", "cancel": "X3_function_or_manner"}
    enabled = home_of(catalog, place).profile.adjust.reasons.value  # type: ignore[union-attr]
    reason = reasons[type] if enabled is None or reasons[type] in enabled else ""
    application = Application(
        place=place,
        type=type,  # type: ignore[arg-type]
        applicant=civil_affairs(catalog, place),
        applied_on=TODAY,
        ground="窗口实际在要，清单里没有写。",
        reason="" if enabled is None else reason,
        reason_text="按改革要求调整。",
        trigger_date="2026-11-20",
        legal_bases=(CitedBasis(basis=LAW, article="第十一条"),),
        items=(wish(catalog, place, type),),
        justification="不用再跑派出所。",
        element="材料清单",
        seal="2026年第12号函，已盖章",
        contact_post="政策法规科 0000-0000000",
    )
    return msgspec.structs.replace(application, **changes)


def wish(catalog: Catalog, place: str, type: str) -> ItemWish:
    """One item of a complete application."""
    item = listed(catalog, place)
    if type == "add":
        return ItemWish(
            kind=NEW_KIND,
            service=item.service,
            requesting_body=item.requesting_body,
            issuing_body=item.issuing_body,
            legal_bases=(CitedBasis(basis=LAW, article="第十一条第（三）项", requires="办理时交这样一份证明"),),
            version=METHODS[place],
            risk_assessed={"on": "2026-11-20", "by": item.requesting_body},
            explain="由单位自己核实，您不用去开。",
        )
    if type == "change":
        edit = {"field": "condition", "from": item.condition, "to": "申请人不在本地的，才要。"}
        return msgspec.convert({"item": item.id, "edits": [edit]}, ItemWish)
    return ItemWish(item=item.id)


def edited(item: CertificateItem, name: str, to: Any) -> ItemWish:
    """A change of one field of an item, made against what the list has now."""
    now = msgspec.to_builtins(item).get(name)
    return msgspec.convert({"item": item.id, "edits": [{"field": name, "from": now, "to": to}]}, ItemWish)


def examined(
    application: Application, catalog: Catalog, today: str = TODAY, open_proposals: tuple[OpenProposal, ...] = ()
) -> Examined:
    """The application examined as the workbench does it."""
    render = InMemoryCatalogRepository(catalog).render
    numbers = ids(catalog)
    return examine(application, catalog, today, new_id=numbers, render=render, open_proposals=open_proposals)


def ids(catalog: Catalog) -> Callable[[], str]:
    """A source of unused item ids."""
    used = set(catalog.files)

    def fresh() -> str:
        found = new_id("zm", used)
        used.add(found)
        return found

    return fresh


def seven_working_days(profile: Profile, trigger: str) -> str:
    """The due day by an independent calendar: the seventh working day after the cause."""
    length = profile.adjust.deadline.value
    return working_days_after(trigger, length.n) if length is not None else ""


def working_days_after(start: str, count: int) -> str:
    """The day on which `count` working days after `start` have gone by."""
    day = datetime.date.fromisoformat(start)
    while count:
        day += datetime.timedelta(days=1)
        count -= chinese_calendar.is_workday(day)
    return day.isoformat()
