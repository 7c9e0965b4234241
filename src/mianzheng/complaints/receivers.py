"""Who takes a complaint: by the channel it came through, and by recusal (YY-CMP-03, WH-OR-21, OQ-13, OQ-14, OQ-17)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mianzheng.errors import NoOperator
from mianzheng.model import PlaceCatalog, Profile, Record

CHANNELS = {
    "platform": "网上表单",
    "online": "网上表单",
    "letter": "信函",
    "fax": "传真",
    "sms": "短信",
    "email": "电子邮件",
    "hotline_12345": "12345热线",
    "window": "监督服务专窗",
    "unable_window": "“办不成事”反映窗口",
    "moj_platform": "司法部证明事项投诉举报平台",
    "enforcement_supervision": "申请执法监督",
}
WRITTEN = frozenset({"letter", "fax", "sms", "email", "platform"})
"""Group 1: name, phone, organ, demand, reasons and facts are asked for (YY-CMP-05-1, 05-2)."""
HANDED_DOWN = frozenset({"moj_platform", "enforcement_supervision"})
"""Group 3: comes with a number of the platform or unit that hands it on (YY-CMP-05-4)."""

RECEIVERS = {
    "R1_hotline": "市民投诉中心",
    "R2_hall_window": "行政审批服务部门",
    "R3_justice": "司法行政部门",
    "R4_unit": "承办单位",
    "unable_window": "“办不成事”反映窗口",
    "joint_conference_office": "联席会议办公室",
    "centre": "政务服务中心",
    "bureau": "行政审批和政务服务局",
}
KEEPERS = ("joint_conference_office", "centre", "bureau")
"""Who keeps the list; receives where the document names nobody, and decides where every receiver is concerned."""
_BY_CHANNEL = {"hotline_12345": "R1_hotline", "moj_platform": "R3_justice", "enforcement_supervision": "R3_justice"}
_DECIDING = ("R2_hall_window", "R1_hotline", "R3_justice", "unable_window", *KEEPERS)


@dataclass(frozen=True)
class Route:
    """Where a complaint goes: which receiver it is (`code`), the body that received it, the body that decides on it."""

    code: str
    received_by: str
    decided_by: str

    @property
    def recused(self) -> bool:
        """Whether the receiving body is itself concerned, so that another one decides."""
        return self.received_by != self.decided_by


def channels(profile: Profile) -> tuple[str, ...]:
    """The channels of a place; where the document names none, our web form."""
    return profile.complaint.channels.value or ("platform",)


def web_channel(profile: Profile) -> str:
    """The channel that our web form is; in Wuhai it stands for the window, which takes complaints (OQ-14, OQ-17)."""
    return next((code for code in ("platform", "online", "unable_window") if code in channels(profile)), "platform")


class Way(Record, kw_only=True):
    """One way to complain, as it is published: the channel, who is there, and their office phone if known."""

    channel: str
    label: str
    body: str
    name: str
    phone: str = ""


def ways(home: PlaceCatalog) -> tuple[Way, ...]:
    """Every way to complain in a place, for the pages that publish them (BS-PL-3-5-2). Raises NoOperator."""
    found = []
    for channel in channels(home.profile) if home.profile else ():
        body = home.bodies[route(home, channel).received_by]
        found.append(Way(channel=channel, label=CHANNELS[channel], body=body.id, name=body.name, phone=body.phone))
    return tuple(found)


def route(home: PlaceCatalog, channel: str, *, concerned: Collection[str] = (), entered_by: str = "") -> Route:
    """Who receives and who decides. `concerned` bodies do not decide; `entered_by` is the body that took a letter in.

    Raises NoOperator when the place has nobody for it.
    """
    offices = home.place.offices
    code = _receiver(home, channel, entered_by)
    received_by = entered_by if code == "R4_unit" else offices.get(code, "")
    deciders = dict.fromkeys(offices[name] for name in (code, *_DECIDING) if name in offices)
    free = [body for body in deciders if body not in concerned]
    if not received_by or not deciders:
        raise NoOperator(home.place.name)
    return Route(code, received_by, (free or list(deciders))[0])


def _receiver(home: PlaceCatalog, channel: str, entered_by: str) -> str:
    codes = (home.profile.complaint.receivers.value or ()) if home.profile else ()
    offices = home.place.offices
    if channel in WRITTEN and entered_by:
        own = next((code for code in codes if offices.get(code) == entered_by), "")
        if own or "R4_unit" in codes:
            return own or "R4_unit"
    wanted = _BY_CHANNEL.get(channel, "R2_hall_window")
    if wanted in codes:
        return wanted
    if codes:
        return codes[0]
    return next((name for name in KEEPERS if name in offices), "")


def keeper_of(home: PlaceCatalog) -> str:
    """The body that keeps a place's list; empty where none is named."""
    return next((home.place.offices[role] for role in KEEPERS if role in home.place.offices), "")
