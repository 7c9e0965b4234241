"""The three questions that a reviewer answers (依据、必要性、与上位法一致), and the written opinion (审核意见).

To say “不符合” of a certificate that is to be added or changed is no yes: such an opinion is written down, but does not
count for the chain. Of one that is to be cancelled it is the very ground (OQ-22, 优化营商环境条例第四十四条).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mianzheng.cases.records import Event
from mianzheng.clock import day_of
from mianzheng.proposals.chains import ProposalType

QUESTIONS: Mapping[str, str] = {"basis": "依据", "necessity": "必要性", "superior": "与上位法一致"}
ANSWERS: Mapping[str, str] = {"yes": "符合", "no": "不符合", "none": "不涉及"}
REVIEWING = ("opine", "approve", "reject", "oversee")
"""Events that come with a written opinion."""
_TEXTS = ("opinion", "decision", "why")


def ground_of(question: str) -> str:
    """The field that holds the grounds of an answer."""
    return f"{question}_ground"


@dataclass(frozen=True)
class Opinion:
    """A written opinion as it was given: number of its event, whose, on which day, the text, the three answers.

    `answers` are question, answer and grounds in words; questions that were left open have an empty answer.
    """

    seq: int
    event: str
    role: str
    body: str
    day: str
    text: str
    answers: tuple[tuple[str, str, str], ...]


def answer_problems(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the answers to the three questions: field and sentence. Left open is allowed."""
    for code, title in QUESTIONS.items():
        answer = given.get(code, "")
        if answer and answer not in ANSWERS:
            yield code, f"“{title}”请从这些里面选：{'、'.join(ANSWERS.values())}"
        elif answer == "no" and not str(given.get(ground_of(code), "")).strip():
            yield ground_of(code), f"“{title}”选了“不符合”，请写明哪里不符合"


def says_no(given: Mapping[str, Any], type: ProposalType) -> list[str]:
    """The questions whose answer stands against what is proposed."""
    return [] if type == "cancel" else [title for code, title in QUESTIONS.items() if given.get(code) == "no"]


def opinions_of(events: Iterable[Event]) -> list[Opinion]:
    """The written opinions of a proposal, oldest first."""
    return [_opinion(event) for event in events if event.name in REVIEWING and _text(event)]


def _text(event: Event) -> str:
    return next((str(event.data[name]) for name in _TEXTS if event.data.get(name)), "")


def _opinion(event: Event) -> Opinion:
    answers = tuple(
        (title, ANSWERS.get(str(event.data.get(code, "")), ""), str(event.data.get(ground_of(code), "")))
        for code, title in QUESTIONS.items()
    )
    return Opinion(event.seq, event.name, event.role, event.body, day_of(event.at), _text(event), answers)
