"""The acceptance scenarios of adjustments and review that need no store (tests/scenarios/adjustment.yaml)."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest
import yaml

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import day_of
from mianzheng.model import Catalog, Profile
from mianzheng.ports.forge import Approval
from mianzheng.proposals.chains import Facts, Notice, chain_of, missing, standing
from mianzheng.proposals.fields import application_from
from mianzheng.proposals.forms import ItemWish
from mianzheng.proposals.milestones import Submission, initial_order, timeliness
from mianzheng.proposals.origins import begun
from mianzheng.proposals.target import target_sentence
from tests.conftest import ROOT
from tests.proposal_forms import complete, examined, home_of, listed, seven_working_days, working_days_after

SCENARIOS = yaml.safe_load((ROOT / "tests" / "scenarios" / "adjustment.yaml").read_text("utf-8"))
HEAD = "a" * 40


def profile_of(catalog: Catalog, place: str) -> Profile:
    profile = home_of(catalog, place).profile
    assert profile is not None
    return profile


def due(case: dict[str, Any], catalog: Catalog) -> None:
    found = timeliness(profile_of(catalog, case["place"]), "unit", case["trigger"], [], seven_working_days)
    assert (found.due, found.came, found.late) == (case["expect"]["due"], "", False)


def came(case: dict[str, Any], catalog: Catalog) -> None:
    sent = [
        Submission(on=day_of(datetime.datetime.fromisoformat(one["at"])), valid=one["valid"])
        for one in case["submissions"]
    ]
    profile = profile_of(catalog, case["place"])
    found = timeliness(profile, case.get("initiator", "unit"), case["trigger"], sent, seven_working_days)
    assert {name: getattr(found, name) for name in case["expect"]} == case["expect"]
    assert ("晚于期限" in found.sentence) == case["expect"]["late"]


def refused(case: dict[str, Any], catalog: Catalog) -> None:
    application = complete(catalog, case["place"], case["type"], **case["change"])
    if "version" in case:
        items = (ItemWish(item=listed(catalog, case["place"], "verify").id, version=case["version"]),)
        application = msgspec.structs.replace(application, items=items)
    assert sorted(examined(application, catalog).problems) == case["expect"]


def facts(case: dict[str, Any], catalog: Catalog) -> Facts:
    bodies = () if case.get("initiator") == "office" else (listed(catalog, case["place"]).requesting_body,)
    escalated = case.get("escalated", False)
    return Facts(place=case["place"], type="change", bodies=bodies, subject="zhang", escalated=escalated)


def gate(case: dict[str, Any], catalog: Catalog) -> None:
    given = [
        Approval(
            role=one["role"],
            subject=one["subject"],
            commit=one.get("commit", HEAD),
            at=datetime.datetime.fromisoformat(one.get("at", f"{case['day']}T09:00:00+08:00")),
        )
        for one in case["approvals"]
    ]
    told = facts(case, catalog)
    lacks = missing(catalog, told, given, HEAD, case["day"])
    assert len(lacks) == len(case["expect"]), lacks
    assert all(words in lack for words, lack in zip(case["expect"], lacks, strict=True)), lacks
    if "filed" in case:
        (filing,) = standing(chain_of(catalog, told), told, given, HEAD, case["day"])
        assert (filing.step.kind, filing.step.role, filing.done_on) == ("file", "bureau", case["filed"])


def objection(case: dict[str, Any], catalog: Catalog) -> None:
    place = home_of(catalog, case["place"]).place
    item = listed(catalog, case["place"])
    type, fields = begun("suggestion", "YJ-2026-0001", item.id)
    own = {"place": place.id, "type": type, "initiator": "office", "applicant": place.offices["bureau"]}
    draft, _ = application_from(fields, {**own, "applied_on": case["day"]})
    assert (draft.initiator, draft.items[0].item, draft.suggestion) == ("office", item.id, "YJ-2026-0001")
    assert not {"applicant", "initiator"} & set(examined(draft, catalog, case["day"]).problems)


def initial(case: dict[str, Any], catalog: Catalog) -> None:
    found = initial_order(profile_of(catalog, case["place"]), case["done"])
    assert len(found) == len(case["expect"]), found
    assert all(words in sentence for words, sentence in zip(case["expect"], found, strict=True)), found
    assert all("顺序是" in sentence for sentence in found)


def ten_working_days(profile: Profile, start: str) -> str:
    return working_days_after(start, profile.review.target_days.value or 0)


def target(case: dict[str, Any], catalog: Catalog) -> None:
    profile = profile_of(catalog, case["place"])
    said = target_sentence(profile, ten_working_days(profile, case["submitted"]), case["day"])
    assert all(words in said for words in case["expect"]["has"]), said
    assert not any(words in said for words in case["expect"]["lacks"]), said


def notice(case: dict[str, Any], catalog: Catalog) -> None:
    open_until = Notice(from_="2026-04-30", until=case["until"])
    for instant, counts in case["objections"].items():
        assert open_until.takes(day_of(datetime.datetime.fromisoformat(instant))) == counts
    stopped = Facts(
        place="test-fangxian",
        type="cancel",
        notice=msgspec.structs.replace(open_until, objections=("一条异议",)),
    )
    assert any("异议还有 1 条" in lack for lack in missing(catalog, stopped, [], HEAD, "2026-05-14"))


PLAYERS = {f.__name__: f for f in (due, came, refused, gate, objection, initial, target, notice)}


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c['id']} {c['title']}") for c in SCENARIOS])
def test_the_scenario_ends_as_required(case: dict[str, Any], loaded: Loaded) -> None:
    PLAYERS[case["run"]](case, loaded.catalog)


@pytest.mark.carries("adjustment", "YY-ADJ-09-1", "BS-ADJ-09-1", where="mianzheng.proposals.milestones:timeliness")
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_seven_working_days_bind_the_units_of_both_places(place: str, loaded: Loaded) -> None:
    profile = profile_of(loaded.catalog, place)
    for day, late in (("2024-10-12", False), ("2024-10-13", True)):
        sent = [Submission(on=day, valid=True)]
        assert timeliness(profile, "unit", "2024-09-27", sent, seven_working_days).late == late
    assert timeliness(profile, "office", "2024-09-27", sent, seven_working_days).due == ""


@pytest.mark.carries(
    "review",
    "BS-PL-3-1-1f", "BS-PL-3-1-2a", "BS-PL-3-1-2b", "BS-PL-4-2a",
    where="mianzheng.proposals.milestones:initial_order",
)  # fmt: skip
def test_a_first_list_of_boshan_goes_from_comment_to_justice_to_compiling_to_the_government(loaded: Loaded) -> None:
    profile = profile_of(loaded.catalog, "test-boshan")
    days = ["comment", "justice", "compile", "gov_approve", "publish"]
    good = {code: f"2021-04-0{i}" for i, code in enumerate(days, 1)}
    assert initial_order(profile, good) == []
    for before, after in pairwise(days):
        swapped = {**good, before: good[after], after: good[before]}
        assert initial_order(profile, swapped) != [], (before, after)
        assert initial_order(profile, {k: v for k, v in good.items() if k != before}) != [], before


@pytest.mark.carries(
    "review",
    "FX-5-1-1", "FX-5-2-1", "FX-5-2-2", "FX-6-2-3",
    where="mianzheng.proposals.milestones:initial_order",
)  # fmt: skip
def test_a_first_list_of_fangxian_goes_from_justice_to_confirming_to_the_government(loaded: Loaded) -> None:
    profile = profile_of(loaded.catalog, "test-fangxian")
    good = {"justice": "2021-05-09", "confirm": "2021-05-15", "gov_final": "2021-05-20", "publish": "2021-05-21"}
    assert initial_order(profile, good) == []
    for code in ("confirm", "gov_final"):
        assert initial_order(profile, {**good, code: "2021-05-08"}) != []
    assert "司法局审查" in initial_order(profile, {"confirm": "2021-05-15"})[0]


def test_a_target_is_said_of_places_that_have_one(loaded: Loaded) -> None:
    wuhai = profile_of(loaded.catalog, "test-wuhai")
    assert target_sentence(wuhai, "2026-01-19", "2026-03-01") == ""
