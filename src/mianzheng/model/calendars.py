"""Calendars of working days, one a year, as the State Council announces them (CLK-2)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from mianzheng.model.values import Day, Name, Record, Text


class Announcement(Record, kw_only=True):
    """The notice that announced a calendar; number and address only where certain."""

    title: Name
    issuer: Name
    published: Day = ""
    number: Annotated[str, Meta(max_length=60)] = ""
    address: Annotated[str, Meta(max_length=300)] = ""


class Holiday(Record, kw_only=True):
    """One announced holiday, first and last day included; weekends may lie inside."""

    name: Name
    from_: Day = field(name="from")
    until: Day


class CalendarYear(Record, kw_only=True):
    """The announced working days of a year: Monday to Friday, without `holidays`, with `workdays` (调休)."""

    year: Annotated[int, Meta(ge=2000, le=2100)]
    announcements: Annotated[tuple[Announcement, ...], Meta(min_length=1)]
    holidays: tuple[Holiday, ...]
    workdays: tuple[Day, ...]
    note: Text = ""
