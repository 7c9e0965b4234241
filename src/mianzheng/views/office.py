"""The workbench (工作台): log-in, worklists, accounts. Server-rendered; works without scripts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mianzheng.accounts import Account
from mianzheng.clock import WorkingCalendar, day_of
from mianzheng.clock.standing import Standing
from mianzheng.duties import Duty
from mianzheng.model import Catalog, RoleEntry
from mianzheng.settings import Settings
from mianzheng.suggestions.machines import READERS as SUGGESTION_READERS
from mianzheng.views.frames import Frame, framed
from mianzheng.views.spoken import day_said

MENU: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("/office/complaints", "投诉举报", frozenset({"receiver", "handler", "joint_conference_office", "centre", "bureau",
                                              "auditor"})),
    ("/office/proposals", "清单调整", frozenset({"department", "joint_conference_office", "justice", "government",
                                             "centre", "bureau", "auditor"})),
    ("/office/suggestions", "意见建议", SUGGESTION_READERS),
    ("/office/reports", "分析", frozenset({"receiver", "joint_conference_office", "centre", "bureau", "auditor"})),
    ("/office/deliveries", "没有送出的信", frozenset({"joint_conference_office", "centre", "bureau"})),
    ("/office/accounts", "账号", frozenset({"admin"})),
    ("/office/password", "改密码", frozenset()),
)  # fmt: skip
"""Address, name, roles (empty: everybody)."""

TABS = (
    ("today", "今天到期", "今天没有到期的"),
    ("late", "已超期", "没有超期的"),
    ("mine", "我的", "没有分给您的"),
    ("open", "全部办理中", "现在没有在办的"),
)
"""Worklist tab, name, what an empty one says."""
COMPLAINT_TABS = (
    *TABS[:2],
    ("passed", "过了目标时间", "没有过了目标时间的"),
    *TABS[2:],
    ("provisional", "期限暂定", "没有期限暂定的"),
)
"""Those of complaints: a target is this system's own and no limit; a provisional end may still move."""
ADVICE = {
    "passed": "这些件的时间是本系统的目标，文件没有规定期限，所以不算超期。请尽快办。",
    "provisional": "这些件的期限跨进了还没有公布放假安排的日子，先按周末休息算。安排公布、录入以后系统自动重算，"
    "并告诉投诉人；在那以前，请按暂定的日子办，不要等。",
}
"""What the list means, and what is to be done."""


DUTY_ADVICE = {
    "edition": "定下来以后，请系统管理员发布（scripts/release_edition.py）；发布以后不能改。",
    "channels": "公布以后，请告诉系统管理员登记（scripts/release_edition.py 的 --channel）。",
    "repeal": "请在“清单调整”里提出变更或者取消；系统不会自己改清单。",
}
"""What to do about each kind of duty."""


@dataclass(frozen=True)
class WorklistRow:
    """One case on a worklist. `used` is the part of the time that is over, 0 to 1; `tone` colours the state."""

    number: str
    link: str
    came: str
    title: str
    about: str
    body: str
    state: str
    tone: str
    due: str
    why: str
    used: float


@dataclass(frozen=True)
class ParkedRow:
    """A letter that was set aside: about which case, to whom, and why it could not be sent."""

    id: str
    number: str
    link: str
    to: str
    error: str


@dataclass(frozen=True)
class DutyRow:
    """Something about the list that falls due: what, where to look at it, by when, and what is to be done."""

    title: str
    link: str
    due: str
    tone: str
    advice: str


