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
from mianzheng.cases.records import CaseRecord, Change, Delivery, Event
from mianzheng.cases.steps import Step, opened, take, utc, written
from mianzheng.clock import WorkingCalendar, day_of, deadline
from mianzheng.errors import GuardFailed, NotAllowed, RecordNotFound
from mianzheng.model import Catalog, PlaceCatalog, Profile
from mianzheng.ports.forge import Approval
from mianzheng.proposals.chains import TYPES, Facts, Notice, StepStanding, chain_of, standing
from mianzheng.proposals.examining import Examined
from mianzheng.proposals.forms import Application
from mianzheng.proposals.machines import MACHINE, REVIEWERS
from mianzheng.proposals.milestones import Submission, Timeliness, timeliness
from mianzheng.proposals.wording import Wording

FORGE, SITE = "forge", "site"
LABELS = {
    "opinion": "审核意见", "commit": "审核的版本", "why": "理由", "defects": "要补正的地方", "decision": "决定",
    "from": "公示开始的日期", "until": "公示最后一天", "objection": "异议", "answer": "处理情况", "choices": "选择",
}  # fmt: skip
BY_PEOPLE = (
    "study", "opine", "approve", "reject", "return", "escalate", "notify", "object", "settle", "file", "withdraw",
    "note", "retry",
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


def submit(
    desk: ProposalDesk,
    application: Application,
    examined: Examined,
    step: Step,
    *,
    id: str,
    number: str,
    before: CaseRecord | None = None,
) -> Change:
    """The change that hands a proposal in (AP2), or hands in again what was returned (AP3).

    Raises GuardFailed naming every defect: nothing is stored then; NotAllowed.
    """
    if examined.problems:
        raise GuardFailed(examined.problems)
    home = desk.home(application.place)
    first = before or opened(MACHINE, id, step, place=application.place, body=step.actor.body)
    after, event, _ = take(MACHINE, first, step)
    day = day_of(step.at)
    submissions = [*first.data.get("submissions", []), {"on": day, "valid": True}]
    assert home.profile is not None
    came = timeliness(
        home.profile,
        application.initiator,
        application.trigger_date,
        msgspec.convert(submissions, list[Submission]),
        desk.last_day("adjust.apply"),
    )
    data = {
        **after.data,
        **_told(desk.catalog, application, examined, home),
        "number": first.data.get("number", number),
        "application": msgspec.to_builtins(application),
        "new_ids": [operation.id for operation in examined.operations],
        "submissions": submissions,
        "submitted_at": event.at.isoformat(),
        "subject": step.actor.subject,
        "timeliness": msgspec.to_builtins(came),
        "target": desk.last_day("review")(home.profile, day),
        "opinions": [],
        "delivery": {"status": "queued", "round": first.data.get("delivery", {}).get("round", 0) + 1},
    }
    after = msgspec.structs.replace(after, data=data)
    return _change(before, after, event, _delivery(after, event, "open"))


def handle(desk: ProposalDesk, record: CaseRecord, step: Step) -> Change:
    """The change that a step by people makes. Raises RecordNotFound, NotAllowed, GuardFailed."""
    if not sees(step.actor, record):
        raise RecordNotFound("没有这件申请，或者不在您的单位办理。")
    if step.event not in BY_PEOPLE:
        raise NotAllowed("这一步不能在这里办。")
    step = _with_head(record, step)
    _guard(desk, record, step)
    concerned = set(record.data["concerned"]) if step.event != "notify" else set()
    after, event, _ = take(MACHINE, record, step, concerned=concerned, names=LABELS)
    after = msgspec.structs.replace(after, data={**after.data, **_effects(after, event, step)})
    if step.event == "file":
        _complete(desk, after, day_of(step.at))
    what = _WHAT.get(step.event)
    return _change(record, after, event, *([_delivery(after, event, what)] if what else []))


def follow(
    record: CaseRecord, event: str, at: datetime.datetime, given: Mapping[str, Any], tell: str = "", **data: Any
) -> Change:
    """The change that the system makes: where the pull request stands, merged, published, void.

    `tell` is what the forge (`open`, `merge`, `close`) or the site (`site`) has to be told next.
    """
    step = Step(event, AT_WORK, at, dict(given))
    after, happened, _ = take(MACHINE, record, step)
    after = msgspec.structs.replace(after, data={**after.data, **data})
    return _change(record, after, happened, *([_delivery(after, happened, tell)] if tell else []))


def facts_of(record: CaseRecord) -> Facts:
    """What the gate has to know."""
    data, application = record.data, application_of(record)
    notice = data.get("notice")
    return Facts(
        place=record.place,
        type=application.type,
        bodies=tuple(data["concerned"]),
        subject=data["subject"],
        seal=application.seal,
        escalated=record.state == "escalated" or bool(data.get("escalated")),
        notice=msgspec.convert(notice, Notice) if notice else None,
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


def _told(catalog: Catalog, application: Application, examined: Examined, home: PlaceCatalog) -> dict[str, Any]:
    """What lists show: what it is about, codes, names of bodies, items."""
    words = Wording(catalog, home)
    titles = [words.title(one) for one in examined.applied.records]
    bodies = [application.applicant] if application.applicant in home.bodies else []
    for one in examined.applied.records:
        body = getattr(one, "requesting_body", getattr(one, "body", ""))
        if body in home.bodies and body not in bodies:
            bodies.append(body)
    more = f"等 {len(titles)} 项" if len(titles) > 1 else ""
    return {
        "title": f"{titles[0]}{more}" if titles else TYPES[application.type],
        "concerned": [] if application.initiator == "office" else bodies,
        "body_names": [home.bodies[body].name for body in bodies],
        "type": application.type,
        "items": [operation.id for operation in examined.operations],
    }


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
    if step.event == "opine":
        roles = {one.role for one in chain_of(desk.catalog, facts_of(record))}
        if step.actor.role not in roles:
            raise NotAllowed("这件申请不需要您的单位提审核意见。")
    if step.event == "approve" and (missing := _lacking_besides(desk, record, step, day)):
        raise GuardFailed({f"step{i}": lack for i, lack in enumerate(missing)})
    if step.event == "notify":
        _notice_guard(record, step)


def _lacking_besides(desk: ProposalDesk, record: CaseRecord, step: Step, day: str) -> list[str]:
    """What is missing besides the yes that this very step gives."""
    held = msgspec.structs.replace(record, data={**record.data, "opinions": _opinions(record, step)})
    return lacks(desk, held, day)


def _complete(desk: ProposalDesk, record: CaseRecord, day: str) -> None:
    if missing := lacks(desk, record, day):
        raise GuardFailed({f"step{i}": lack for i, lack in enumerate(missing)})


def _notice_guard(record: CaseRecord, step: Step) -> None:
    if record.data.get("notice"):
        raise NotAllowed("已经公示过了。")
    first, last = step.given.get("from", ""), step.given.get("until", "")
    if first and last and first > last:
        raise GuardFailed({"until": "最后一天不能早于开始的日期"})


def _opinions(record: CaseRecord, step: Step) -> list[dict[str, Any]]:
    given = Approval(
        role=step.actor.role,
        subject=step.actor.subject or step.actor.account,
        commit=head_of(record),
        at=utc(step.at),
    )
    return [*record.data["opinions"], msgspec.to_builtins(given)]


def _effects(record: CaseRecord, event: Event, step: Step) -> dict[str, Any]:
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
        case "notify":
            return {"notice": {"from": step.given["from"], "until": step.given["until"], "objections": []}}
        case "object":
            notice = record.data["notice"]
            return {"notice": {**notice, "objections": [*notice["objections"], step.given["objection"]]}}
        case "settle":
            notice = record.data["notice"]
            left = [one for one in notice["objections"] if one != step.given["objection"]]
            return {"notice": {**notice, "objections": left}}
        case "return":
            return {"delivery": {**delivery, "status": "closed"}, "defects": step.given["defects"]}
        case "reject" | "withdraw":
            return {"delivery": {**delivery, "status": "closed"}, "outcome": step.given.get("why", "")}
        case "retry":
            closed = delivery["status"] == "closed"  # somebody may have deleted its branch as well
            return {"delivery": {**delivery, "status": "queued", "round": delivery["round"] + closed}}
    return {}


_WHAT = {"approve": "merge", "file": "merge", "return": "close", "reject": "close", "withdraw": "close"}
_WHAT["retry"] = "open"
"""What the forge has to be told after an event."""


def _delivery(record: CaseRecord, event: Event, what: str) -> Delivery:
    topic = SITE if what == SITE else FORGE
    data = {"proposal": record.id, "what": what}
    return Delivery(id=f"{record.kind}/{record.id}/{event.seq}/{topic}", topic=topic, next_at=event.at, data=data)


def _change(before: CaseRecord | None, after: CaseRecord, event: Event, *deliveries: Delivery) -> Change:
    names = {} if before else {f"number:{after.place}:{after.data['number']}": after.key}
    return Change(writes=(written(before, after, event),), deliveries=deliveries, unique=names)
