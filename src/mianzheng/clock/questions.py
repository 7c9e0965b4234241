"""Questions about due dates as people and programs write them: command line, addresses, forms."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

import msgspec

from mianzheng.clock.calendar import WorkingCalendar
from mianzheng.clock.counting import Start
from mianzheng.clock.days import SHANGHAI
from mianzheng.clock.deadlines import Deadline, deadline, unusable
from mianzheng.errors import BadArgument
from mianzheng.model import Duration, Profile

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)


class Question(msgspec.Struct, frozen=True, gc=False):
    """A usable question about one due date; `length`: the one that held when the case began."""

    profile: Profile
    rule: str
    start: Start
    extend: int = 0
    days: int | None = None
    length: Duration | None = None


def read_question(
    profiles: Mapping[str, Profile], *, profile: str, rule: str, start: str, extend: str = "", days: str = ""
) -> Question:
    """The question that five texts ask; empty means not given. Instants without offset are Shanghai time.

    Raises BadArgument with every problem at once, one Chinese sentence each.
    """
    problems: list[str] = []
    chosen = profiles.get(profile)
    if chosen is None:
        problems.append(
            f"没有“{profile}”这套规则，可用的有：{'、'.join(sorted(profiles))}" if profile else "要选一套规则"
        )
    if not rule:
        problems.append("要选一个时限")
    begin = _start(start, problems)
    more = _number("延期天数", extend, problems, least=1)
    length = _number("天数", days, problems, least=0)
    problems += unusable(chosen, rule or None, begin, extend=more or 0, days=length)
    if problems or chosen is None or begin is None:
        raise BadArgument(*problems)
    return Question(chosen, rule, begin, more or 0, length)


def answer(calendar: WorkingCalendar, question: Question) -> Deadline:
    """The due date that a question asks for."""
    return deadline(
        calendar,
        question.profile,
        question.rule,
        question.start,
        extend=question.extend,
        days=question.days,
        length=question.length,
    )


def _start(text: str, problems: list[str]) -> Start | None:
    try:
        if _DAY.fullmatch(text):
            return datetime.date.fromisoformat(text)
        if _INSTANT.fullmatch(text):
            instant = datetime.datetime.fromisoformat(text)
            return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
    except ValueError:
        pass
    what = f"“{text}”不是日期或时刻" if text else "没有写起点"
    problems.append(f"{what}，请写成 2026-02-13，要写钟点的写成 2026-02-13T10:00")
    return None


def _number(name: str, text: str, problems: list[str], *, least: int) -> int | None:
    if not text:
        return None
    if _NUMBER.fullmatch(text) and int(text) >= least:
        return int(text)
    problems.append(f"{name}要写{'大于0的' if least else ''}整数，不能写“{text}”")
    return 1  # usable, so that what else is wrong with it shows too
