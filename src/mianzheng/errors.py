"""Every error this package raises on purpose.

    MianzhengError
    ├── CatalogError                 the catalog cannot be used
    │   ├── CatalogNotFound          no folder, no commit, no such ref
    │   └── CatalogHasErrors         findings of level error; they travel with the exception
    ├── Refused                      the caller asked for something that cannot be done as asked
    │   ├── RecordNotFound
    │   ├── AlreadyExists
    │   ├── BadArgument              one or more arguments are unusable; all are named
    │   ├── NotAllowed               this role may not do this, or not in this state
    │   ├── GuardFailed              the step needs something that is not given; all lacks are named
    │   ├── NoOperator               nobody answers for this place: nothing is taken in, nothing stored
    │   ├── VersionConflict          the record has moved on; carries the present one
    │   └── CommandMismatch          the same command key with other content
    └── AdapterError                 the outside world did not play along
        ├── Unavailable              try again later
        ├── Rejected                 trying again will not help
        │   └── MovedOn              what it was made for has changed: the same has to be made anew on what is there now
        └── LeaseLost                somebody else has taken over this delivery

Wrong *data* is never an exception: it is a list of `Finding`s, all of them at once. Wrong *use* is an
exception from this tree. Nothing here knows HTTP; the web room owns that table.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mianzheng.cases.records import CaseRecord
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


class NotAllowed(Refused):
    """The role may not do this, or nobody may in this state."""


class GuardFailed(Refused):
    """A step lacks what its rules ask for; `problems` maps a field or guard to one Chinese sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = dict(problems)


class NoOperator(Refused):
    """Nobody takes complaints for this place: it has no operator, or in a demonstration it is a real place."""

    def __init__(self, place: str) -> None:
        super().__init__(f"本站还没有{place}的受理单位，不能在这里提交。您写的内容没有保存，请打12345或者到窗口反映。")


class VersionConflict(Refused):
    """Somebody else changed the record meanwhile; `current` is what it is now."""

    def __init__(self, current: CaseRecord) -> None:
        super().__init__("这件事刚刚被别人改过，请看过最新情况再办。")
        self.current = current


class CommandMismatch(Refused):
    """The command key was used before for something else."""

    def __init__(self) -> None:
        super().__init__("这个请求编号已经用来提交过别的内容。")


class AdapterError(MianzhengError):
    """A database, forge, mail server or file store failed."""


class Unavailable(AdapterError):
    """It may work later; `again_at` is the earliest moment for it, where the other side names one."""

    def __init__(self, message: str, *, again_at: datetime.datetime | None = None) -> None:
        super().__init__(message)
        self.again_at = again_at


class Rejected(AdapterError):
    """It will not work later either."""


class MovedOn(Rejected):
    """A branch or list stands elsewhere than it was believed to: made anew on what is there now, the same may do."""


class LeaseLost(AdapterError):
    """The lease of a delivery is over and another worker may have it; nothing was written."""
