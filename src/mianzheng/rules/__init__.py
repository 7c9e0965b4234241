"""The rules of the catalog: `check` runs all of them and returns every finding.

One rule is one code in `sentences/`, one small function here, and cases in `tests/checks/<code>.yaml`. Rules
about a file as such (YAML, schema, personal data) run while it is read; the rules here see the linked catalog.
"""

from __future__ import annotations

from collections.abc import Collection

from mianzheng.model import Catalog, Finding, sorted_findings
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


def check(catalog: Catalog, *, today: str, changed: Collection[str] | None = None) -> list[Finding]:
    """Judge a linked catalog on a Shanghai day (`YYYY-MM-DD`).

    `changed` holds the files that a proposal adds or changes; what was tolerated as known debt is an error there.
    Findings carry the field, not yet the line.
    """
    run = Examination(catalog, today, changed)
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
    files = catalog.files
    for home, item in catalog.items():
        rules = run.places.get(home.place.id)
        file = files[item.id]
        if rules is not None:
            check_item(run, rules, item, file)
            check_guide(run, home, item, file)
            check_methods(run, rules, item, file)
            check_names_of_item(run, rules, item, file)
        check_bases_of_item(run, item, file)
        check_confirmation(run, item, file)
    check_backlog(run)
    return sorted_findings(run.findings)


__all__ = ["Examination", "check"]
