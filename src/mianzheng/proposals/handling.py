"""What people and the system do with a proposal, one function for all events (requirements 3.2, AP1 … AP11).

The pull request is followed beside the states: `data["delivery"]` says where it stands (queued, open, merging, merged,
parked, conflicted, closed), under which number, at which newest commit.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mianzheng.cases.actors import AT_WORK, Actor
from mianzheng.cases.letters import letter
from mianzheng.cases.records import CaseRecord, Change, Delivery, Event
from mianzheng.cases.steps import Step, take, utc, written
from mianzheng.clock import WorkingCalendar, day_of, deadline
from mianzheng.errors import GuardFailed, NotAllowed, RecordNotFound
from mianzheng.model import Catalog, PlaceCatalog, Profile
from mianzheng.ports.forge import Approval
from mianzheng.proposals import notices
from mianzheng.proposals.announcing import announced
from mianzheng.proposals.chains import Facts, StepStanding, awaited, chain_of, standing
from mianzheng.proposals.forms import Application
from mianzheng.proposals.machines import MACHINE, REVIEWERS
from mianzheng.proposals.milestones import Timeliness
from mianzheng.proposals.opinions import answer_problems, says_no
from mianzheng.proposals.target import watched

FORGE, SITE = "forge", "site"
LABELS = {
    "opinion": "审核意见", "commit": "审核的版本", "why": "理由", "defects": "要补正的地方", "decision": "决定",
    "from": "开始的日期", "until": "最后一天", "objection": "异议", "answer": "处理情况", "choices": "选择",
}  # fmt: skip
BY_PEOPLE = (
    "study", "opine", "approve", "reject", "return", "escalate", "notify", "consult", "object", "settle", "file",
    "oversee", "withdraw", "note", "retry",
)  # fmt: skip
"""Events that come from the workbench; handing in has a function of its own, the rest is the system's."""


@dataclass(frozen=True)
class ProposalDesk:
    """The list as it stands, and the working calendar."""

    catalog: Catalog
    calendar: WorkingCalendar

    def home(self, place: str) -> PlaceCatalog:
        """The place. Raises RecordNotFound."""
        found = self.catalog.places.get(place)
        if found is None or found.profile is None:
            raise RecordNotFound("没有这个地区。")
        return found

    def last_day(self, rule: str) -> Callable[[Profile, str], str]:
        """A function that counts the last day of a clock from a day; empty where the profile is silent."""

        def count(profile: Profile, day: str) -> str:
            found = deadline(self.calendar, profile, rule, datetime.date.fromisoformat(day)).end
            return found.due_day if found else ""

        return count


def application_of(record: CaseRecord) -> Application:
    """The application that a proposal was made from."""
    return msgspec.convert(record.data["application"], Application)


def sees(actor: Actor, record: CaseRecord) -> bool:
    """Departments see their own body's proposals, reviewers and auditors all of their place."""
    if actor.place != record.place:
        return False
    return actor.role in REVIEWERS | {"auditor", "admin"} or (actor.role == "department" and actor.body == record.body)


def handle(desk: ProposalDesk, record: CaseRecord, step: Step) -> Change:
    """The change that a step by people makes. Raises RecordNotFound, NotAllowed, GuardFailed."""
    if not sees(step.actor, record):
        raise RecordNotFound("没有这件申请，或者不在您的单位办理。")
    if step.event not in BY_PEOPLE:
        raise NotAllowed("这一步不能在这里办。")
    step = _with_head(record, step)
    _guard(desk, record, step)
    step = _with_last_day(desk, step, record)
    concerned = set(record.data["concerned"]) if step.event not in notices.BEGINS else set()
    after, event, _ = take(MACHINE, record, step, concerned=concerned, names=LABELS)
    after = msgspec.structs.replace(after, data={**after.data, **_effects(desk, after, event, step)})
    if step.event == "file":
        _complete(desk, after, day_of(step.at))
    what = _WHAT.get(step.event)
    return change_of(record, after, event, *([delivery_of(after, event, what)] if what else []))


def follow(
    record: CaseRecord,
    event: str,
    at: datetime.datetime,
    given: Mapping[str, Any],
    tell: str = "",
    hears: str = "",
    **data: Any,
) -> Change:
    """The change that the system makes: where the pull request stands, merged, published, void.

    `tell` is what the forge (`open`, `merge`, `close`) or the site (`site`) has to be told next; `hears` is a body that
    is told by mail.
    """
    step = Step(event, AT_WORK, at, dict(given))
    after, happened, _ = take(MACHINE, record, step)
    after = msgspec.structs.replace(after, data={**after.data, **data})
    deliveries = [delivery_of(after, happened, tell)] if tell else []
    if hears:
        number, state = after.data["number"], after.state
        deliveries.append(letter(happened, after.place, hears, about=event, number=number, state=state))
    return change_of(record, after, happened, *deliveries)


