"""What was entered where a day is wanted comes back readable, whatever it was."""

from __future__ import annotations

import pytest

from mianzheng.views.inputs import holding


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("date", "2026-11-26", "date"),
        ("date", "", "date"),
        ("date", "昨天", "text"),
        ("date", "2026-02-30", "text"),
        ("date", "20261126", "text"),
        ("datetime-local", "2026-11-26T09:30", "datetime-local"),
        ("datetime-local", "2026-11-26", "text"),
        ("datetime-local", "2026-11-26T09:30+08:00", "text"),
        ("number", "5", "number"),
        ("number", "五天", "text"),
        ("text", "昨天", "text"),
        ("password", "昨天", "password"),
    ],
)
def test_a_field_that_could_not_hold_a_value_becomes_one_of_words(kind: str, value: str, shown: str) -> None:
    assert holding(kind, value) == shown
