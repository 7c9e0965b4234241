"""Findings: what is wrong with the data, where, and how to mend it."""

from __future__ import annotations

from typing import Literal

import msgspec

ErrorLevel = Literal["error", "warning", "hint"]
_ORDER = {"error": 0, "warning": 1, "hint": 2}


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that is wrong in one place of one file.

    `file` is relative to the catalog folder; `line` and `column` start at 1, 0 where unknown; `field` is a
    dotted path such as `versions.0.method`. `message` says what was found and what is expected, `fix` how
    to mend it, `basis` why (a rule id or a legal article).
    """

    code: str
    level: ErrorLevel
    file: str
    line: int = 0
    column: int = 0
    field: str = ""
    message: str
    fix: str = ""
    basis: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, int, str, str]:
        """Order of a report: by file, then line, errors first."""
        return (self.file, self.line, self.column, _ORDER[self.level], self.code, self.field)


def sorted_findings(findings: list[Finding]) -> list[Finding]:
    """The findings in report order, exact repeats removed."""
    return sorted(dict.fromkeys(findings), key=lambda f: f.sort_key)


def has_errors(findings: list[Finding]) -> bool:
    """Whether any finding is of level error."""
    return any(f.level == "error" for f in findings)