def facts_of(record: CaseRecord) -> Facts:
    """What the gate has to know."""
    data, application = record.data, application_of(record)
    notice = notices.announcement_of(record)
    return Facts(
        place=record.place,
        type=application.type,
        bodies=tuple(data["concerned"]),
        subject=data["subject"],
        seal=application.seal,
        escalated=record.state == "escalated" or bool(data.get("escalated")),
        notice=notice.fact if notice else None,
    )


def standings(desk: ProposalDesk, record: CaseRecord, day: str) -> list[StepStanding]:
    """Every step of the chain with where it stands."""
    approvals = msgspec.convert(record.data["opinions"], list[Approval])
    facts = facts_of(record)
    return standing(chain_of(desk.catalog, facts), facts, approvals, head_of(record), day)


def lacks(desk: ProposalDesk, record: CaseRecord, day: str) -> list[str]:
    """What is missing before merging."""
    return [one.lack for one in standings(desk, record, day) if one.lack]


def head_of(record: CaseRecord) -> str:
    """The newest commit of the pull request; empty while there is none."""
    head: str = record.data.get("delivery", {}).get("head", "")
    return head


def timeliness_of(record: CaseRecord) -> Timeliness:
    """Whether it came in time."""
    return msgspec.convert(record.data["timeliness"], Timeliness)


def _with_last_day(desk: ProposalDesk, step: Step, record: CaseRecord) -> Step:
    """The clock says until when a notice runs; a later day may be wished for."""
    if step.event not in notices.BEGINS:
        return step
    profile = desk.home(record.place).profile
    assert profile is not None
    count = desk.last_day(notices.BEGINS[step.event])
    until = notices.last_day(record, step.event, step.given, profile, count, day_of(step.at))
    return Step(step.event, step.actor, step.at, {**step.given, "until": until}, step.reason)


def _with_head(record: CaseRecord, step: Step) -> Step:
    """Opinions and decisions are given to the newest commit that the reviewer was shown."""
    if step.event not in ("opine", "approve"):
        return step
    head = head_of(record)
    if not head:
        raise NotAllowed("申请还没有送到代码库，请稍等一会儿再审核。")
    given = {"commit": head, **step.given}
    if given["commit"] != head:
        raise NotAllowed("您看到的不是最新的版本，请刷新以后重新审核。")
    return Step(step.event, step.actor, step.at, given, step.reason)


def _guard(desk: ProposalDesk, record: CaseRecord, step: Step) -> None:
    day = day_of(step.at)
    type = record.data["type"]
    if step.event in ("opine", "approve", "oversee") and (wrong := dict(answer_problems(step.given))):
        raise GuardFailed(wrong)
    match step.event:
        case "opine":
            _in_turn(desk, record, step.actor.role, day, "这件申请不需要您的单位提审核意见。", "提审核意见")
        case "approve" if against := says_no(step.given, type):
            raise GuardFailed({"": f"“{'、'.join(against)}”选了“不符合”，不能审核通过；请退回补正，或者审核不通过"})
        case "approve" if missing := _lacking_besides(desk, record, step, day):
            raise GuardFailed({f"step{i}": lack for i, lack in enumerate(missing)})
        case "notify":
            _in_turn(desk, record, "notice", day, "这件申请按规则不用公示。", "开始公示")
        case "consult" if not asks_comments(desk, record):
            raise NotAllowed("这里的规则没有公开征求意见这一步。")
        case "oversee" if not is_overseen(desk, record):
            raise NotAllowed("这里的审核已经包括合法性，不用再作事后审查。")
        case "object" | "settle" if notices.announcement_of(record) is None:
            raise NotAllowed("这件申请没有公示，也没有征求意见。")


def is_overseen(desk: ProposalDesk, record: CaseRecord) -> bool:
    """Whether justice looks at the legality afterwards, because a change is only filed (WH-OR-08-4, WH-OR-16)."""
    profile = desk.home(record.place).profile
    return profile is not None and profile.review.adjust_mode.value == "filing"


def asks_comments(desk: ProposalDesk, record: CaseRecord) -> bool:
    """Whether the place's rules know a public comment (BS-PL-3-1-1e)."""
    profile = desk.home(record.place).profile
    leaf = profile.review.public_comment_days.value if profile else None
    return leaf is not None and leaf.required


