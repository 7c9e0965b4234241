"""The part of the form for what the list says now: of an item its plain fields, of a public service its groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mianzheng.model import CertificateItem, PublicService
from mianzheng.proposals import service_fields
from mianzheng.proposals.fields import EDITABLE
from mianzheng.rules.labels import field_label
from mianzheng.views.controls import Control, Option

if TYPE_CHECKING:
    from mianzheng.views.proposal_form import FormView

SERVICE = "service"
"""The value of a row's `sort` before any service is chosen in it."""
_EXTENTS = [("whole", "从申请到拿结果都能网上办"), ("part", "有几步能网上办"), ("none", "还不能网上办")]


@dataclass(frozen=True)
class EditGroup:
    """Fields that belong together. Without a title they always stand open; `open`: something is to be looked at."""

    title: str
    fields: Sequence[Control]
    open: bool = False


def is_service(view: FormView, start: str) -> bool:
    """Whether a row of a change is about a public service."""
    named = view.fields.get(f"{start}.item", "")
    asked = view.fields.get(f"{start}.sort") == SERVICE
    return view.type == "change" and (service_fields.is_service(named) or (asked and not named))


def with_listed(view: FormView, start: str) -> tuple[dict[str, str], dict[str, str]]:
    """The fields with what the list says now of the record, as far as nobody wrote over it; and what the list said when
    somebody did, where that has changed since. Who sees it and checks again has decided.
    """
    form, was = dict(view.fields), dict[str, str]()
    record = _chosen(view, start)
    if record is None:
        return form, was
    listed = _listed(record)
    known = form.get(f"{start}.of") == record.id
    for name in {**listed, **dict.fromkeys(_sent(form, start))}:
        before, wanted, now = f"{start}.from.{name}", f"{start}.to.{name}", listed.get(name, "")
        written = known and wanted in form and form[wanted] != form.get(before, "")
        if written and form.get(before, "") != now:
            was[name] = form.get(before, "")
        if not written:
            form[wanted] = now
        form[before] = now
    form[f"{start}.of"] = record.id
    return form, was


def groups(
    view: FormView,
    start: str,
    form: Mapping[str, str],
    options: Mapping[str, Sequence[Option]],
    wrong: Mapping[str, str],
) -> list[EditGroup]:
    """What may be edited of the chosen record; nothing before one is chosen. `form` is that of `with_listed`, `wrong`
    that of `on_form`.
    """
    record = _chosen(view, start)
    if isinstance(record, CertificateItem):
        return [EditGroup("", [_of_item(name, options) for name in EDITABLE])]
    if record is None:
        return []

    def to_be_looked_at(one: Control) -> bool:
        wanted, before = f"{start}.to.{one.name}", f"{start}.from.{one.name}"
        return form.get(wanted, "") != form.get(before, "") or wanted in wrong

    return [replace(one, open=any(map(to_be_looked_at, one.fields))) for one in _of_service(view, start, form)]


def on_form(view: FormView, start: str, problems: Mapping[str, str]) -> dict[str, str]:
    """Problems of edited fields, under the names of the fields in which they are mended."""
    record = _chosen(view, start)
    if record is None:
        return dict(problems)
    heads = service_fields.PARTS if isinstance(record, PublicService) else dict.fromkeys(EDITABLE, ())
    placed = dict[str, str]()
    for name, text in problems.items():
        head, _, rest = name.removeprefix(f"{start}.").partition(".")
        if name.startswith(f"{start}.") and head in heads:
            name = f"{start}.to.{_first_of(head, rest, heads[head])}"
        placed[name] = placed.get(name, "") + text
    return placed


def _first_of(head: str, rest: str, parts: Sequence[str]) -> str:
    """The field in which something is mended that is said of the whole field, or of a whole piece of advice."""
    if parts and (not rest or rest.isdecimal()):
        row = (rest or "0") if head == "advice" else ""
        rest = f"{row}.{parts[0]}" if row else parts[0]
    return f"{head}.{rest}" if rest else head


def _chosen(view: FormView, start: str) -> CertificateItem | PublicService | None:
    """The record that a row of a change is about."""
    id = view.fields.get(f"{start}.item", "")
    return (view.home.items.get(id) or view.home.services.get(id)) if view.type == "change" else None


def _listed(record: CertificateItem | PublicService) -> dict[str, str]:
    if isinstance(record, PublicService):
        return service_fields.listed(record)
    return {name: getattr(record, name) for name in EDITABLE}


def _sent(form: Mapping[str, str], start: str) -> list[str]:
    """The fields that the form says something about."""
    sent = f"{start}.to."
    return [name.removeprefix(sent) for name in form if name.startswith(sent)]


def _of_item(name: str, options: Mapping[str, Sequence[Option]]) -> Control:
    choices = {"kind": options["kinds"], "service": options["services"]}
    known = choices.get(name, options["bodies"] if name.endswith("_body") else None)
    optional = name not in ("kind", "service", "requesting_body")
    return Control(
        name, field_label(name), known, "area", empty="没有" if optional else "请选择", required=not optional
    )


def _of_service(view: FormView, start: str, form: Mapping[str, str]) -> Iterator[EditGroup]:
    exclusions = view.catalog.vocabularies.exclusions
    grounds = [(one.code, one.label) for one in exclusions.online] if exclusions else []
    yield EditGroup("", [
        Control("name", "事项的名称", hint="和政务服务事项目录写得一样", required=True),
        Control("aliases", "别的叫法", type="area", hint="一行一个"),
        Control("code", "事项编码"),
    ])  # fmt: skip
    yield EditGroup("网上办、一窗受理", [
        Control("online.extent", "网上能办到哪一步", _EXTENTS, empty="没有写"),
        Control("online.ground", "按规定不能网上办的，是哪一种", grounds, empty="没有"),
        Control("online.reason", "还不能网上办的原因", type="area", hint="会公布"),
        Control("one_window", "是否纳入一窗受理", [("yes", "是")], empty="否"),
    ])  # fmt: skip
    yield EditGroup("办事指南", [
        Control("guide_updated", "指南哪一天更新的", type="date", hint="清单变了，指南也要跟着改"),
        Control("guide_url", "指南的网址"),
        *(Control(f"guide.{part}", field_label(part), type="area") for part in service_fields.PARTS["guide"]),
    ])  # fmt: skip
    yield EditGroup("委托、授权给乡镇（街道）", [
        Control("authorisation.basis", "依据", type="area"),
        Control("authorisation.kind", "是委托还是授权"),
        Control("authorisation.term", "期限"),
        Control("authorisation.area", "区域"),
    ])  # fmt: skip
    filled = [name for name in _sent(form, start) if any(form.get(f"{start}.{side}.{name}") for side in ("from", "to"))]
    yield EditGroup("窗口咨询：群众常问的", list(_advice(service_fields.rows_of(filled))))


def _advice(filled: Sequence[int]) -> Iterator[Control]:
    """A row for each question, and an empty one behind them."""
    rows = [*filled, max(filled, default=-1) + 1]
    for number, row in enumerate(rows, 1):
        hint = "问和答都空着，就是没有这一条" if number == len(rows) else ""
        yield Control(f"advice.{row}.question", f"问题 {number}", hint=hint)
        yield Control(f"advice.{row}.answer", f"回答 {number}", type="area")
        yield Control(f"advice.{row}.updated", f"哪一天更新的 {number}", type="date")
