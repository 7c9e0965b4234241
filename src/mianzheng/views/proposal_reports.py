"""What a proposal would change, shown in the workbench: the preview of a form and the report on a proposal's page."""

from __future__ import annotations

from collections.abc import Sequence

from mianzheng.cases.records import CaseRecord
from mianzheng.model import Catalog
from mianzheng.proposals.block import Proposal, proposal_of
from mianzheng.proposals.chains import StepStanding
from mianzheng.proposals.differences import difference
from mianzheng.proposals.examining import Examined, examine
from mianzheng.proposals.handling import application_of, timeliness_of
from mianzheng.proposals.operations import Render, with_records
from mianzheng.proposals.report import ReviewReport, review_report
from mianzheng.rules import check
from mianzheng.views.review import embedded, preview

UNDER_WAY = ("submitted", "returned", "under_study", "escalated", "approved", "filed")


def preview_of(catalog: Catalog, place: str, examined: Examined, render: Render, day: str) -> str:
    """The was → now tables of an application that has not been sent yet."""
    return preview(_report(catalog, place, examined, render, (), None, day))


def report_of(catalog: Catalog, record: CaseRecord, steps: Sequence[StepStanding], render: Render, day: str) -> str:
    """The report on a proposal that is on its way, made on the list as it stands; empty once it is over."""
    if record.state not in UNDER_WAY:
        return ""
    application = application_of(record)
    ids = iter(record.data["new_ids"])
    examined = examine(
        application, catalog, day, new_id=lambda: next(ids), render=render, proposal=record.data["number"]
    )
    if not examined.files:
        return ""
    told = proposal_of(
        application,
        record.data["number"],
        record.data["submissions"][-1]["on"],
        record.data["subject"],
        timeliness_of(record),
    )
    report = _report(catalog, record.place, examined, render, steps, told, day)
    return embedded(report)


def _report(
    catalog: Catalog,
    place: str,
    examined: Examined,
    render: Render,
    steps: Sequence[StepStanding],
    told: Proposal | None,
    day: str,
) -> ReviewReport:
    after = with_records(catalog, place, examined.records, render)
    changed = difference(catalog, after, list(examined.files))
    found = check(after, today=day, changed=set(examined.files))
    findings = [one for one in found if one.file in examined.files]
    return review_report(after, changed, findings, steps, told, day=day)
