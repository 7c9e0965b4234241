"""What a person, or staff for them, writes down; and everything that is wrong with it, at once (YY-CMP-04 … 06)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping

from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.clock import day_of
from mianzheng.complaints.masking import masked
from mianzheng.complaints.receivers import CHANNELS, HANDED_DOWN, WRITTEN, channels, web_channel
from mianzheng.errors import NoOperator
from mianzheng.model import Catalog, PlaceCatalog, Profile, Record
from mianzheng.model.catalog import Vocabularies
from mianzheng.model.vocabularies import CodeEntry

HOW_ASKED = {
    "oral": "当面说的",
    "form": "表格或者告知单上写的",
    "online": "网上要求的",
    "phone": "电话里说的",
    "other": "其他",
}
REPLY_BY = {"receipt": "我自己用查询码看", "phone": "打电话告诉我", "sms": "发短信告诉我", "letter": "寄信告诉我"}
LONGEST = {
    "name": 40,
    "phone": 30,
    "body_name": 60,
    "asked_for": 60,
    "relation": 40,
    "ground_text": 300,
    "external_ref": 40,
}
LONGEST_TEXT = 2000
EARLIEST = "2018-01-01"
_PHONE = re.compile(r"\+?[0-9][0-9 \-()（）]{5,24}[0-9]")
_REFERENCE = re.compile(r"[0-9A-Za-z一-鿿〔〕\[\]()（）/_\-]+")


class Filing(Record, kw_only=True):
    """A complaint as it comes in. Texts are as written; they are masked and sealed before anything is kept.

    `body` is the id of the body complained about, `body_name` what it is called when it is not on the list; `item`,
    `kind` or `asked_for` say which certificate was asked for, `tags` whether it is absurd, repeated or circular.
    `received_at`: when staff got it, if not now (ISO, with offset). `hide_identity`: the body complained about does
    not learn who complained. `opinion`: it is no complaint.
    """

    place: str
    channel: str
    item: str = ""
    kind: str = ""
    asked_for: str = ""
    service: str = ""
    body: str = ""
    body_name: str = ""
    ground: str = ""
    ground_text: str = ""
    tags: tuple[str, ...] = ()
    happened_on: str = ""
    how_asked: str = ""
    demand: str = ""
    reasons_facts: str = ""
    name: str = ""
    phone: str = ""
    hide_identity: bool = True
    reply_channel: str = "receipt"
    by_agent: bool = False
    relation: str = ""
    oral: bool = False
    read_back: bool = False
    external_ref: str = ""
    received_at: str = ""
    opinion: bool = False


def place_for(place: str, catalog: Catalog, *, demonstration: bool) -> tuple[PlaceCatalog, Profile]:
    """The place that takes complaints, with its rules. Raises NoOperator: then nothing may be stored.

    In a demonstration only openly invented places take any; in operation only places with an operator.
    """
    home = catalog.places.get(place)
    if home is None or home.profile is None:
        raise NoOperator(home.place.name if home else "这个地方")
    answers = home.place.fictional if demonstration else bool(home.place.operator) and not home.place.fictional
    if not answers:
        raise NoOperator(home.place.name)
    return home, home.profile


def grounds(profile: Profile, vocabularies: Vocabularies) -> dict[str, CodeEntry]:
    """The grounds that a place's complaints choose from; empty where the document takes any (WH-OR-21-1)."""
    reasons = vocabularies.reasons
    known = {entry.code: entry for entry in (*reasons.complaint_grounds, *reasons.rebound_tags)} if reasons else {}
    return {code: known[code] for code in profile.complaint.grounds.value or () if code in known}


def exhaustive(known: Mapping[str, CodeEntry]) -> bool:
    """Whether something of them always fits ("other"), so that one must be chosen."""
    return any(entry.text_required for entry in known.values())


def required(profile: Profile, channel: str) -> frozenset[str]:
    """The fields that a channel must bring (YY-CMP-05-2); hotline, window and what is handed down may lack them."""
    return frozenset(profile.complaint.required.value or ()) if channel in WRITTEN else frozenset()


def problems(
    filing: Filing, home: PlaceCatalog, profile: Profile, catalog: Catalog, actor: Actor, now: datetime.datetime
) -> dict[str, str]:
    """Everything that is wrong: field → one Chinese sentence that says how to mend it; empty when all is well."""
    found = dict(_wrong_length(filing))
    for part in (
        _channel(filing, profile, actor),
        _lacking(filing, profile),
        _ground(filing, profile, catalog.vocabularies),
        _references(filing, home, catalog),
        _person(filing),
        _times(filing, now),
        _entered_by_staff(filing, actor),
    ):
        for name, sentence in part:
            found.setdefault(name, sentence)
    return found


def received(filing: Filing, now: datetime.datetime) -> datetime.datetime:
    """The instant at which it was received (CP1)."""
    return datetime.datetime.fromisoformat(filing.received_at) if filing.received_at else now


Problems = Iterator[tuple[str, str]]


def _wrong_length(filing: Filing) -> Problems:
    for name, longest in LONGEST.items():
        if len(getattr(filing, name)) > longest:
            yield name, f"太长了，最多{longest}个字"
    for name in ("demand", "reasons_facts"):
        if len(getattr(filing, name)) > LONGEST_TEXT:
            yield name, f"太长了，最多{LONGEST_TEXT}个字，请写主要的"