@dataclass(frozen=True)
class Filter:
    """Something that a worklist may be narrowed by; `value` is what was chosen, empty for all."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str


@dataclass(frozen=True)
class WorklistView:
    """A worklist: which list it is, its tabs with counts, its rows, the address of the next page, and what can
    be begun: address and label."""

    title: str
    address: str
    tab: str
    counts: Mapping[str, int]
    rows: Sequence[WorklistRow]
    next: str = ""
    filters: Sequence[Filter] = ()
    actions: Sequence[tuple[str, str]] = ()
    tabs: Sequence[tuple[str, str, str]] = TABS


def frame(account: Account, catalog: Catalog, token: str, here: str = "") -> Frame:
    """The frame for whoever has logged in."""
    role = catalog.vocabularies.roles.get(account.role)
    home = catalog.places.get(account.place)
    label = role.label if role else account.role
    body = home.bodies.get(account.body) if home else None
    menu = tuple((address, name) for address, name, roles in MENU if not roles or account.role in roles)
    who = f"{body.short_name or body.name} · {label}" if body else label
    short = home.place.short_name if home else ""
    return Frame(who=who, place=short, menu=menu, token=token, here=here, place_id=account.place)


def login_page(settings: Settings, *, token: str, next_page: str, login: str, wrong: str) -> str:
    """Log in; what was wrong the last time stands above the fields, the login is kept."""
    return framed(
        settings, "office/login.html", "登录工作台", token=token, next_page=next_page, login=login, wrong=wrong
    )


def home_page(
    settings: Settings,
    around: Frame,
    lists: Sequence[WorklistView],
    suggestions: int | None = None,
    duties: Sequence[DutyRow] = (),
) -> str:
    """What is to be done today, one worklist for each kind of case that the role works on, and what falls due besides.

    `suggestions`: how many wait for an answer; None for roles that do not read them.
    """
    return framed(
        settings, "office/home.html", "工作台", frame=around, lists=lists, suggestions=suggestions, duties=duties
    )


def duty_rows(duties: Sequence[Duty], calendar: WorkingCalendar, now: datetime.datetime) -> list[DutyRow]:
    """What falls due for the list, in words; a day that only this system set is a target and never late (CLK-13)."""
    return [_duty_row(duty, duty.stands(calendar, now), day_of(now)) for duty in duties]


def _duty_row(duty: Duty, stands: Standing, today: str) -> DutyRow:
    day = f"{day_said(duty.due_day, year=duty.due_day[:4] != today[:4])}当天" if duty.due_day else ""
    said, tone = {
        "no_limit": ("没有规定期限", ""),
        "open": (f"最晚{day}", ""),
        "due_today": ("今天到期", "today"),
        "overdue": (f"已超期：最晚{day}", "late"),
        "target_passed": (f"过了目标时间：{day}", "today"),
    }[stands.state]
    return DutyRow(
        duty.title, f"/{duty.page}", said + ("（暂定）" if duty.provisional else ""), tone, DUTY_ADVICE[duty.kind]
    )


def worklist_page(settings: Settings, around: Frame, view: WorklistView) -> str:
    """One worklist with its tabs."""
    return framed(
        settings,
        "office/worklist.html",
        view.title,
        frame=replace(around, here=view.address),
        view=view,
        advice=ADVICE.get(view.tab, ""),
    )


def parked_page(settings: Settings, around: Frame, rows: Sequence[ParkedRow]) -> str:
    """Letters that were set aside, with what to do about them."""
    return framed(
        settings, "office/parked.html", "没有送出的信", frame=replace(around, here="/office/deliveries"), rows=rows
    )


def accounts_page(
    settings: Settings,
    around: Frame,
    catalog: Catalog,
    accounts: Sequence[Account],
    *,
    form: Mapping[str, str],
    problems: Mapping[str, str],
    about: str,
    after: str,
) -> str:
    """All accounts of a place with what can be done to them, the form for a new one, and what each role does."""
    home = catalog.places[accounts[0].place] if accounts else None
    profile = home.profile.id if home and home.profile else ""
    roles = [role for role in catalog.vocabularies.roles.values() if role.account and profile in role.profiles]
    bodies = sorted(home.bodies.values(), key=lambda body: body.name) if home else []
    return framed(
        settings,
        "office/accounts.html",
        "账号和角色",
        frame=replace(around, here="/office/accounts"),
        accounts=accounts,
        roles=roles,
        role_labels=_labels(catalog.vocabularies.roles),
        bodies=bodies,
        body_names={body.id: body.short_name or body.name for body in bodies},
        form=form,
        problems=problems,
        about=about,
        after=after,
    )


def password_page(settings: Settings, around: Frame, problems: Mapping[str, str]) -> str:
    """Change one's own password."""
    return framed(
        settings, "office/password.html", "改密码", frame=replace(around, here="/office/password"), problems=problems
    )


def _labels(roles: Mapping[str, RoleEntry]) -> dict[str, str]:
    return {code: role.label for code, role in roles.items()}
