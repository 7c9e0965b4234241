"""The calculator of due dates: its form, and an answer that shows every day (S-SITE-06)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from mianzheng import clock
from mianzheng.clock.counting import date_of
from mianzheng.clock.rules import handover_times, needs_time
from mianzheng.model import Catalog, Duration, Profile
from mianzheng.views import deadline_pictures as pictures
from mianzheng.views.rendering import render
from mianzheng.views.spoken import ending, spoken

GROUPS = {
    "complaint": "投诉举报",
    "adjust": "清单的调整和公布",
    "verify": "协查核验",
    "commit": "承诺和代办",
    "item": "一窗受理",
}
"""The first rule of each group, by the first part of its name; the others follow in the register's order."""
READINGS = {
    "workday": ("CLK-3", "CLK-4"),
    "minute": ("CLK-5",),
    "hour": ("CLK-6",),
    "half_year": ("CLK-7",),
    "given": ("CLK-3", "CLK-4"),
    "handover": ("CLK-11", "CLK-12"),
}
"""How this system counts, by unit or kind of clock; the documents do not say."""
UNITS = {"minute": "分钟", "hour": "小时", "workday": "个工作日", "day": "天", "month": "个月"}


def deadline_form(
    catalog: Catalog, root: str, values: Mapping[str, str] | None = None, problems: Sequence[str] = ()
) -> str:
    """The page `/tools/deadlines/`: two plain forms and the table of all clocks.

    `values` fills the form again after `problems`; both come from the query of a refused question.
    """
    profiles = _named(catalog)
    by_time = {r for r in clock.RULES if any(needs_time(p, clock.RULES[r]) for p, _ in profiles)}
    by_day = {r for r in clock.RULES if r not in by_time or _by_day_somewhere(r, profiles)}
    return render(
        "pages/deadlines.html",
        root=root,
        profiles=[(p.id, name) for p, name in profiles],
        forms=[
            ("day", "按天数算的", "date", _grouped(by_day)),
            ("time", "按钟点算的", "datetime-local", _grouped(by_time)),
        ],
        values={name: (values or {}).get(name, "") for name in ("profile", "rule", "from", "extend", "days")},
        problems=problems,
        table=[
            (group, [(label, [_cell(p, clock.RULES[name]) for p, _ in profiles]) for name, label in rules])
            for group, rules in _grouped(clock.RULES)
        ],
        last_year=max(catalog.calendars, default=0),
        hours=[[f"{s.from_}—{s.until}" for s in p.calendar.office_hours.value or ()] for p, _ in profiles],
    )


def deadline_result(
    catalog: Catalog, calendar: clock.WorkingCalendar, question: clock.Question, found: clock.Deadline, root: str
) -> str:
    """The answer to one question as a page: the day, why, a picture of the counting, the basis."""
    profile, rule = question.profile, clock.RULES[question.rule]
    end = found.end
    start = date_of(question.start)
    return render(
        "pages/deadline.html",
        root=root,
        found=found,
        rule=rule,
        place={p.id: name for p, name in _named(catalog)}[profile.id],
        heading=deadline_title(found),
        starts="上一次的日期" if rule.kind == "half_year" and question.days == 0 else rule.starts,
        started=spoken(question.start, year=True),
        length=_length(question),
        extend=question.extend,
        late_from=spoken(end.due_at, year=True) if end else "",
        nominal=_nominal(found),
        missing_year=_missing_year(calendar, found),
        months=pictures.months(calendar.of(profile), start, found),
        rows=pictures.day_rows(start, found),
        bars=pictures.time_bars(calendar.of(profile), profile, question.start.astimezone(clock.SHANGHAI), found)
        if isinstance(question.start, datetime.datetime)
        else None,
        bases=_bases(catalog, question),
    )


def deadline_title(found: clock.Deadline) -> str:
    """The answer in a few words, for the heading and the title of the page."""
    if found.end is None:
        return "文件没有写期限"
    return f"{'最晚' if found.binds else '目标'} {ending(found.end)}"


