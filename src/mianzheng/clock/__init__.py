"""Days and deadlines. Every instant is kept in UTC and judged in Shanghai (CLK-1).

`deadline` says when something is due and why, `standing` where that stands at an instant, `recalculated` what
changes when a calendar is announced. `RULES` names every clock.
"""

from mianzheng.clock.calendar import DayFact, WorkingCalendar
from mianzheng.clock.counting import Start, Step
from mianzheng.clock.days import SHANGHAI, day_of, shanghai_day
from mianzheng.clock.deadlines import Deadline, Target, deadline
from mianzheng.clock.office import Span
from mianzheng.clock.questions import Question, answer, read_question
from mianzheng.clock.recalculation import Recalculation, recalculated
from mianzheng.clock.rules import RULES, ClockRule, Limit, limit
from mianzheng.clock.standing import Elapsed, Standing, elapsed, standing, warn_at
from mianzheng.clock.watch import calendar_warning

__all__ = [
    "RULES",
    "SHANGHAI",
    "ClockRule",
    "DayFact",
    "Deadline",
    "Elapsed",
    "Limit",
    "Question",
    "Recalculation",
    "Span",
    "Standing",
    "Start",
    "Step",
    "Target",
    "WorkingCalendar",
    "answer",
    "calendar_warning",
    "day_of",
    "deadline",
    "elapsed",
    "limit",
    "read_question",
    "recalculated",
    "shanghai_day",
    "standing",
    "warn_at",
]
