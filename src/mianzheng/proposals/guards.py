"""The guards of handing in an application (AP2): all defects at once, each beside its field, in Chinese.

Rules: YY-ADJ-03-1 … 09-2 and their like of Boshan, FX-6-4-2d, QS-SP-1-3-1b, QS-SP-4-1c, WH-OR-16, YY-ADJ-11.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import msgspec

from mianzheng.clock import shanghai_day
from mianzheng.model import Catalog, CodeEntry, PlaceCatalog, Profile
from mianzheng.model.reference import CARRYING_RANKS
from mianzheng.proposals.chains import TYPES, ProposalType
from mianzheng.proposals.forms import Application, ItemWish
from mianzheng.rules.labels import quoted_list
from mianzheng.rules.privacy import personal_data

LAW_OR_REGULATION = CARRYING_RANKS - {"state_council_decision"}
"""法律、法规: what may support adding, changing or cancelling a certificate material (YY-ADJ-03-2)."""
UPSTREAM = frozenset({"X6_upstream_list"})
"""Reasons that rest on a list of a superior government, which has to be named (FX-3-1-3)."""
FORM = "adjustment-v1"
_POLICY = {"applicant_unit": "applicant", "adj_type": "type", "service_items": "items", "materials": "items",
           "method": "items", "reason_code": "reason"}  # fmt: skip
"""Codes of the form's fields that the application calls otherwise."""

_UNSEEN = ("Cc", "Cf", "Zl", "Zp")
"""Unicode categories of signs that do not show, or turn round what does."""

Problem = tuple[str, str]
"""The field of the application, dotted, and one sentence."""


def form_problems(application: Application, catalog: Catalog, home: PlaceCatalog, today: str) -> Iterator[Problem]:
    """Everything that is wrong with an application before its operations are tried, in the form's order."""
    profile = home.profile
    yield from _required(application, catalog, profile)
    if not application.items:
        yield "items", "请至少写一条证明事项。"
    yield from _dates(application, today)
    yield from _applicant(application, home)
    yield from _reason(application, catalog, profile)
    yield from _meanwhile(application, profile)
    yield from _object(application, catalog, home)
    for i, use in enumerate(application.legal_bases):
        yield from _cited(catalog, use.basis, use.article, f"legal_bases.{i}")
    for i, wish in enumerate(application.items):
        yield from _wish(application, wish, f"items.{i}")
    yield from _texts_problems(application)


def _required(application: Application, catalog: Catalog, profile: Profile | None) -> Iterator[Problem]:
    """Fields that the profile asks for, and those that this system adds to every form."""
    form = catalog.vocabularies.forms.get(FORM)
    labels = {field.code: field.label for field in form.fields} if form else {}
    ours = {field.code for field in form.fields if field.required and field.source == "project"} if form else set()
    asked = set((profile.adjust.form_fields.value if profile else None) or ()) | ours
    if application.initiator == "office":
        asked.discard("trigger_date")
    if not reasons_for(application.type, catalog, profile):
        asked.discard("reason_code")
    for code in sorted(asked):
        name = _POLICY.get(code, code)
        if name not in ("items", "type") and not getattr(application, name):
            yield name, f"请填写“{labels.get(code, code)}”。"


def _dates(application: Application, today: str) -> Iterator[Problem]:
    for name, label in (("applied_on", "申请日期"), ("trigger_date", "事由发生的日期"), ("effective_from", "实行日期")):
        day = getattr(application, name)
        if day and (len(day) != 10 or shanghai_day(day) != day):
            yield name, f"“{label}”不是日期，请写成 {today} 这样。"
        elif day and name == "applied_on" and day > today:
            yield name, "“申请日期”不能晚于今天。"
        elif day and name == "effective_from" and day < today:
            yield name, "审核以后才能实行，“实行日期”不能早于今天；不填就是公布当天。"


def _applicant(application: Application, home: PlaceCatalog) -> Iterator[Problem]:
    """A unit applies for its own items; an office may start by itself unless the profile forbids it (YY-ADJ-11)."""
    body = application.applicant
    if body and body not in home.bodies:
        yield "applicant", f"{home.place.short_name}没有登记这个单位。"
    elif application.initiator == "office":
        if body and body not in home.place.offices.values():
            yield "applicant", "只有管理清单的单位可以自行启动调整。"
        elif home.profile is not None and home.profile.adjust.office_may_start.value is False:
            yield "initiator", f"{home.place.short_name}的规则没有自行启动调整这一项。"
    elif body:
        for i, wish in enumerate(application.items):
            if not _concerns(wish, body, home):
                yield f"items.{i}.item", "这一条不由您的单位索要、开具或者办理，请由有关单位提出。"


def _concerns(wish: ItemWish, body: str, home: PlaceCatalog) -> bool:
    item = home.items.get(wish.item)
    bodies = {wish.requesting_body, wish.issuing_body, *(str(edit.to) for edit in wish.edits)}
    service = home.services.get(item.service if item else wish.service or wish.item)
    if item is not None:
        bodies |= {item.requesting_body, item.issuing_body}
    return body in bodies or (service is not None and service.body == body) or (item is None and service is None)


def reasons_for(type: ProposalType, catalog: Catalog, profile: Profile | None) -> dict[str, CodeEntry]:
    """The reasons that a place knows for a type; none where it asks for words instead (Wuhai; Qingshen for some)."""
    reasons = catalog.vocabularies.reasons
    of_type: tuple[CodeEntry, ...] = getattr(reasons, type) if reasons else ()
    enabled = (profile.adjust.reasons.value if profile else None) or ()
    return {entry.code: entry for entry in of_type if entry.code in enabled}


