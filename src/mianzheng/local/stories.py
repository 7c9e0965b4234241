"""What becomes of invented complaints in a rehearsal: who does what, how many working days after the filing.

The states of a story's middle are seen when the rehearsal ends before the story does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Deed:
    """`days` working days after the filing, `hour` hours after nine, somebody of a role does something."""

    days: int
    hour: int
    event: str
    role: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """What happens, and how often it is told beside the others."""

    weight: int
    deeds: tuple[Deed, ...]


_RESULT = {"findings": "upheld", "reply": "已经核实，窗口不应当再要这张证明，已当场纠正。（演示）"}
_REFUTED = {"findings": "not_upheld", "reply": "经核实，窗口没有要求交这张证明。（演示）"}
_ACCEPTED = Deed(1, 1, "accept", "receiver")
_HANDED_OVER = (
    _ACCEPTED,
    Deed(1, 2, "transfer", "receiver", {"handling_body": "one"}),
    Deed(2, 1, "investigate", "handler"),
)


def _concluded(day: int, result: Mapping[str, Any], told: int) -> tuple[Deed, ...]:
    return (
        Deed(day, 2, "propose_conclusion", "handler", result),
        Deed(day, 6, "conclude", "receiver", result),
        Deed(told, 3, "inform", "handler", {"way": "phone"}),
    )


STORIES: Mapping[str, Story] = {
    "办得快": Story(6, (*_HANDED_OVER, *_concluded(4, _RESULT, 5), Deed(7, 1, "rate", "citizen", {"score": 5}))),
    "不属实": Story(3, (*_HANDED_OVER, *_concluded(5, _REFUTED, 6))),
    "有异议": Story(
        1, (*_HANDED_OVER, *_concluded(5, _REFUTED, 6), Deed(8, 1, "object", "citizen", {"text": "我不同意。（演示）"}))
    ),
    "延期": Story(
        3,
        (
            *_HANDED_OVER,
            Deed(4, 1, "ask_extension", "handler", {"days": 4, "why": "要调取外地的档案。（演示）"}),
            Deed(4, 4, "extend", "receiver", {"days": 4}),
            *_concluded(9, _RESULT, 10),
        ),
    ),
    "超期才办": Story(2, (*_HANDED_OVER, *_concluded(8, _RESULT, 9))),
    "没有人接手": Story(1, (_ACCEPTED,)),
    "没有受理": Story(1, ()),
    "不予受理": Story(
        2,
        (
            Deed(
                1, 3, "refuse", "receiver",
                {"ground": "N1_vague_and_uncheckable", "parts": [0, 1], "reply": "没有说清哪个窗口、什么事。（演示）"},
            ),
        ),
    ),
    "撤回": Story(1, (_ACCEPTED, Deed(2, 4, "withdraw", "citizen"))),
    "补充": Story(1, (_ACCEPTED, Deed(2, 2, "supplement", "citizen", {"text": "那天是二号窗口。（演示）"}))),
}  # fmt: skip
"""Name → story."""
