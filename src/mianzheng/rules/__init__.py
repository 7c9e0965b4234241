"""The rules of the catalog: `check` runs all of them and returns every finding.

One rule is one code in `sentences/`, one small function here, and cases in `tests/checks/<code>.yaml`. Rules
about a file as such (YAML, schema, personal data) run while it is read; the rules here see the linked catalog.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from mianzheng.model import Catalog, CertificateItem, Finding, PlaceCatalog, sorted_findings
from mianzheng.rules.bases import check_bases_of_item, check_basis_records
from mianzheng.rules.confirmation import check_confirmation
from mianzheng.rules.editions import check_editions
from mianzheng.rules.examination import Examination
from mianzheng.rules.guides import check_guide
from mianzheng.rules.items import check_item
from mianzheng.rules.methods import check_methods
from mianzheng.rules.names import check_kind_names, check_names_of_item
from mianzheng.rules.places import check_place
from mianzheng.rules.profiles import check_profile
from mianzheng.rules.proofs import check_proofs
from mianzheng.rules.vocabularies import check_backlog, check_calendar, check_next_calendar, check_vocabularies

Verdicts = Mapping[str, tuple[Finding, ...]]
"""What the rules about single items found in each, by file."""
UNKNOWN: Verdicts = MappingProxyType({})


class Judgement(NamedTuple):
    """All findings in report order, and the verdicts of the items in which anything was found."""

    findings: list[Finding]
    items: dict[str, tuple[Finding, ...]]


def check(catalog: Catalog, *, today: str, changed: Collection[str] | None = None) -> list[Finding]:
    """Judge a linked catalog on a Shanghai day (`YYYY-MM-DD`).

    `changed` holds the files that a proposal adds or changes; what was tolerated as known debt is an error there.
    Findings carry the field, not yet the line.
    """
    return judge(Examination(catalog, today, changed)).findings


def judge(run: Examination, known: Verdicts = UNKNOWN) -> Judgement:
    """What `check` says, with the verdicts of single items.

    `known` are former verdicts, empty where nothing was found. They hold as long as the item, the day, everything in
    the catalog that is no item, and which items there are have not changed: no rule about a single item looks at what
    another one says.
    """
    catalog = run.catalog
    check_vocabularies(run)
    check_kind_names(run)
    check_basis_records(run)
    for calendar in catalog.calendars.values():
        check_calendar(run, calendar)
    check_next_calendar(run)
    for profile in catalog.profiles.values():
        check_profile(run, profile)
    for home in catalog.places.values():
        check_place(run, home)
        check_editions(run, home)
        check_proofs(run, home)
    verdicts: dict[str, tuple[Finding, ...]] = {}
    for home, item in catalog.items():
        file = catalog.files[item.id]
        verdict = known.get(file)
        if verdict is None:
            verdict = _verdict(run, home, item, file)
        if verdict:
            verdicts[file] = verdict
            run.findings.extend(verdict)
    check_backlog(run)
    return Judgement(sorted_findings(run.findings), verdicts)


def _verdict(run: Examination, home: PlaceCatalog, item: CertificateItem, file: str) -> tuple[Finding, ...]:
    """What the rules about single items find in one, and nothing else."""
    others, run.findings = run.findings, []
    rules = run.places.get(home.place.id)
    if rules is not None:
        check_item(run, rules, item, file)
        check_guide(run, home, item, file)
        check_methods(run, rules, item, file)
        check_names_of_item(run, rules, item, file)
    check_bases_of_item(run, item, file)
    check_confirmation(run, item, file)
    own, run.findings = run.findings, others
    return tuple(own)


__all__ = ["Examination", "Judgement", "Verdicts", "check", "judge"]
