"""Dates and times as people say them: 11月30日（周一）当天."""

from __future__ import annotations

import datetime

from mianzheng.clock import SHANGHAI, Start, Target
from mianzheng.views.rendering import WEEKDAYS


def spoken(when: Start, *, year: bool = False) -> str:
    """A day or an instant in Shanghai, such as 2月13日（周五）10:00; with the year where it matters."""
    local = when.astimezone(SHANGHAI) if isinstance(when, datetime.datetime) else when
    text = f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）"
    if year:
        text = f"{local.year}年{text}"
    return f"{text}{local:%H:%M}" if isinstance(local, datetime.datetime) else text


def day_said(day: str, *, year: bool = False) -> str:
    """A written day as people say it."""
    return spoken(datetime.date.fromisoformat(day), year=year)


def ending(end: Target) -> str:
    """The end of a period: 2月27日（周五）当天, or 2月24日（周二）17:30前."""
    local = end.due_at.astimezone(SHANGHAI)
    if local.date().isoformat() != end.due_day:
        return f"{day_said(end.due_day)}当天"
    return f"{spoken(local)}前"
