"""Rules about vocabularies, kinds' codes, calendars and the backlog."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from mianzheng.clock import WorkingCalendar
from mianzheng.model import CalendarYear, Form
from mianzheng.rules.examination import Examination
from mianzheng.rules.labels import field_label, quoted_list

LETTER_PARTS = ("duty", "content", "liability", "promise", "acceptance")
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五")


def check_vocabularies(run: Examination) -> None:
    """Codes are unique in their file and what refers to them exists."""
    vocabularies = run.catalog.vocabularies
    for form in vocabularies.forms.values():
        if form.use == "commitment_letter":
            _letter(run, form)
    topics = vocabularies.topics
    if topics is not None:
        known_topics = {t.code for t in topics.topics}
        categories = {c.code for c in topics.categories}
        for kind in run.catalog.kinds.values():
            file = run.file_of(kind.id)
            _codes(run, file, "topics", kind.topics, known_topics, "topics.yaml ")
            _codes(run, file, "category", (kind.category,), categories, "topics.yaml ")
            for i, entry in enumerate(kind.may_not_issue):
                if entry.basis not in run.catalog.legal_bases:
                    run.unknown(file, f"may_not_issue.{i}.basis", entry.basis, "设定依据")
            for i, other in enumerate(kind.same_fact):
                if other not in run.catalog.kinds:
                    run.unknown(file, f"same_fact.{i}", other, "证明种类")
        types = {t.code for t in topics.service_types}
        for home in run.catalog.places.values():
            for service in home.services.values():
                file = run.file_of(service.id)
                _codes(run, file, "topics", service.topics, known_topics, "topics.yaml ")
                _codes(run, file, "kind", (service.kind,), types, "topics.yaml ")
    for name in ("methods", "forms", "lists", "roles"):
        _unique(run, name)
    _profiles_of_lists(run)


def _unique(run: Examination, name: str) -> None:
    """No code twice in a vocabulary."""
    for index, code in run.catalog.vocabularies.repeated.get(name, ()):
        run.add("id-duplicate", "code", file=f"{name}.yaml", field=f"{name}.{index}", id=code)


def _profiles_of_lists(run: Examination) -> None:
    for i, spec in enumerate(run.catalog.vocabularies.lists.values()):
        for j, profile in enumerate(spec.profiles):
            if profile not in run.catalog.profiles:
                run.unknown("lists.yaml", f"lists.{i}.profiles.{j}", profile, "规则")


def _letter(run: Examination, form: Form) -> None:
    """A commitment letter has all five parts."""
    absent = [f"{field_label(part)}（{part}）" for part in LETTER_PARTS if not getattr(form, part)]
    if absent:
        index = list(run.catalog.vocabularies.forms).index(form.id)
        run.add(
            "commit-letter-incomplete", file="forms.yaml", field=f"forms.{index}", form=form.id,
            parts=quoted_list(absent),
        )  # fmt: skip


def _codes(run: Examination, file: str, field: str, codes: Iterable[str], known: set[str], target: str) -> None:
    for i, code in enumerate(codes):
        if code not in known:
            at = f"{field}.{i}" if field == "topics" else field
            hint = f"可选：{quoted_list(sorted(known))}。"
            run.add(
                "reference-unknown", "code", file=file, field=at, label=field_label(field), value=code, target=target,
                hint=hint,
            )  # fmt: skip


def check_calendar(run: Examination, calendar: CalendarYear) -> None:
    """A year's holidays and make-up days can be true (CLK-2). Spans may reach over New Year."""
    file = run.file_of(f"calendar:{calendar.year}")
    off: set[str] = set()
    if not calendar.holidays:
        run.add("calendar-impossible", "empty", file=file, field="holidays", year=calendar.year)
    for i, holiday in enumerate(calendar.holidays):
        if holiday.until < holiday.from_:
            run.add("calendar-impossible", "order", file=file, field=f"holidays.{i}.until", name=holiday.name)
        if str(calendar.year) not in (holiday.from_[:4], holiday.until[:4]):
            words: dict[str, Any] = {"day": holiday.from_, "year": calendar.year}
            run.add("calendar-impossible", "year", file=file, field=f"holidays.{i}.from", **words)
        day, last = datetime.date.fromisoformat(holiday.from_), datetime.date.fromisoformat(holiday.until)
        off.update((day + datetime.timedelta(n)).isoformat() for n in range((last - day).days + 1))
    for i, workday in enumerate(calendar.workdays):
        weekday = datetime.date.fromisoformat(workday).weekday()
        if not workday.startswith(str(calendar.year)):
            run.add(
                "calendar-impossible",
                "year",
                file=file,
                field=f"workdays.{i}",
                day=workday,
                year=calendar.year,
            )
        if weekday < 5:
            words = {"day": workday, "weekday": _WEEKDAYS[weekday]}
            run.add("calendar-impossible", "weekend", file=file, field=f"workdays.{i}", **words)
        if workday in off:
            run.add("calendar-impossible", "both", file=file, field=f"workdays.{i}", day=workday)


def check_next_calendar(run: Examination) -> None:
    """In December the coming year's calendar is due; until it is there, dates that reach into it are provisional."""
    today = datetime.date.fromisoformat(run.today)
    missing = WorkingCalendar(run.catalog.calendars).unannounced(today)
    if missing is not None and today.year in run.catalog.calendars:
        run.add("calendar-missing", file=run.file_of(f"calendar:{today.year}"), field="year", year=missing)


def check_backlog(run: Examination) -> None:
    """Debts that are paid leave the backlog."""
    open_debts = {(one.code, one.file) for one in run.findings}
    for i, entry in enumerate(run.catalog.backlog):
        if (entry.code, run.file_of(entry.record)) not in open_debts:
            run.add(
                "field-not-published", "stale-backlog", file="backlog.yaml", field=f"entries.{i}", record=entry.record,
                for_code=entry.code,
            )  # fmt: skip
