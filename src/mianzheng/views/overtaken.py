"""Somebody else was faster: what was written for a step that the page no longer offers, shown to be copied."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Overtaken:
    """What is in the way of a step whose form is gone, and the texts that came with it: label and words."""

    problems: Mapping[str, str]
    written: Sequence[tuple[str, str]]


def overtaken(
    event: str,
    offered: Collection[str],
    problems: Mapping[str, str],
    labels: Mapping[str, str],
    values: Mapping[str, str],
) -> Overtaken | None:
    """None where nothing is in the way, or where the step's own form says what is. `labels` name the texts by field."""
    if not problems or event in offered:
        return None
    return Overtaken(
        problems, [(label, values[name]) for name, label in labels.items() if values.get(name, "").strip()]
    )