def _named(catalog: Catalog) -> list[tuple[Profile, str]]:
    """The profiles with the names of the places that use them, or of the document where no place does."""
    names: dict[str, list[str]] = {}
    for home in catalog.places.values():
        names.setdefault(home.place.profile, []).append(home.place.name)
    return [(p, "、".join(names[p.id]) if p.id in names else _title(p)) for _, p in sorted(catalog.profiles.items())]


def _title(profile: Profile) -> str:
    documents = profile.instruments.value
    return documents[0].title if documents else profile.id


def _grouped(names: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    chosen, groups = set(names), dict[str, list[tuple[str, str]]]()
    group = ""
    for name, rule in clock.RULES.items():
        group = GROUPS.get(name.partition(".")[0], group)
        if name in chosen:
            groups.setdefault(group, []).append((name, rule.label.removeprefix(f"{group}：")))
    return list(groups.items())


def _by_day_somewhere(name: str, profiles: list[tuple[Profile, str]]) -> bool:
    rule = clock.RULES[name]
    return any(clock.limit(p, rule) is not None and not needs_time(p, rule) for p, _ in profiles)


def _cell(profile: Profile, rule: clock.ClockRule) -> tuple[str, bool]:
    """What a place's rules say about a clock, and whether that is only a target of this system."""
    if rule.kind == "given":
        return "看文书", False
    if rule.kind == "handover":
        times = handover_times(profile)
        return (f"上午收的当天{times[0]}，下午收的次个工作日{times[1]}", False) if times else ("", False)
    found = clock.limit(profile, rule)
    return (_words(found.length), not found.binds) if found else ("", False)


def _words(length: Duration) -> str:
    if not length.n:
        return "即时" if length.unit == "minute" else "当天"
    return f"{length.n}{UNITS[length.unit]}"


def _length(question: clock.Question) -> str:
    rule = clock.RULES[question.rule]
    if rule.kind == "given":
        return f"{question.days}个工作日"
    return _cell(question.profile, rule)[0]


def _nominal(found: clock.Deadline) -> str:
    """When plain minutes and hours would be over, where that differs (CLK-6)."""
    nominal, end = found.nominal_due_at, found.end
    return spoken(nominal) if nominal is not None and end is not None and nominal != end.due_at else ""


def _missing_year(calendar: clock.WorkingCalendar, found: clock.Deadline) -> int:
    """The year whose calendar would settle the date; 0 when it is settled."""
    if found.end is None or (found.certain and not found.may_change):
        return 0
    year = int(found.end.due_day[:4])
    return year if not calendar.announced(year) else year + 1


def _bases(catalog: Catalog, question: clock.Question) -> list[tuple[str, str]]:
    """The articles behind an answer in our words, then how this system counts: (where, what it says)."""
    register = catalog.vocabularies.rules
    if register is None:
        return []
    articles = {r.id: r for r in register.rules}
    titles = {i.code: i.title for i in register.instruments}
    bases = []
    for source in _sources(question):
        if source in articles:
            instrument = max((code for code in titles if source.startswith(f"{code}-")), key=len)
            bases.append((f"《{titles[instrument]}》{articles[source].article}", articles[source].text))
    wanted = {*_sources(question), *_readings(question)}
    return bases + [("本系统的数法", r.text) for r in register.readings if r.id in wanted]


def _sources(question: clock.Question) -> list[str]:
    """The sources of the profile leaves that gave the length, and of the extension."""
    profile, rule = question.profile, clock.RULES[question.rule]
    limit = clock.limit(profile, rule) if rule.kind in ("length", "half_year") else None
    leaves = [limit.leaf] if limit else [attrgetter(path)(profile) for path in rule.leaves]
    if question.extend:
        leaves.append(profile.complaint.extension)
    return list(dict.fromkeys(source for leaf in leaves for source in leaf.sources))


def _readings(question: clock.Question) -> set[str]:
    profile, rule = question.profile, clock.RULES[question.rule]
    limit = clock.limit(profile, rule) if rule.kind == "length" else None
    if rule.kind == "length" and limit is None:
        return set()
    unit = limit.length.unit if limit else rule.kind
    return {*READINGS.get(unit, ()), *(["CLK-8"] if question.extend else []), *(["CLK-11"] if rule.receipt else [])}
