"""Who must say yes in each place, in which order, and when a yes does not count."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.model import Catalog
from mianzheng.ports.forge import Approval
from mianzheng.proposals.chains import SET_BY_US, Facts, Notice, chain_of, missing, next_to_act, standing
from tests.proposal_forms import civil_affairs, home_of

HEAD, BEFORE = "a" * 40, "b" * 40
DAY = "2026-11-25"


@pytest.fixture(scope="module")
def catalog(loaded: Loaded) -> Catalog:
    return loaded.catalog


def yes(role: str, subject: str, hour: int = 9, commit: str = HEAD) -> Approval:
    return Approval(
        role=role, subject=subject, commit=commit, at=datetime.datetime(2026, 11, 25, hour, tzinfo=SHANGHAI)
    )


def facts(catalog: Catalog, place: str, type: str = "change", **given: Any) -> Facts:
    return Facts(place=place, type=type, **{"bodies": (civil_affairs(catalog, place),), "subject": "zhang", **given})  # type: ignore[arg-type]


def roles(catalog: Catalog, told: Facts) -> list[str]:
    return [step.role for step in chain_of(catalog, told)]


CHAINS = {
    ("test-yiyuan", "change"): ["joint_conference_office", "justice"],
    ("test-boshan", "cancel"): ["joint_conference_office", "justice"],
    ("test-fangxian", "change"): ["justice", "government"],
    ("test-fangxian", "cancel"): ["justice", "notice", "government"],
    ("test-qingshen", "change"): ["centre"],
    ("test-wuhai", "add"): ["bureau"],
}


@pytest.mark.parametrize(("place", "type"), CHAINS)
def test_each_profile_has_its_own_way(catalog: Catalog, place: str, type: str) -> None:
    assert roles(catalog, facts(catalog, place, type)) == CHAINS[place, type]


@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_what_no_document_says_is_marked(catalog: Catalog, place: str) -> None:
    office, justice = chain_of(catalog, facts(catalog, place))
    assert (office.set_by_us, justice.set_by_us) == (False, True)
    assert SET_BY_US in justice.said
    assert all(step.set_by_us for step in chain_of(catalog, facts(catalog, "test-fangxian")))


@pytest.mark.carries(
    "review",
    "YY-JM-1-3", "YY-ADJ-10-1", "YY-ADJ-10-2", "BS-JM-1-3", "BS-ADJ-10-1", "BS-ADJ-10-2",
    where="mianzheng.proposals.chains:missing",
)  # fmt: skip
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_nothing_is_merged_before_the_office_and_justice_have_reviewed_it(catalog: Catalog, place: str) -> None:
    told = facts(catalog, place)
    office, justice = yes("joint_conference_office", "li"), yes("justice", "wang")
    assert len(missing(catalog, told, [], HEAD, DAY)) == 2
    assert len(missing(catalog, told, [yes("department", "zhao"), office], HEAD, DAY)) == 1
    for both in ([office, justice], [justice, office]):
        assert missing(catalog, told, both, HEAD, DAY) == []


@pytest.mark.carries("review", "YY-JM-3-4", "BS-JM-3-4", where="mianzheng.proposals.chains:chain_of")
@pytest.mark.parametrize(("place", "who"), [("test-yiyuan", "县政府"), ("test-boshan", "区政府")])
def test_without_agreement_the_government_decides(catalog: Catalog, place: str, who: str) -> None:
    told = facts(catalog, place, escalated=True)
    agreed = [yes("joint_conference_office", "li"), yes("justice", "wang")]
    (lack,) = missing(catalog, told, agreed, HEAD, DAY)
    assert who in lack
    assert missing(catalog, told, [yes("government", "zhao")], HEAD, DAY) == []
    assert missing(catalog, told, [yes("government", "zhao", commit=BEFORE)], HEAD, DAY) != []


def test_a_yes_to_an_earlier_commit_is_void(catalog: Catalog) -> None:
    told = facts(catalog, "test-yiyuan")
    stale = [yes("joint_conference_office", "li", commit=BEFORE), yes("justice", "wang")]
    (lack,) = missing(catalog, told, stale, HEAD, DAY)
    assert "已经失效" in lack


def test_nobody_reviews_what_they_sent_in_themselves_whatever_account_they_use(catalog: Catalog) -> None:
    """A25: the person behind the account counts."""
    told = facts(catalog, "test-yiyuan")
    (lack,) = missing(catalog, told, [yes("joint_conference_office", "zhang"), yes("justice", "wang")], HEAD, DAY)
    assert "不能审核自己的申请" in lack
    nameless = [yes("joint_conference_office", ""), yes("justice", "wang")]
    assert len(missing(catalog, told, nameless, HEAD, DAY)) == 1, "a yes of nobody is none"


@pytest.mark.carries("review", "QS-SD-1", where="mianzheng.proposals.chains:standing")
def test_who_reviews_does_not_also_decide(catalog: Catalog) -> None:
    told = facts(catalog, "test-fangxian")
    (lack,) = missing(catalog, told, [yes("justice", "li"), yes("government", "li", 10)], HEAD, DAY)
    assert "同一个人" in lack
    helped = [yes("justice", "li"), yes("justice", "wang"), yes("government", "li", 10)]
    assert missing(catalog, told, helped, HEAD, DAY) == [], "somebody else has reviewed it as well"


def test_of_two_reviews_by_one_person_the_one_that_nobody_else_gave_counts(catalog: Catalog) -> None:
    told = facts(catalog, "test-yiyuan")
    given = [yes("joint_conference_office", "wang"), yes("joint_conference_office", "li", 10), yes("justice", "li")]
    assert missing(catalog, told, given, HEAD, DAY) == []


def test_the_government_comes_last_in_fangxian(catalog: Catalog) -> None:
    told = facts(catalog, "test-fangxian")
    early = [yes("government", "zhao", 8), yes("justice", "wang", 9)]
    (lack,) = missing(catalog, told, early, HEAD, DAY)
    assert "早于前一步" in lack
    assert missing(catalog, told, [*early, yes("government", "zhao", 10)], HEAD, DAY) == []


def test_a_cancellation_in_fangxian_waits_for_its_public_notice(catalog: Catalog) -> None:
    both = [yes("justice", "wang"), yes("government", "zhao", 10)]

    def lacks(until: str, *objections: str) -> list[str]:
        told = facts(
            catalog, "test-fangxian", "cancel", notice=Notice(from_="2026-11-10", until=until, objections=objections)
        )
        return missing(catalog, told, both, HEAD, DAY)

    assert "还没有公示" in missing(catalog, facts(catalog, "test-fangxian", "cancel"), both, HEAD, DAY)[0]
    assert lacks("2026-11-19") == []
    assert "最后一天是 2026-11-25" in lacks(DAY)[0], "until midnight of the last day"
    assert "异议还有 2 条" in lacks("2026-11-19", "甲", "乙")[0]


def test_a_yes_given_before_the_notice_was_over_does_not_count(catalog: Catalog) -> None:
    over = Notice(from_="2026-11-10", until="2026-11-25")
    told = facts(catalog, "test-fangxian", "cancel", notice=over)
    given = [yes("justice", "wang"), yes("government", "zhao", 10)]
    (lack,) = missing(catalog, told, given, HEAD, "2026-11-26")
    assert "早于公示结束（2026-11-25）" in lack
    asked = facts(catalog, "test-boshan", notice=Notice(kind="comment", from_="2026-11-10", until="2026-11-25"))
    both = [yes("joint_conference_office", "li"), yes("justice", "wang")]
    assert ["早于征求意见结束" in one for one in missing(catalog, asked, both, HEAD, "2026-11-26")] == [True, True]


@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_the_office_does_not_approve_its_own_proposal(catalog: Catalog, place: str) -> None:
    office = home_of(catalog, place).place.offices["joint_conference_office"]
    told = facts(catalog, place, bodies=(office,))
    assert roles(catalog, told) == ["government", "justice"]
    own = [yes("joint_conference_office", "li"), yes("justice", "wang")]
    (lack,) = missing(catalog, told, own, HEAD, DAY)
    assert "回避" in lack
    assert missing(catalog, told, [yes("government", "zhao"), yes("justice", "wang")], HEAD, DAY) == []


def test_where_nobody_is_left_to_decide_it_says_so(catalog: Catalog) -> None:
    offices = home_of(catalog, "test-fangxian").place.offices
    told = facts(catalog, "test-fangxian", bodies=(offices["government"],))
    lacks = missing(catalog, told, [yes("justice", "wang"), yes("government", "zhao", 10)], HEAD, DAY)
    assert len(lacks) == 1
    assert "要由上一级或者别的单位决定" in lacks[0]


@pytest.mark.carries("adjustment", "QS-SP-1-3-1b", where="mianzheng.proposals.chains:missing")
def test_qingshen_takes_a_sealed_notice_and_nothing_unsealed(catalog: Catalog) -> None:
    bare = facts(catalog, "test-qingshen")
    received = [yes("centre", "li")]
    assert "公章" in missing(catalog, bare, received, HEAD, DAY)[0]
    sealed = facts(catalog, "test-qingshen", seal="2026年第12号函")
    assert "政务服务中心" in missing(catalog, sealed, [], HEAD, DAY)[0]
    assert missing(catalog, sealed, received, HEAD, DAY) == []


@pytest.mark.carries("review", "WH-OR-16", where="mianzheng.proposals.chains:missing")
def test_wuhai_merges_without_approval_and_files_on_the_same_day(catalog: Catalog) -> None:
    told = facts(catalog, "test-wuhai")
    assert missing(catalog, told, [], HEAD, DAY) == []
    (filing,) = standing(chain_of(catalog, told), told, [], HEAD, DAY)
    assert (filing.step.role, filing.done_on, filing.lack) == ("bureau", DAY, "")


def test_it_says_who_must_act_and_leaves_out_who_has_to_wait(catalog: Catalog) -> None:
    def now(*approvals: Approval) -> str:
        told = facts(catalog, "test-fangxian")
        return next_to_act(standing(chain_of(catalog, told), told, approvals, HEAD, DAY))

    assert "司法局" in now()
    assert "县政府" not in now()
    assert "县政府" in now(yes("justice", "wang"))
    assert now(yes("justice", "wang"), yes("government", "zhao", 10)) == "各步骤都已完成，可以并入清单。"


def test_the_government_waits_for_the_notice_of_a_cancellation(catalog: Catalog) -> None:
    told = facts(catalog, "test-fangxian", "cancel")
    steps = standing(chain_of(catalog, told), told, [yes("justice", "wang")], HEAD, DAY)
    assert next_to_act(steps) == "下一步：取消前公示，并处理完异议。"
