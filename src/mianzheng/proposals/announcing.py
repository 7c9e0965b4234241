"""What a notice shows to everybody when it begins: what would change, why, who decides. Kept as it was shown."""

from __future__ import annotations

from mianzheng.cases.records import CaseRecord
from mianzheng.cases.steps import Step
from mianzheng.clock import day_of
from mianzheng.model import Catalog
from mianzheng.proposals.chains import Facts, chain_of
from mianzheng.proposals.forms import Application, operations_of
from mianzheng.proposals.notices import BEGINS, Announcement, notice_id
from mianzheng.proposals.operations import attempted
from mianzheng.proposals.was_now import was_now
from mianzheng.proposals.wording import Wording


def announced(catalog: Catalog, record: CaseRecord, application: Application, facts: Facts, step: Step) -> Announcement:
    """The notice that a step begins; its first and last day are known already."""
    home, day = catalog.places[record.place], day_of(step.at)
    ids = iter(record.data["new_ids"])
    operations = operations_of(application, catalog, day, lambda: next(ids), record.data["number"])
    records = attempted(catalog, record.place, operations, day).records
    decides = [one.label for one in chain_of(catalog, facts) if one.kind in ("approve", "decide")]
    return Announcement(
        id=notice_id(record),
        kind=BEGINS[step.event],
        from_=step.given["from"],
        until=step.given["until"],
        items=was_now(catalog, home, records, dated=bool(application.effective_from)),
        why=_why(Wording(catalog, home), application),
        decides="、".join(decides),
    )


def _why(words: Wording, application: Application) -> str:
    reason = words.reason(application.type, application.reason) if application.reason else ""
    cited = "、".join(words.basis(use.basis, use.article) for use in application.legal_bases)
    said = (reason, application.reason_text, application.ground, f"依据{cited}" if cited else "")
    return "；".join(part.strip("。； ") for part in said if part.strip())