def _channel(filing: Filing, profile: Profile, actor: Actor) -> Problems:
    known = channels(profile)
    if filing.channel not in known:
        yield "channel", f"没有这个渠道，可以选：{'、'.join(CHANNELS[code] for code in known)}"
    elif actor.role == CITIZEN and filing.channel != web_channel(profile):
        yield "channel", "这个渠道由工作人员登记，请用网上表单"
    if filing.opinion:
        yield "opinion", "意见建议没有办理期限，不算投诉，请用“给清单提意见”"


def _lacking(filing: Filing, profile: Profile) -> Problems:
    needed = required(profile, filing.channel)
    given = {
        "name": (filing.name, "name", "请写您的姓名"),
        "phone": (filing.phone, "phone", "请写您的电话，方便告诉您结果"),
        "organ": (filing.body or filing.body_name, "body", "请选您要反映的单位；单子上没有的，写下它的名称"),
        "demand": (filing.demand, "demand", "请写您希望怎么解决"),
        "reasons_facts": (filing.reasons_facts, "reasons_facts", "请写事情经过和理由"),
    }
    for code, (value, name, sentence) in given.items():
        if code in needed and not value.strip():
            yield name, sentence
    if filing.channel in HANDED_DOWN and not filing.external_ref:
        yield "external_ref", "请写来件编号，就是转来的单位或者平台给的编号"


def _ground(filing: Filing, profile: Profile, vocabularies: Vocabularies) -> Problems:
    known = grounds(profile, vocabularies)
    chosen = known.get(filing.ground)
    if filing.ground and chosen is None:
        yield "ground", "这里没有这一项，请从列出的里面选"
    elif not filing.ground and exhaustive(known):
        yield "ground", "请选反映的是什么问题；没有合适的选“其他”"
    elif chosen and chosen.text_required and not filing.ground_text.strip():
        yield "ground_text", "选了“其他”，请写明是什么情况"
    known_tags = {entry.code for entry in vocabularies.reasons.problem_tags} if vocabularies.reasons else set()
    if not set(filing.tags) <= known_tags:
        yield "tags", "请从奇葩证明、重复证明、循环证明里选"
    if filing.ground == "G2_list_not_followed" and not filing.item:
        yield "item", "请选清单上的哪一项没有照办"


def _references(filing: Filing, home: PlaceCatalog, catalog: Catalog) -> Problems:
    if filing.item and filing.item not in home.items:
        yield "item", f"{home.place.name}的清单上没有这一项"
    if filing.kind and filing.kind not in catalog.kinds:
        yield "kind", "没有这种证明"
    if filing.service and filing.service not in home.services:
        yield "service", f"{home.place.name}没有这个办事事项"
    if filing.body and filing.body not in home.bodies:
        yield "body", f"{home.place.name}没有这个单位，请重新选，或者写下它的名称"
    if filing.how_asked and filing.how_asked not in HOW_ASKED:
        yield "how_asked", f"请从这些里面选：{'、'.join(HOW_ASKED.values())}"


def _person(filing: Filing) -> Problems:
    if masked(filing.name).found or re.search(r"\d", filing.name):
        yield "name", "姓名里不要写号码，也不用写身份证号码"
    if filing.phone and not _PHONE.fullmatch(filing.phone.strip()):
        yield "phone", "请写能打通的电话号码，例如手机号码，或者区号加座机号码"
    if filing.reply_channel not in REPLY_BY:
        yield "reply_channel", f"请从这些里面选：{'、'.join(REPLY_BY.values())}"
    elif filing.reply_channel in ("phone", "sms") and not filing.phone.strip():
        yield "phone", "要打电话或者发短信告诉您，请写您的电话"
    if filing.by_agent and not filing.relation.strip():
        yield "relation", "替别人反映的，请写您和他（她）的关系"


def _times(filing: Filing, now: datetime.datetime) -> Problems:
    today = day_of(now)
    if filing.happened_on:
        if not _is_day(filing.happened_on):
            yield "happened_on", "请写成 2026-02-13 这样的日期"
        elif not EARLIEST <= filing.happened_on <= today:
            yield "happened_on", "日期不能晚于今天，也不能早于2018年"
    if filing.received_at:
        try:
            at = datetime.datetime.fromisoformat(filing.received_at)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            yield "received_at", "请写收到的时刻，例如 2026-02-13T10:00+08:00"
        elif at > now or day_of(at) < EARLIEST:
            yield "received_at", "收到的时刻不能晚于现在，也不能早于2018年"


def _entered_by_staff(filing: Filing, actor: Actor) -> Problems:
    if actor.role == CITIZEN:
        for name in ("oral", "external_ref", "received_at"):
            if getattr(filing, name):
                yield name, "这一栏由工作人员填写"
    elif filing.oral and not filing.read_back:
        yield "read_back", "口头反映的，请把记下的内容念给本人听，本人同意以后打勾"
    if filing.external_ref and (not _REFERENCE.fullmatch(filing.external_ref) or masked(filing.external_ref).found):
        yield "external_ref", "来件编号只写编号本身，不写号码、姓名和说明"


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
