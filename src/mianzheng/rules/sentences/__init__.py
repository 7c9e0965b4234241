"""What findings say, in Chinese, apart from the logic that finds the fault.

Each code has one or more variants. `message` says what was found and what is expected, `fix` how to mend it, `basis`
why. Words in braces are filled by the rule. One sentence each, no jargon, no blame. `level` is the usual level; a rule
may lower or raise it where a profile or the age of a record says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from mianzheng.model.findings import ErrorLevel


@dataclass(frozen=True)
class Wording:
    """The sentences of one variant of one code."""

    level: ErrorLevel
    message: str
    fix: str
    basis: str = ""


Sentences = dict[str, dict[str, Wording]]
"""Code → variant → wording."""