def _in_turn(desk: ProposalDesk, record: CaseRecord, role: str, day: str, none: str, what: str) -> None:
    """A step is taken when those before it are done. Raises NotAllowed naming them, or saying that there is `none`."""
    steps = standings(desk, record, day)
    if not any(one.step.role == role for one in steps):
        raise NotAllowed(none)
    if waits := awaited(steps, role):
        raise NotAllowed(f"还没有轮到：要等“{'”“'.join(waits)}”完成以后再{what}。")


def _lacking_besides(desk: ProposalDesk, record: CaseRecord, step: Step, day: str) -> list[str]:
    """What is missing besides the yes that this very step gives."""
    held = msgspec.structs.replace(record, data={**record.data, "opinions": _opinions(record, step)})
    return lacks(desk, held, day)


def _complete(desk: ProposalDesk, record: CaseRecord, day: str) -> None:
    if missing := lacks(desk, record, day):
        raise GuardFailed({f"step{i}": lack for i, lack in enumerate(missing)})


def _opinions(record: CaseRecord, step: Step) -> list[dict[str, Any]]:
    """The yeses so far with this one; an opinion that stands against the proposal takes back the person's own yes."""
    if says_no(step.given, record.data["type"]):
        own = step.actor.subject or step.actor.account
        return [one for one in record.data["opinions"] if (one["role"], one["subject"]) != (step.actor.role, own)]
    given = Approval(
        role=step.actor.role,
        subject=step.actor.subject or step.actor.account,
        commit=head_of(record),
        at=utc(step.at),
    )
    return [*record.data["opinions"], msgspec.to_builtins(given)]


def _effects(desk: ProposalDesk, record: CaseRecord, event: Event, step: Step) -> dict[str, Any]:
    """What an event leaves behind in the data."""
    delivery = record.data["delivery"]
    match step.event:
        case "opine":
            return {"opinions": _opinions(record, step)}
        case "approve":
            return {"opinions": _opinions(record, step), "delivery": {**delivery, "status": "merging"}}
        case "file":
            return {"opinions": _opinions(record, step), "delivery": {**delivery, "status": "merging"}}
        case "escalate":
            return {"escalated": True}
        case "notify" | "consult":
            begun = announced(desk.catalog, record, application_of(record), facts_of(record), step)
            return {"notice": notices.kept(begun)}
        case "object" | "settle":
            return {"notice": notices.kept(_answered(record, step))}
        case "return":
            *earlier, last = record.data["submissions"]
            return {"defects": step.given["defects"], "submissions": [*earlier, {**last, "valid": False}]}
        case "reject" | "withdraw":
            return {"delivery": {**delivery, "status": "closed"}, "outcome": step.given.get("why", "")}
        case "retry":
            if delivery["status"] == "closed":  # somebody may have deleted its branch as well
                return {"delivery": {"status": "queued", "round": delivery["round"] + 1}}
            return {"delivery": {**delivery, "status": "queued"}}
    return {}


def _answered(record: CaseRecord, step: Step) -> notices.Announcement:
    announcement = notices.announcement_of(record)
    assert announcement is not None
    if step.event == "settle":
        return notices.settled(announcement, step.given, day_of(step.at))
    if not announcement.fact.takes(day_of(step.at)):
        raise NotAllowed(f"{announcement.words.name}不在进行，不能再记{announcement.words.voice}。")
    return notices.objected(announcement, step.given["objection"], utc(step.at))


_WHAT = {"approve": "merge", "file": "merge", "reject": "close", "withdraw": "close"}
_WHAT["retry"] = "open"
"""What the forge has to be told after an event."""


def delivery_of(record: CaseRecord, event: Event, what: str) -> Delivery:
    """What the forge (`open`, `merge`, `close`) or the site (`site`) has to be told."""
    topic = SITE if what == SITE else FORGE
    data = {"proposal": record.id, "what": what}
    return Delivery(id=f"{record.kind}/{record.id}/{event.seq}/{topic}", topic=topic, next_at=event.at, data=data)


def change_of(before: CaseRecord | None, after: CaseRecord, event: Event, *deliveries: Delivery) -> Change:
    """The change from one snapshot of a proposal to the next; a new one takes its number."""
    names = {} if before else {f"number:{after.place}:{after.data['number']}": after.key}
    return Change(writes=(written(before, watched(after), event),), deliveries=deliveries, unique=names)
