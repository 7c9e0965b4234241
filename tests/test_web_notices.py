"""A cancellation in Fangxian in public, a comment in Boshan: begun by the office, ended by the clock."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.proposals.notices import announcement_of, former_of, named_by, notice_id, set_aside
from tests.notice_town import (
    AT,
    LAST,
    PLACE,
    by,
    cancelling,
    decide,
    noticed,
    object_to,
    on,
    site_rows,
)
from tests.stores import on_every_store
from tests.test_web_proposals import ListTown, step, told

carries = pytest.mark.carries


@pytest.fixture
def town(loaded: Loaded, tmp_path: Path) -> ListTown:
    return ListTown(loaded.catalog, now=AT).under(tmp_path)


@carries("publication", "FX-3-1-4", where="mianzheng.proposals.notices:last_day")
@on_every_store
def test_a_cancellation_goes_through_its_notice_to_the_list(town: ListTown, tmp_path: Path) -> None:
    """S-PUB-07 and the whole way of Fangxian: justice, notice, government, published; nobody may be quicker."""
    id, number, item, _ = cancelling(town)
    early = step(town, by(town, "joint_conference_office"), id, "approve", opinion="同意")
    assert early.status_code == 422 and "还没有公示" in early.text
    assert step(town, by(town, "justice"), id, "opine", opinion="合法").status_code == 200
    assert step(town, by(town, "joint_conference_office"), id, "notify", **{"from": "2026-04-30"}).status_code == 200
    (row,) = site_rows(town, tmp_path)
    assert (row.id, row.last_day, row.open, row.ended) == (f"{PLACE}-{number}", LAST, True, False)
    assert row.items[0].id == item.id
    assert any((line.was, line.now) == ("已列入清单", "已取消") for line in row.items[0].lines), row.items
    assert "不再需要这项证明" in row.why and "县政府" in row.decides
    too_soon = step(town, by(town, "government"), id, "opine", opinion="同意")
    assert too_soon.status_code == 409 and "还没有轮到" in too_soon.text
    on(town, LAST, "23:50")
    assert "公示还没有结束" in step(town, by(town, "joint_conference_office"), id, "approve", opinion="同意").text
    assert step(town, by(town, "government"), id, "opine", opinion="同意").status_code == 409
    on(town, "2026-05-14")
    (row,) = site_rows(town, tmp_path)
    assert (row.ended, row.outcome) == (True, "公示已经结束，没有收到异议，等待审核决定。")
    assert "公示结束" in by(town, "joint_conference_office").get(f"/office/proposals/{id}").text
    assert step(town, by(town, "government"), id, "opine", opinion="同意").status_code == 200
    assert step(town, by(town, "joint_conference_office"), id, "approve", opinion="同意").status_code == 200
    assert told(by(town, "department"), id)["state"] == "published"
    ended = town.catalog.places[PLACE].items[item.id].cancelled
    assert ended is not None and ended.on == "2026-05-14", "not from the day of handing in (YY-ADJ-10-2)"
    (row,) = site_rows(town, tmp_path)
    assert row.outcome == "已经公布实行。"
    assert site_rows(town, tmp_path) == [row], "what is over is carried on"
    (tmp_path / "notices.json").unlink()
    assert site_rows(town, tmp_path) == [row], "and found again when the file is lost"


def test_a_notice_may_be_longer_than_the_rule_but_not_shorter_and_not_in_the_past(town: ListTown) -> None:
    id, *_ = cancelling(town)
    office = by(town, "joint_conference_office")
    early = step(town, office, id, "notify", **{"from": "2026-04-30"})
    assert early.status_code == 409 and "司法局" in early.text, "legality first (CI7)"
    assert step(town, by(town, "justice"), id, "opine", opinion="合法").status_code == 200
    short = step(town, office, id, "notify", **{"from": "2026-04-30", "until": "2026-05-12"})
    assert short.status_code == 422 and LAST in short.text and "本系统设定" in short.text
    wrong = step(town, office, id, "notify", **{"from": "2026-04-29", "until": "明天"})
    assert {one["pointer"] for one in wrong.get_json()["errors"]} == {"/from", "/until"}
    assert step(town, office, id, "notify", **{"from": "2026-08-30"}).status_code == 422
    assert step(town, office, id, "consult", **{"from": "2026-04-30"}).status_code == 409, "no comment in Fangxian"
    assert step(town, office, id, "notify", **{"from": "2026-04-30", "until": "2026-05-20"}).status_code == 200
    assert step(town, office, id, "notify", **{"from": "2026-04-30"}).status_code == 409, "once"


@carries("publication", "BS-PL-3-1-1e", where="mianzheng.proposals.chains:chain_of")
def test_a_comment_in_boshan_asks_people_before_the_reviews(town: ListTown, tmp_path: Path) -> None:
    """Other words, another clock; opinions do not stop the change, but nobody decides before each has its answer."""
    place = "test-boshan"
    id, number, _, _ = cancelling(town, place)
    who = lambda role: by(town, role, place)  # noqa: E731
    assert step(town, who("joint_conference_office"), id, "notify", **{"from": "2026-04-30"}).status_code == 409
    begun = step(town, who("joint_conference_office"), id, "consult", **{"from": "2026-04-30"})
    assert begun.status_code == 200, begun.text
    (row,) = site_rows(town, tmp_path)
    assert (row.kind, row.last_day, row.word, row.voice) == ("comment", LAST, "征求意见", "意见")
    early = step(town, who("justice"), id, "opine", opinion="合法")
    assert early.status_code == 409 and "公开征求意见" in early.text
    assert object_to(town, f"{place}-{number}", "早该取消").status_code == 201
    assert "征求意见还没有结束" in step(town, who("joint_conference_office"), id, "approve", opinion="同意").text
    on(town, "2026-05-14")
    assert any("意见还有 1 条没有处理" in lack for lack in told(who("joint_conference_office"), id)["missing"])
    assert step(town, who("justice"), id, "opine", opinion="合法").status_code == 409
    assert decide(town, id, "YJ-2026-0001", place, taken="yes", answer="这次就取消").status_code == 303
    assert step(town, who("justice"), id, "opine", opinion="合法").status_code == 200
    assert step(town, who("joint_conference_office"), id, "approve", opinion="同意").status_code == 200
    assert told(who("department"), id)["state"] == "published"
    (row,) = site_rows(town, tmp_path)
    assert (row.received, row.taken, row.outcome) == (1, 1, "已经公布实行。")


def test_no_consensus_does_not_go_around_the_notice(town: ListTown) -> None:
    """FX-3-1-4 holds as well where the government decides a dispute (AP7)."""
    id, number, _, _ = noticed(town)
    escalated = step(town, by(town, "joint_conference_office"), id, "escalate", why="意见不一致")
    assert escalated.status_code == 200, escalated.text
    assert object_to(town, f"{PLACE}-{number}").status_code == 201, "the notice goes on"
    decided = step(town, by(town, "government"), id, "approve", decision="同意取消")
    assert decided.status_code == 422 and "公示还没有结束" in decided.text
    on(town, "2026-05-14")
    assert "异议还有 1 条" in step(town, by(town, "government"), id, "approve", decision="同意取消").text
    assert decide(town, id, "YJ-2026-0001", taken="no", answer="没有单位要了").status_code == 303
    assert step(town, by(town, "government"), id, "approve", decision="同意取消").status_code == 200
    assert told(by(town, "department"), id)["state"] == "published"


def test_a_returned_proposal_takes_its_notice_along(town: ListTown, tmp_path: Path) -> None:
    id, number, _, _ = noticed(town)
    notice = f"{PLACE}-{number}"
    assert step(town, by(town, "joint_conference_office"), id, "return", defects="依据不对").status_code == 200
    answer = object_to(town, notice, draft=town.services.signer.new_draft())
    assert answer.status_code == 409 and "已经终止" in answer.text
    (row,) = site_rows(town, tmp_path)
    assert (row.open, row.outcome) == (False, "申请退回修改，修改以后重新公示。")
    returned = town.services.store.get("proposal", id)
    data = returned.data | set_aside(returned)
    again = msgspec.structs.replace(returned, state="under_study", data=data)
    assert (announcement_of(again), [one.id for one in former_of(again)]) == (None, [notice])
    assert notice_id(again) == f"{notice}-2" and named_by(f"{notice}-2") == (PLACE, number)
