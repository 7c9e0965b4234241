"""The last day of a notice as a calendar file (iCalendar, RFC 5545): one event of a whole day, with a reminder."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from urllib.parse import urlsplit

from mianzheng.clock import SHANGHAI
from mianzheng.views.live import Notice
from mianzheng.views.public_notices import page_url

LINE = 75
"""Octets of a line, its break not counted; longer ones go on in a line that begins with a space."""


def last_day_calendar(notice: Notice, base_url: str) -> bytes:
    """The file. The same bytes for the same notice: its stamp is the day on which it began."""
    last = datetime.date.fromisoformat(notice.last_day)
    began = datetime.date.fromisoformat(notice.since or notice.last_day)
    stamp = datetime.datetime.combine(began, datetime.time(), SHANGHAI).astimezone(datetime.UTC)
    address = base_url + page_url(notice)
    name = f"{notice.word}最后一天：{notice.title}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//mianzheng//notices//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{notice.id}@{urlsplit(base_url).hostname}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{last:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last + datetime.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(name)}",
        f"DESCRIPTION:{_text(f'到当天24时为止可以提{notice.voice}。{address}')}",
        f"URL:{address}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT15H",  # nine in the morning of the day before
        f"DESCRIPTION:{_text(f'明天是{name}')}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _text(value: str) -> str:
    """A text value: what has a meaning of its own is escaped, breaks are written out."""
    for mark in ("\\", ";", ","):
        value = value.replace(mark, f"\\{mark}")
    return value.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most `LINE` octets, cut between characters."""
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LINE:
            yield part
            part, size = " ", 1
        part, size = part + character, size + width
    yield part
