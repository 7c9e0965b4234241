"""The small values records are made of: ids, dates, codes, and the record base class."""

from __future__ import annotations

from typing import Annotated, dataclass_transform

import msgspec
from msgspec import Meta

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o, u."""

_TAIL = "[0-9a-hjkmnp-tv-z]{6}$"


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Base of every value read from the catalog: frozen, closed, keys in declared order."""


Text = Annotated[str, Meta(min_length=1, max_length=2000)]
"""Chinese text that people read; one paragraph."""
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$", title="代码")]
Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40, title="标识")]

ItemId = Annotated[str, Meta(pattern="^zm-" + _TAIL, title="证明事项编号")]
KindId = Annotated[str, Meta(pattern="^kd-" + _TAIL, title="证明种类编号")]
ServiceId = Annotated[str, Meta(pattern="^sv-" + _TAIL, title="政务服务事项编号")]
BodyId = Annotated[str, Meta(pattern="^bd-" + _TAIL, title="单位编号")]
BasisId = Annotated[str, Meta(pattern="^lb-" + _TAIL, title="依据编号")]
FormId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*-v[1-9][0-9]*$", title="文书编号")]

Day = Annotated[str, Meta(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", title="日期")]
"""A full date, `YYYY-MM-DD`."""
PartialDate = Annotated[
    str,
    Meta(pattern=r"^[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$", title="日期（可只到年或月）"),
]
"""A date as precise as the source: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""


def first_day(date: str) -> str:
    """The first day that a partial date can mean, `YYYY-MM-DD`; full dates come back unchanged."""
    return date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date


def last_day(date: str) -> str:
    """An upper bound for a partial date that sorts after every day of its year or month."""
    return date if len(date) == 10 else date + "-99"


class Period(Record, kw_only=True):
    """From a first day to a last day, both included; no `until` means open."""

    from_: PartialDate = msgspec.field(name="from")
    until: PartialDate = ""

    def holds_on(self, day: str) -> bool:
        """Whether `day` (`YYYY-MM-DD`) lies in the period."""
        return first_day(self.from_) <= day and (not self.until or day <= last_day(self.until))
