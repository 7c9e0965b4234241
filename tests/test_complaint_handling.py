"""Every step of a complaint: what it needs, who may not take it, what it leaves behind."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mianzheng.cases.actors import AT_WORK, Actor
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints.fields import FIELDS, LABELS
from mianzheng.complaints.guards.wish import OUTCOMES
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.notices import deciding_body
from mianzheng.complaints.overdue import was_concluded_late
from mianzheng.complaints.sealed import SEALED
from mianzheng.errors import GuardFailed, NotAllowed, RecordNotFound
from tests.complaint_desk import NAME, PERSON, PHONE, Life, accused, receiver, staff, when

UPHELD = {"findings": {"G1_demand": "upheld"}, "reply": "已经纠正，材料退还。"}
DAY = "2025-09-26T"


@pytest.fixture
def life(shipped: Loaded) -> Life:
    return Life(shipped.catalog)


@pytest.fixture
def clerk(life: Life) -> Actor:
    return staff("handler", life.home, life.home.place.offices["R2_hall_window"])


def registered(life: Life, **given: Any) -> None:
    life.file("2025-09-25T10:00", **given)


def at_work(life: Life, chief: Actor, clerk: Actor, **given: Any) -> None:
    registered(life, **given)
    life.do("accept", DAY + "10:00", chief)
    life.do("investigate", DAY + "11:00", clerk)


def lacks(life: Life, event: str, who: Actor, **given: Any) -> dict[str, str]:
    with pytest.raises(GuardFailed) as refused:
        life.do(event, DAY + "12:00", who, **given)
    return refused.value.problems


# -- not accepting


REFUSALS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "no ground": ({"reply": "不予受理"}, {"ground"}),
    "unknown ground": ({"ground": "N7", "reply": "不予受理"}, {"ground"}),
    "no reply": ({"ground": "N3_other_remedy", "remedy": "litigation"}, {"reply"}),
    "N1, second part only": ({"ground": "N1_vague_and_uncheckable", "parts": [1], "reply": "不"}, {"parts"}),
    "N2, nothing": ({"ground": "N2_malicious_repeat", "reply": "不"}, {"parts", "malice_note", "linked_case"}),
    "N3, no remedy": ({"ground": "N3_other_remedy", "reply": "不"}, {"remedy"}),
    "N3, unknown remedy": ({"ground": "N3_other_remedy", "reply": "不", "remedy": "duel"}, {"remedy"}),
    "N9, no words": ({"ground": "N9_other", "reply": "不"}, {"why"}),
    "everything at once": ({"ground": "N9_other"}, {"reply", "why"}),
}


@pytest.mark.parametrize(("given", "fields"), REFUSALS.values(), ids=list(REFUSALS))
@pytest.mark.carries("complaint", "YY-CMP-08-3", "YY-CMP-08-4", where="mianzheng.complaints.guards.acceptance:refusal")
@pytest.mark.carries("complaint", "BS-CMP-08-3", "BS-CMP-08-4", where="mianzheng.complaints.guards.acceptance:refusal")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_not_accepting_needs_everything_that_its_ground_asks_for(
    place: str, given: dict[str, Any], fields: set[str], shipped: Loaded
) -> None:
    life = Life(shipped.catalog, place)
    registered(life)
    assert set(lacks(life, "refuse", receiver(life.home), **given)) == fields
    assert life.records["a"].state == "registered"


@pytest.mark.parametrize(
    "given",
    [
        {"ground": "N1_vague_and_uncheckable", "parts": [0, 1]},
        {"ground": "N3_other_remedy", "remedy": "reconsideration"},
        {"ground": "N9_other", "why": "不归免证办管"},
    ],
)
def test_a_refusal_that_is_complete_is_told_with_its_reason(given: dict[str, Any], life: Life, chief: Actor) -> None:
    registered(life)
    record = life.do("refuse", DAY + "12:00", chief, reply="不予受理，您可以申请行政复议。", **given)
    assert (record.state, record.due_at, record.check_at) == ("not_accepted", None, None)
    assert life.pieces["a", "text-2"]["reply"] == "不予受理，您可以申请行政复议。"
    assert life.events["a"][-1].data["reply"] == SEALED
    assert not [mail for mail in life.mails if mail.topic == "register"]


def test_a_malicious_repeat_is_refused_only_against_a_running_case_of_the_same_place(life: Life, chief: Actor) -> None:
    registered(life)
    life.file("2025-09-26T09:00", "b")
    full = {"ground": "N2_malicious_repeat", "parts": [0, 1], "malice_note": "本人承认", "reply": "不予受理"}
    for other, id in (("a", "c99"), ("b", life.records["b"].id)):
        with pytest.raises(GuardFailed) as refused:
            life.do("refuse", DAY + "10:00", chief, "b", other, linked_case=id, **full)
        assert set(refused.value.problems) == {"linked_case"}
    life.do("withdraw", DAY + "10:30", PERSON)
    with pytest.raises(GuardFailed, match="不在办理"):
        life.do("refuse", DAY + "11:00", chief, "b", "a", linked_case="a", **full)
    life.file("2025-09-25T09:00", "c")
    assert life.do("refuse", DAY + "11:00", chief, "b", "c", linked_case="c", **full).state == "not_accepted"


# -- linking


def test_a_linked_case_needs_the_word_of_staff_that_it_is_one_matter(life: Life, chief: Actor) -> None:
    registered(life)
    life.file("2025-09-26T09:00", "b")
    with pytest.raises(GuardFailed) as refused:
        life.do("link", DAY + "10:00", chief, "b", "a", leader="a")
    assert set(refused.value.problems) == {"same_matter"}


def test_a_case_is_linked_to_one_of_the_same_place_only(life: Life, chief: Actor, shipped: Loaded) -> None:
    registered(life)
    neighbour = Life(shipped.catalog, "demo-boshan")
    there = neighbour.file("2025-09-24T10:00", "x")
    life.records["x"] = msgspec.structs.replace(there, id="x-1")
    with pytest.raises(GuardFailed) as refused:
        life.do("link", DAY + "10:00", chief, "a", "x", leader="x", same_matter=True)
    assert set(refused.value.problems) == {"leader"}


def test_where_every_receiver_is_concerned_somebody_else_of_the_place_decides(shipped: Loaded) -> None:
    life = Life(shipped.catalog, "demo-qingshen")
    centre = life.home.place.offices["centre"]
    life.file("2025-09-25T10:00", ground="", body=centre)
    with pytest.raises(NotAllowed, match="回避"):
        life.do("accept", DAY + "10:00", staff("receiver", life.home, centre))
    assert life.do("accept", DAY + "10:00", staff("receiver", life.home, accused(life.home))).state == "accepted"


def test_a_case_that_leads_others_cannot_be_linked_itself(life: Life, chief: Actor) -> None:
    for name, at in (("a", "09:00"), ("b", "09:10"), ("c", "09:20")):
        life.file(f"2025-09-25T{at}", name)
    life.do("link", DAY + "10:00", chief, "c", "b", leader="b", same_matter=True)
    with pytest.raises(GuardFailed) as refused:
        life.do("link", DAY + "10:10", chief, "b", "a", leader="a", same_matter=True)
    assert set(refused.value.problems) == {"leader"}
    with pytest.raises(GuardFailed):
        life.do("link", DAY + "10:10", chief, "a", "c", leader="c", same_matter=True)


def test_linking_changes_both_cases_in_one_step_and_tells_the_leader(life: Life, chief: Actor) -> None:
    life.file("2025-09-25T09:00", "a")
    life.file("2025-09-25T09:10", "b", ground="G9_other", ground_text="别的")
    life.do("link", DAY + "10:00", chief, "b", "a", leader="a", same_matter=True)
    assert [event.name for event in life.events["a"]] == ["register", "follow"]
    assert life.records["a"].data["grounds"] == ["G1_demand", "G9_other"]
    assert life.records["b"].check_at is None and life.records["a"].check_at is not None
    assert [mail.data["case"] for mail in life.mails if mail.data.get("about") == "follow"] == [life.records["a"].id]


# -- handing over


@pytest.mark.carries("complaint", "YY-CMP-07-1", "BS-CMP-07-1", where="mianzheng.complaints.effects:_accept")
@pytest.mark.carries("complaint", "YY-CMP-09-1", "BS-CMP-09-1", where="mianzheng.complaints.effects:_investigate")
def test_a_transfer_moves_the_case_but_neither_its_clock_nor_who_decides(life: Life, chief: Actor) -> None:
    registered(life)
    life.do("accept", DAY + "10:00", chief)
    due, decides = life.clock("close").due_at, deciding_body(life.records["a"])
    unit = accused(life.home)
    record = life.do("transfer", "2025-09-28T10:00", chief, handling_body=unit, why="归口办理")
    assert (record.state, record.body, record.due_at) == ("transferred", unit, due)
    assert deciding_body(record) == decides
    assert [mail.data["to"]["body"] for mail in life.mails if mail.data.get("about") == "transfer"] == [unit]
    taken_up = life.do("investigate", "2025-09-28T11:00", staff("handler", life.home, unit))
    assert (taken_up.state, taken_up.handler) == ("investigating", f"a-handler-{unit}")
    life.mails.clear()
    life.tick("2025-10-11T00:00")
    told = {(mail.data["to"]["body"], mail.data["to"]["account"]) for mail in life.mails}
    assert told == {(unit, taken_up.handler), (chief.body, "")}
    with pytest.raises(GuardFailed, match="没有这个单位"):
        life.do("transfer", "2025-10-11T12:00", chief, handling_body="bd-000000")
    assert life.do("transfer", "2025-10-11T12:00", chief, handling_body=chief.body).handler == ""


@pytest.mark.carries("complaint", "YY-CMP-09-3", "BS-CMP-09-3", where="mianzheng.complaints.effects:_join")
def test_receivers_may_work_together_under_one_lead_and_one_clock(life: Life, chief: Actor) -> None:
    registered(life)
    life.do("accept", DAY + "10:00", chief)
    due, lead, other = life.clock("close").due_at, chief.body, life.home.place.offices["R1_hotline"]
    record = life.do("join", DAY + "11:00", chief, lead_body=lead, joint_bodies=[other])
    assert (record.state, record.body, record.data["joint"], record.due_at) == ("investigating", lead, [other], due)
    assert life.do("note", DAY + "11:30", receiver(life.home, "R1_hotline"), text="我们来催办").seq == record.seq + 1


def test_what_one_may_not_see_does_not_exist(life: Life, chief: Actor, shipped: Loaded) -> None:
    at_work(life, chief, staff("handler", life.home, chief.body))
    neighbour = shipped.catalog.places["demo-boshan"]
    for stranger in (
        receiver(neighbour),
        receiver(life.home, "R1_hotline"),
        staff("handler", life.home, accused(life.home)),
        staff("joint_conference_office", neighbour, neighbour.place.offices["joint_conference_office"]),
        staff("auditor", neighbour, chief.body),
    ):
        with pytest.raises(RecordNotFound):
            life.do("note", DAY + "12:00", stranger, text="看看")
    with pytest.raises(NotAllowed):  # those who audit read along and change nothing
        life.do("note", DAY + "12:00", staff("auditor", life.home, chief.body), text="看看")


# -- recusal and two persons


def test_a_case_about_the_receiver_is_decided_by_another_receiver(life: Life, chief: Actor) -> None:
    registered(life, body=chief.body)
    with pytest.raises(NotAllowed, match="回避"):
        life.do("accept", DAY + "10:00", chief)
    other = receiver(life.home, "R1_hotline")
    assert life.do("accept", DAY + "10:00", other).state == "accepted"
    with pytest.raises(NotAllowed, match="回避"):
        life.do("terminate", DAY + "11:00", chief, ground="T1_withdrawn", reply="已经撤回")


def test_nobody_escapes_recusal_by_naming_its_own_body_only_when_accepting(life: Life, chief: Actor) -> None:
    registered(life, body="", body_name="大厅")
    with pytest.raises(NotAllowed, match="回避"):
        life.do("accept", DAY + "10:00", chief, about=[chief.body])
    unit = accused(life.home)
    record = life.do("accept", DAY + "10:00", chief, about=[unit], grounds=["G2_list_not_followed"])
    assert (record.data["concerned"], record.data["about_names"]) == ([unit], [life.home.bodies[unit].name])
    assert record.data["grounds"] == ["G2_list_not_followed"]


def test_a_result_is_proposed_by_one_and_decided_by_another(life: Life, chief: Actor, clerk: Actor) -> None:
    at_work(life, chief, clerk)
    with pytest.raises(NotAllowed, match="还没有人提出"):
        life.do("conclude", DAY + "12:00", chief, **UPHELD)
    life.do("propose_conclusion", DAY + "12:00", clerk, **UPHELD)
    with pytest.raises(NotAllowed, match="另一个人"):
        life.do("conclude", DAY + "12:30", receiver(life.home, subject=clerk.subject), **UPHELD)
    life.do("return_conclusion", DAY + "13:40", chief, why="没有写依据")
    with pytest.raises(NotAllowed):
        life.do("conclude", DAY + "14:00", chief, **UPHELD)
    life.do("propose_conclusion", DAY + "14:10", clerk, **UPHELD)
    life.do("ask_extension", DAY + "14:15", clerk, days=2, why="也许不够")
    record = life.do("conclude", DAY + "14:20", chief, **UPHELD)
    assert (record.state, record.data["outcome"]) == ("concluded", {"findings": {"G1_demand": "upheld"}})
    assert record.due_at == life.clock("inform").due_at and not life.clock("inform").binds
    assert "asked_days" not in record.data and "proposed" not in record.data


# -- extensions (F13 … F16)


BAD_DAYS: tuple[Any, ...] = (6, 0, -1, 5.0, "５", "5", True, None)


@pytest.mark.parametrize("days", BAD_DAYS)
def test_f14_an_extension_is_a_whole_number_of_days_up_to_five(
    days: Any, life: Life, chief: Actor, clerk: Actor
) -> None:
    at_work(life, chief, clerk)
    assert set(lacks(life, "ask_extension", clerk, days=days, why="复杂")) == {"days"}


def test_f13_an_extension_asked_in_time_but_granted_after_the_due_end_is_refused(
    life: Life, chief: Actor, clerk: Actor
) -> None:
    at_work(life, chief, clerk)
    life.do("ask_extension", "2025-10-10T23:59", clerk, days=3, why="复杂")
    with pytest.raises(NotAllowed, match="已过"):
        life.do("extend", "2025-10-11T00:00", chief, days=3)
    assert life.standing("2025-10-11T00:01") == "overdue"
    assert (
        life.do("extend", "2025-10-10T23:59:59.999", chief, days=3).data["clocks"]["close"]["due_day"] == "2025-10-14"
    )


def test_f15_an_extension_is_asked_for_first_and_granted_once(life: Life, chief: Actor, clerk: Actor) -> None:
    at_work(life, chief, clerk)
    with pytest.raises(NotAllowed, match="还没有申请"):
        life.do("extend", DAY + "12:00", chief, days=1)
    life.do("ask_extension", DAY + "12:00", clerk, days=1, why="复杂")
    with pytest.raises(NotAllowed, match="正在等决定"):
        life.do("ask_extension", DAY + "12:10", clerk, days=2, why="复杂")
    life.do("decline_extension", DAY + "12:20", chief, why="不复杂")
    with pytest.raises(NotAllowed, match="没有等待"):
        life.do("decline_extension", DAY + "12:30", chief, why="不复杂")
    life.do("ask_extension", DAY + "12:40", clerk, days=1, why="复杂")
    life.do("extend", DAY + "12:50", chief, days=1)
    with pytest.raises(NotAllowed, match="已延期"):
        life.do("extend", DAY + "13:00", chief, days=1)


def test_f16_who_asks_does_not_grant(life: Life, chief: Actor, clerk: Actor) -> None:
    at_work(life, chief, clerk)
    life.do("ask_extension", DAY + "12:00", clerk, days=1, why="复杂")
    with pytest.raises(NotAllowed, match="另一个人"):
        life.do("extend", DAY + "12:10", receiver(life.home, subject=clerk.subject), days=1)


@pytest.mark.parametrize("place", ["demo-wuhai", "demo-fangxian", "demo-qingshen"])
@pytest.mark.carries("complaint", "FX-6-4-1", where="mianzheng.complaints.clocks:Clocks")
def test_where_the_document_has_no_number_there_is_a_target_and_no_extension(place: str, shipped: Loaded) -> None:
    life = Life(shipped.catalog, place)
    life.file("2025-09-25T10:00", ground="")
    body = life.records["a"].body
    chief, clerk = staff("receiver", life.home, body), staff("handler", life.home, body)
    life.do("accept", DAY + "10:00", chief)
    assert (life.clock("close").due_day, life.clock("close").binds) == ("2025-10-10", False)
    assert life.standing("2025-10-20T10:00") == "target_passed"
    life.do("investigate", DAY + "11:00", clerk)
    with pytest.raises(NotAllowed, match="没有规定可以延期"):
        life.do("ask_extension", DAY + "12:00", clerk, days=1, why="复杂")
    done = {"findings": {"matter": "partly"}, "reply": "已经改"}
    life.do("propose_conclusion", DAY + "14:00", clerk, **done)
    life.do("conclude", DAY + "15:00", chief, **done)
    assert was_concluded_late(life.desk.clocks, life.records["a"], when("2026-01-01T00:00")) is None


# -- results


@pytest.mark.parametrize("findings", [{}, {"G1_demand": "maybe"}, {"G9_other": "upheld"}, ["G1_demand"], "upheld"])
def test_a_result_says_for_each_ground_whether_it_is_true(
    findings: Any, life: Life, chief: Actor, clerk: Actor
) -> None:
    at_work(life, chief, clerk)
    assert set(lacks(life, "propose_conclusion", clerk, findings=findings, reply="好")) == {"findings"}
    for outcome in OUTCOMES:
        life.do("propose_conclusion", DAY + "14:00", clerk, findings={"G1_demand": outcome}, reply="好")


def test_the_conclusion_stands_in_the_register_without_its_words(life: Life, chief: Actor, clerk: Actor) -> None:
    at_work(life, chief, clerk)
    life.do("propose_conclusion", DAY + "12:00", clerk, **UPHELD)
    life.do("conclude", DAY + "14:00", chief, **UPHELD)
    accepted, concluded = (mail.data for mail in life.mails if mail.topic == "register")
    assert (accepted["state"], concluded["state"]) == ("accepted", "concluded")
    assert concluded["outcome"] == {"findings": {"G1_demand": "upheld"}} and concluded["closed_at"]
    assert UPHELD["reply"] not in str(concluded)


def test_telling_names_way_and_time_and_unreachable_counts_attempts(life: Life, chief: Actor, clerk: Actor) -> None:
    at_work(life, chief, clerk)
    life.do("propose_conclusion", DAY + "12:00", clerk, **UPHELD)
    life.do("conclude", DAY + "14:00", chief, **UPHELD)
    with pytest.raises(GuardFailed, match="联系过几次"):
        life.do("inform", DAY + "15:00", clerk, way="unreachable")
    for told_at in (DAY + "13:00+08:00", DAY + "16:00+08:00", "下午", DAY + "14:30"):
        with pytest.raises(GuardFailed) as refused:
            life.do("inform", DAY + "15:00", clerk, way="phone", told_at=told_at)
        assert set(refused.value.problems) == {"told_at"}
    with pytest.raises(GuardFailed):
        life.do("attempt", DAY + "15:00", clerk, way="unreachable", how_it_went="没人接")
    life.do("attempt", DAY + "15:00", clerk, way="phone", how_it_went=f"打{PHONE}没人接")
    assert life.pieces["a", "text-6"]["how_it_went"] == "打【手机号码已遮住】没人接"
    record = life.do("inform", DAY + "16:00", clerk, way="unreachable")
    assert (record.state, record.data["told"]["way"], record.due_at) == ("informed", "unreachable", None)


# -- termination


@pytest.mark.carries("complaint", "YY-CMP-11-1", "BS-CMP-11-1", where="mianzheng.complaints.effects:_over")
def test_a_person_withdraws_at_any_time_and_staff_may_note_it(life: Life, chief: Actor) -> None:
    registered(life)
    assert life.do("withdraw", DAY + "10:00", PERSON, why="他们已经办了").state == "terminated"
    life.file("2025-09-25T10:00", "b")
    life.do("accept", DAY + "10:00", chief, "b")
    record = life.do("terminate", DAY + "11:00", chief, "b", ground="T1_withdrawn", reply="您已撤回")
    assert (record.state, record.data["outcome"], record.due_at) == ("terminated", {"ground": "T1_withdrawn"}, None)
    assert life.clock("close", "b").ended_at is not None


@pytest.mark.carries("complaint", "YY-CMP-11-2", "BS-CMP-11-2", where="mianzheng.complaints.guards.handling:_remedy")
@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"remedy", "remedy_on"}),
        ({"remedy": "duel", "remedy_on": "2025-09-26"}, {"remedy"}),
        ({"remedy": "litigation", "remedy_on": "2025-09-25"}, {"remedy_on"}),
        ({"remedy": "litigation", "remedy_on": "2025-09-27"}, {"remedy_on"}),
    ],
)
def test_another_remedy_ends_a_case_only_if_begun_during_handling(
    given: dict[str, Any], fields: set[str], life: Life, chief: Actor, clerk: Actor
) -> None:
    at_work(life, chief, clerk)
    t2 = {"ground": "T2_other_remedy", "why": "已经起诉"}
    assert set(lacks(life, "propose_termination", clerk, **t2, **given)) == fields
    good = {"remedy": "litigation", "remedy_on": "2025-09-26", "ground": "T2_other_remedy"}
    life.do("propose_termination", DAY + "12:00", clerk, why="已经起诉", **good)
    assert life.do("terminate", DAY + "13:00", chief, reply="已终止", **good).state == "terminated"


@pytest.mark.carries(
    "complaint", "YY-CMP-11-3", "BS-CMP-11-3", where="mianzheng.complaints.guards.handling:termination"
)
def test_other_termination_is_proposed_with_words_and_decided_by_another(
    life: Life, chief: Actor, clerk: Actor
) -> None:
    at_work(life, chief, clerk)
    with pytest.raises(NotAllowed, match="还没有用这个理由"):
        life.do("terminate", DAY + "12:00", chief, ground="T9_other", reply="终止")
    assert set(lacks(life, "propose_termination", clerk, ground="T9_other")) == {"why"}
    assert set(lacks(life, "propose_termination", clerk, ground="T1_withdrawn", why="撤")) == {"ground"}
    life.do("propose_termination", DAY + "12:00", clerk, ground="T9_other", why="单位已撤销")
    with pytest.raises(NotAllowed):
        life.do("terminate", DAY + "12:10", chief, ground="T2_other_remedy", remedy="litigation",
                remedy_on="2025-09-26", reply="终止")  # fmt: skip
    with pytest.raises(NotAllowed, match="另一个人"):
        life.do("terminate", DAY + "12:10", receiver(life.home, subject=clerk.subject), ground="T9_other", reply="终止")
    life.do("decline_termination", DAY + "12:20", chief, why="继续办")
    with pytest.raises(NotAllowed, match="没有等待"):
        life.do("decline_termination", DAY + "12:30", chief, why="继续办")
    life.do("propose_termination", DAY + "12:40", clerk, ground="T9_other", why="单位已撤销")
    assert life.do("terminate", DAY + "12:50", chief, ground="T9_other", reply="终止").state == "terminated"


def test_before_acceptance_only_a_withdrawal_ends_a_case(life: Life, chief: Actor) -> None:
    registered(life)
    for ground in ("T2_other_remedy", "T9_other"):
        with pytest.raises(NotAllowed):
            life.do("terminate", DAY + "10:00", chief, ground=ground, reply="终止", remedy="litigation",
                    remedy_on="2025-09-26")  # fmt: skip
    assert life.do("terminate", DAY + "10:00", chief, ground="T1_withdrawn", reply="撤").state == "terminated"


# -- the person


def test_a_person_adds_facts_and_the_due_date_does_not_move(life: Life, chief: Actor, clerk: Actor) -> None:
    at_work(life, chief, clerk)
    due = life.records["a"].due_at
    life.do("ask_supplement", DAY + "12:00", clerk, question="是哪个窗口？")
    life.do("supplement", DAY + "13:00", PERSON, text=f"3号窗口，我叫{NAME}")
    assert life.records["a"].due_at == due
    assert life.pieces["a", "text-5"]["text"] == f"3号窗口，我叫{NAME}"


def test_f06_notes_every_day_do_not_move_the_due_date(life: Life, chief: Actor, clerk: Actor) -> None:
    at_work(life, chief, clerk)
    due = life.records["a"].due_at
    for day in range(1, 11):
        life.do("note", f"2025-10-{day:02}T10:00", clerk, text="还在查")
    assert life.records["a"].due_at == due
    assert life.standing("2025-10-11T00:00") == "overdue"


def test_a_person_rates_once_from_one_to_five_and_objects_once(life: Life, chief: Actor) -> None:
    registered(life)
    life.do("refuse", DAY + "10:00", chief, ground="N3_other_remedy", remedy="arbitration", reply="请去仲裁")
    for score in (0, 6, "5", 4.0):
        with pytest.raises(GuardFailed) as refused:
            life.do("rate", DAY + "11:00", PERSON, score=score)
        assert set(refused.value.problems) == {"score"}
    assert life.do("rate", DAY + "11:00", PERSON, score=2).data["rated"] == 2
    with pytest.raises(NotAllowed):
        life.do("rate", DAY + "11:10", PERSON, score=5)
    assert set(lacks(life, "object", PERSON, text="  ")) == {"text"}
    life.do("object", DAY + "11:20", PERSON, text="我不同意")
    assert {mail.data["to"]["body"] for mail in life.mails if mail.data.get("about") == "object"} == {life.desk.office}
    with pytest.raises(NotAllowed):
        life.do("object", DAY + "11:30", PERSON, text="还是不同意")


def test_a04_the_body_complained_about_never_learns_who_complained(life: Life, chief: Actor) -> None:
    registered(life)
    life.do("accept", DAY + "10:00", chief)
    unit = accused(life.home)
    life.do("transfer", DAY + "11:00", chief, handling_body=unit)
    insider = staff("handler", life.home, unit)
    with pytest.raises(NotAllowed, match="不让被投诉单位知道"):
        life.do("reveal", DAY + "12:00", insider, purpose="verify")
    assert set(lacks(life, "reveal", chief, purpose="好奇")) == {"purpose"}
    seen = life.do("reveal", DAY + "12:00", chief, purpose="tell")
    assert (life.events["a"][-1].data, seen.state) == ({"purpose": "tell"}, "transferred")
    life.file("2025-09-25T10:00", "b", hide_identity=False)
    life.do("accept", DAY + "10:00", chief, "b")
    life.do("transfer", DAY + "11:00", chief, "b", handling_body=unit)
    assert life.do("reveal", DAY + "12:00", insider, "b", purpose="verify").seq == 4


# -- odds and ends


def test_what_was_set_aside_as_spam_is_released_or_simply_accepted(life: Life, chief: Actor) -> None:
    registered(life)
    with pytest.raises(NotAllowed, match="没有被甄别搁置"):
        life.do("release", DAY + "10:00", chief)
    for case, event in (("b", "release"), ("c", "accept")):
        assert life.file("2025-09-25T10:00", case, screening="quarantined").data["screening"] == "quarantined"
        assert life.do(event, DAY + "10:00", chief, case).data["screening"] == ""


@pytest.mark.parametrize("event", sorted(FIELDS))
def test_a_field_that_a_step_does_not_have_is_refused(event: str, life: Life, chief: Actor, clerk: Actor) -> None:
    at_work(life, chief, clerk)
    row = next(t for t in MACHINE.transitions if t.event == event)
    for who in (chief, clerk, PERSON):
        if "investigating" in row.sources and who.role in row.roles:
            assert set(lacks(life, event, who, secret="x")) == {"secret"}
    assert set(FIELDS[event]) <= set(LABELS) and set(row.needs) <= set(FIELDS[event])


def test_people_cannot_cause_what_the_system_does(life: Life, chief: Actor) -> None:
    registered(life)
    for event in ("register", "miss", "purge"):
        with pytest.raises(NotAllowed):
            life.do(event, DAY + "10:00", chief)
    with pytest.raises(NotAllowed, match="不能在这里办"):
        life.do("remind", DAY + "10:00", AT_WORK, clock="accept")


def test_after_the_words_are_destroyed_nothing_can_be_written_any_more(life: Life, chief: Actor) -> None:
    registered(life)
    life.wrapped["a"] = None  # type: ignore[assignment]
    with pytest.raises(NotAllowed, match="已经按期销毁"):
        life.do("note", DAY + "10:00", chief, text="记一笔")


def test_a_reference_of_another_platform_is_noted_and_points_to_one_case(life: Life, chief: Actor) -> None:
    registered(life)
    assert life.do("import_reference", DAY + "10:00", chief, external_ref="12345-77").data["external_ref"] == "12345-77"


@pytest.mark.carries("complaint", "YY-CMP-04-2", "YY-CMP-04-3", where="mianzheng.complaints.filing:grounds")
@pytest.mark.carries("complaint", "YY-CMP-04-4", "YY-CMP-04-5", where="mianzheng.complaints.filing:grounds")
@pytest.mark.carries("complaint", "BS-CMP-04-2", "BS-CMP-04-3", where="mianzheng.complaints.filing:grounds")
@pytest.mark.carries("complaint", "BS-CMP-04-4", "BS-CMP-04-5", where="mianzheng.complaints.filing:grounds")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
@pytest.mark.parametrize("ground", ["G2_list_not_followed", "G3_check_late", "G4_outside_use_refused", "G9_other"])
def test_every_ground_of_the_document_is_taken_and_lands_in_the_case(ground: str, place: str, shipped: Loaded) -> None:
    life = Life(shipped.catalog, place)
    item = next(item.id for item in life.home.items.values())
    assert life.file("2025-09-25T10:00", ground=ground, ground_text="情况", item=item).data["grounds"] == [ground]


@pytest.mark.carries("complaint", "FX-6-4-2a", "FX-6-4-2b", where="mianzheng.complaints.filing:grounds")
@pytest.mark.carries("complaint", "FX-6-4-2c", "FX-6-4-2d", where="mianzheng.complaints.filing:grounds")
@pytest.mark.parametrize(
    "ground", ["V1_vacuum", "V2_stopped_but_asked", "V3_no_service_no_answer", "V4_new_certificate"]
)
def test_fang_county_asks_which_rebound_it_is(ground: str, shipped: Loaded) -> None:
    life = Life(shipped.catalog, "demo-fangxian")
    assert life.file("2025-09-25T10:00", ground=ground).data["grounds"] == [ground]
    with pytest.raises(GuardFailed):
        life.file("2025-09-25T10:00", "b", ground="G1_demand")
