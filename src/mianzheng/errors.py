"""Every error this package raises on purpose.

    MianzhengError
    ├── CatalogError                 the catalog cannot be used
    │   ├── CatalogNotFound          no folder, no commit, no such ref
    │   └── CatalogHasErrors         findings of level error; they travel with the exception
    ├── Refused                      the caller asked for something that cannot be done as asked
    │   ├── RecordNotFound
    │   ├── AlreadyExists
    │   └── BadArgument              one or more arguments are unusable; all are named
    └── AdapterError                 the outside world did not play along
        ├── Unavailable              try again later
        └── Rejected                 trying again will not help

Wrong *data* is never an exception: it is a list of `Finding`s, all of them at once. Wrong *use* is an
exception from this tree. Nothing here knows HTTP; the web room owns that table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mianzheng.model import Finding


class MianzhengError(Exception):
    """The root. `str()` of any of these is a Chinese sentence fit for a person."""


class CatalogError(MianzhengError):
    """The catalog as a whole cannot be used."""


class CatalogNotFound(CatalogError):
    """There is no catalog at the given folder or commit."""


class CatalogHasErrors(CatalogError):
    """The catalog was read, but has findings of level error; `findings` lists all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"清单数据有 {len(findings)} 处错误，请先改正。")
        self.findings = tuple(findings)


class Refused(MianzhengError):
    """The caller was wrong: asking again the same way gives the same answer."""


class RecordNotFound(Refused):
    """No record has this id."""


class AlreadyExists(Refused):
    """Something of this name is already there and would be overwritten."""


class BadArgument(Refused):
    """Unusable arguments; `problems` holds one Chinese sentence for each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


class AdapterError(MianzhengError):
    """A database, forge, mail server or file store failed."""


class Unavailable(AdapterError):
    """It may work later."""


class Rejected(AdapterError):
    """It will not work later either."""