def _reason(application: Application, catalog: Catalog, profile: Profile | None) -> Iterator[Problem]:
    """The reason code fits the type and is enabled here; "other" and a silent profile want a text."""
    allowed = reasons_for(application.type, catalog, profile)
    entry = allowed.get(application.reason)
    what = TYPES[application.type]
    if application.reason and entry is None:
        choices = quoted_list([f"{e.label}（{code}）" for code, e in allowed.items()]) or "没有，请用文字说明"
        yield "reason", f"“{application.reason[:40]}”不是这里“{what}”可用的事由。可用的：{choices}。"
    needs_text = entry.text_required if entry else not allowed
    if needs_text and not application.reason_text.strip():
        label = f"选了“{entry.label}”，" if entry else ""
        yield "reason_text", f"{label}请用文字说明理由。"


def _meanwhile(application: Application, profile: Profile | None) -> Iterator[Problem]:
    """What is done until publication is one of the place's own methods (YY-ADJ-09-3)."""
    enabled = (profile.methods.enabled.value if profile else None) or ()
    if application.interim_method and application.interim_method not in enabled:
        yield "interim_method", "公布以前的临时方式，请从这里用的免提交方式里选。"


def _object(application: Application, catalog: Catalog, home: PlaceCatalog) -> Iterator[Problem]:
    """The legality of a change to materials, the justification of a change of method (YY-ADJ-03-2, YY-ADJ-03-3)."""
    if application.object == "method":
        if not application.justification.strip():
            yield "justification", "改免提交方式，请说明为什么这样更便民、高效、最优。"
        return
    for i, wish in enumerate(application.items):
        cited = [use.basis for use in (*application.legal_bases, *wish.legal_bases)]
        item = home.items.get(wish.item)
        if item is not None and application.type == "change":
            cited += [use.basis for use in item.legal_bases]
        found = [catalog.legal_bases[one] for one in cited if one in catalog.legal_bases]
        if any(basis.rank in LAW_OR_REGULATION for basis in found):
            continue
        if application.type == "add":
            yield (
                f"items.{i}.legal_bases",
                "新增证明要有法律、法规的依据；上级没有明文规定的，不得新设。请写明哪部法、第几条。",
            )
        else:
            hint = (
                "例如《优化营商环境条例》第四十四条：没有法定依据的不得索要。" if application.type == "cancel" else ""
            )
            yield "legal_bases", f"{TYPES[application.type]}证明材料要有法律、法规的依据，请写明哪部法、第几条。{hint}"


def _cited(catalog: Catalog, basis: str, article: str, at: str) -> Iterator[Problem]:
    if basis not in catalog.legal_bases:
        yield f"{at}.basis", f"依据库里没有“{basis[:40]}”，请从列表里选；没有的请先登记这部依据。"
    elif not article.strip():
        yield f"{at}.article", f"引用{catalog.legal_bases[basis].marked_title}，请写到第几条。"


def _wish(application: Application, wish: ItemWish, at: str) -> Iterator[Problem]:
    if wish.secret or any(edit.field == "secret" for edit in wish.edits):
        yield f"{at}.secret", "涉密内容不能通过本系统提出，请按保密规定办理。"
    method = (wish.version or {}).get("method")
    if application.type == "add" and not method:
        yield f"{at}.version.method", "请选择免提交方式。"
    of_service = wish.item.startswith("sv-")  # the guide of a service goes along with the method of its items
    new_method = application.type == "change" and application.reason == "C4_method" and not of_service
    if new_method and not (method or _edits_versions(wish)):
        yield f"{at}.version.method", "事由是免提交方式变了，请写明改成哪种方式。"
    if method == "other" and not str((wish.version or {}).get("other") or "").strip():
        yield f"{at}.version.other", "方式选了“其他”，请写明用什么代替证明。"
    if application.type == "change" and wish.item and not wish.edits and wish.version is None:
        yield f"{at}.edits", "请写明这一条改什么。"
    if application.type == "cancel" and application.reason in UPSTREAM and not wish.upstream.strip():
        yield f"{at}.upstream", "事由是上级清单已经列入，请写明是哪一份清单。"
    if application.type != "add" and not wish.item:
        yield f"{at}.item", "请选择是哪一条证明事项。"


def _edits_versions(wish: ItemWish) -> bool:
    return any(edit.field == "versions" for edit in wish.edits)


def _texts_problems(application: Application) -> Iterator[Problem]:
    """What no text may hold, since it may become public: persons (YY-JM-2-1), and signs that nobody sees (A16)."""
    texts = msgspec.to_builtins(application)
    for path, text in _texts(texts, ""):
        for found in personal_data("", text)[:1]:
            yield path, f"{found.message}{found.fix}"
        for at, sign in enumerate(text):
            if sign not in "\n\r\t" and unicodedata.category(sign) in _UNSEEN:
                where = f"“{text[max(0, at - 8) : at]}”后面" if at else "开头"
                yield path, f"{where}有一个看不见的字符（U+{ord(sign):04X}），请删掉，重新输入这几个字。"
                break


def _texts(node: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, f"{path}.{key}".lstrip("."))
    elif isinstance(node, list | tuple):
        for i, value in enumerate(node):
            yield from _texts(value, f"{path}.{i}")
