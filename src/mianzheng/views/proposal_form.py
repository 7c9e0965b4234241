"""The application form of an adjustment: one item at a time, the whole batch beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from mianzheng.cases.records import CaseRecord
from mianzheng.model import Catalog, CertificateItem, PlaceCatalog
from mianzheng.proposals.chains import TYPES, ProposalType
from mianzheng.proposals.drafts import kept_until
from mianzheng.proposals.examining import Hint
from mianzheng.proposals.fields import MOST, Fields, new_names, of_row, rows_of
from mianzheng.proposals.forms import Sort
from mianzheng.proposals.guards import reasons_for
from mianzheng.proposals.newcomers import SORTS
from mianzheng.proposals.origins import ORIGINS
from mianzheng.settings import Settings
from mianzheng.views.controls import Option
from mianzheng.views.frames import Frame, framed
from mianzheng.views.lists import SYSTEMS
from mianzheng.views.proposal_edits import groups, is_service, on_form, with_listed
from mianzheng.views.proposal_newcomers import new_rows
from mianzheng.views.spoken import spoken

HERE = "/office/proposals"
DRAFTS = f"{HERE}/drafts"
CHECK_WHEN = [("before", "办理前"), ("during", "办理中"), ("after", "办结后")]
CHECK_HOW = [("onsite", "上门看"), ("online", "上网查"), ("sampling", "抽查"), ("internal", "单位内部查"),
             ("cooperation", "请有关单位协查")]  # fmt: skip
TIME_CLASSES = [("electronic", "有电子档案的"), ("paper", "查纸质档案"), ("hard", "档案不全、不好查的"),
                ("ordinary", "一般的"), ("complex", "复杂的")]  # fmt: skip
MOST_BASES = 5
"""Legal bases that the form has room for at one place."""


@dataclass(frozen=True)
class FormView:
    """What the form of an application shows: its type, what was entered, what is wrong, what to think of.

    `open` is the item that is shown (from 0), `draft` the saved draft, `id` its id also before; `corrects` the proposal
    that was returned. `checked`: everything wrong is said on top, otherwise only beside the items.
    """

    catalog: Catalog
    home: PlaceCatalog
    type: ProposalType
    own_body: str
    fields: Fields
    id: str
    open: int = 0
    draft: CaseRecord | None = None
    other: str = ""
    corrects: CaseRecord | None = None
    due: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    checked: bool = False
    hints: Sequence[Hint] = ()
    preview: str = ""


@dataclass(frozen=True)
class ItemRow:
    """One item of a batch in its list: number from 0, what it is, what is wrong with it, whether it is shown below."""

    number: int
    title: str
    problems: Sequence[str]
    hints: Sequence[str]
    open: bool


def form_page(settings: Settings, around: Frame, view: FormView) -> str:
    """The application form of one type; everything works without scripts."""
    start = f"items.{view.open}"
    here = {name: text for name, text in view.problems.items() if not _elsewhere(name, view.open)}
    inner = on_form(view, start, here)
    elsewhere = len(view.problems) - len(here)
    listed = {name: text for name, text in inner.items() if view.checked or not name or name.startswith(f"{start}.")}
    rows = item_rows(view)
    form, was = with_listed(view, start)
    options = _options(view)
    blank = view.open >= len(rows)
    return framed(
        settings,
        "office/proposal_form.html",
        f"{TYPES[view.type]}清单事项",
        frame=replace(around, here=HERE),
        view=view,
        origins=ORIGINS,
        types=list(TYPES.items()),
        start=start,
        rows=rows,
        fresh=new_rows(view, _bodies(view)),
        sorts=[(sort, one.label) for sort, one in SORTS.items()],
        full=len(rows) >= MOST,
        bases_here=_room(view.fields, f"{start}.legal_bases"),
        bases_of_all=_room(view.fields, "legal_bases"),
        form=form,
        was=was,
        groups=groups(view, start, form, options, inner),
        of_service=is_service(view, start),
        others=bool(view.fields.get(f"{start}.edits")),
        interim=bool(view.home.profile and view.home.profile.adjust.interim.value is not None and view.type != "add"),
        needs_risk=bool(view.home.profile and view.home.profile.items.risk_assessment_required.value),
        needs_seal=bool(view.home.profile and view.home.profile.review.adjust_mode.value == "notify"),
        problems={name: listed[name] for name in listed if not name} if blank and not view.checked else listed,
        elsewhere=elsewhere if view.checked else 0,
        hints=[hint for hint in view.hints if not _elsewhere(hint.field, view.open)] if view.checked else [],
        saved=spoken(view.draft.changed_at) if view.draft and view.draft.changed_at else "",
        kept_until=spoken(kept_until(view.draft)) if view.draft else "",
        preview=Markup(view.preview),
        **options,
    )


def item_rows(view: FormView) -> list[ItemRow]:
    """The items of the batch, with what is wrong beside each."""
    found = []
    for number, _ in enumerate(rows_of(view.fields)):
        start = f"items.{number}."
        wrong = [text for name, text in view.problems.items() if name.startswith(start)]
        hints = [hint.sentence for hint in view.hints if hint.field.startswith(start)]
        title = title_of(view.catalog, view.home, view.type, view.fields, number)
        found.append(ItemRow(number, title, wrong, hints, number == view.open))
    return found


def title_of(catalog: Catalog, home: PlaceCatalog, type: ProposalType, all_fields: Fields, number: int) -> str:
    """What one item of a form is about, as far as it is filled in."""
    fields, names = of_row(all_fields, number), new_names(all_fields)
    if type != "add":
        id = fields.get("item", "")
        if id in home.services:
            return f"办事事项“{home.services[id].name}”"
        return _said(catalog, home, home.items[id]) if id in home.items else "还没有选是哪一项"
    kind, service = catalog.kinds.get(fields.get("kind", "")), home.services.get(fields.get("service", ""))
    fresh = {
        name: f"新的{text}" for name in ("kind", "service") if (text := names.get(fields.get(name, ""), ("", ""))[1])
    }
    certificate = kind.name if kind else fresh.get("kind", "")
    errand = service.name if service else fresh.get("service", "")
    if not certificate and not errand:
        return "还没有选证明和事项"
    return f"{certificate or '还没有选证明'}（{errand or '还没有选办什么事'}）"


def _said(catalog: Catalog, home: PlaceCatalog, item: CertificateItem) -> str:
    kind, service = catalog.kinds.get(item.kind), home.services.get(item.service)
    return f"{kind.name if kind else item.kind}（{service.name if service else item.service}）"


def _elsewhere(name: str, shown: int) -> bool:
    """Whether a field belongs to an item that is not shown."""
    return name.startswith("items.") and not name.startswith(f"items.{shown}.")


def _room(fields: Fields, start: str) -> int:
    """How many rows of legal bases to show: those filled in and one more."""
    used = {name.removeprefix(f"{start}.").split(".")[0] for name in fields if name.startswith(f"{start}.")}
    return min(max((int(one) + 1 for one in used if one.isdecimal()), default=0) + 1, MOST_BASES)


def _named(view: FormView, sort: Sort, listed: Iterable[Option]) -> list[Option]:
    """What is written anew in this form first, then what the catalog has."""
    fresh = [(id, f"（新）{name or '还没有写名称'}") for id, (of, name) in new_names(view.fields).items() if of == sort]
    return [*fresh, *sorted(listed, key=lambda one: one[1])]


def _kinds(view: FormView) -> list[Option]:
    return _named(view, "kind", ((k.id, k.name) for k in view.catalog.kinds.values()))


def _services(view: FormView) -> list[Option]:
    return _named(view, "service", ((s.id, s.name) for s in view.home.services.values()))


def _bodies(view: FormView) -> list[Option]:
    return _named(view, "body", ((b.id, b.name) for b in view.home.bodies.values()))


def _items(view: FormView) -> list[Option]:
    """The items that may be changed; a department's own first."""
    chosen = [item for item in view.home.items.values() if item.status != "cancelled"]
    listed = [(item.requesting_body != view.own_body, _said(view.catalog, view.home, item), item.id) for item in chosen]
    return [(id, said) for _, said, id in sorted(listed)]


def _services_listed(view: FormView) -> list[Option]:
    """The services that may be changed; a department's own first."""
    listed = [(one.body != view.own_body, one.name, one.id) for one in view.home.services.values()]
    return [(id, name) for _, name, id in sorted(listed)]


def _options(view: FormView) -> dict[str, list[Option]]:
    """Everything that the form lets choose."""
    catalog, profile = view.catalog, view.home.profile
    assert profile is not None
    labels = profile.methods.labels_zh.value or {}
    enabled = profile.methods.enabled.value or ()
    methods = [m for code, m in catalog.vocabularies.methods.items() if code in enabled]
    forms = catalog.vocabularies.forms.values()
    papers = {"shares": "share_template", "letters": "commitment_letter", "requests": "verify_request",
              "replies": "verify_reply",
              "authorisations": "proxy_authorisation", "promises": "completion_promise"}  # fmt: skip
    reasons = reasons_for(view.type, catalog, profile).values()
    return {
        "items": _items(view),
        "services_listed": _services_listed(view),
        "kinds": _kinds(view),
        "services": _services(view),
        "bodies": _bodies(view),
        "bases": _named(view, "legal_basis", ((b.id, b.title) for b in catalog.legal_bases.values())),
        "reasons": [(reason.code, reason.label) for reason in reasons],
        "methods": [(m.code, labels.get(m.code, m.label)) for m in methods if m.code != "cancel"],
        "check_when": CHECK_WHEN,
        "check_how": CHECK_HOW,
        "time_classes": TIME_CLASSES,
        "systems": [(code, SYSTEMS[code]) for code in profile.verify.channels.value or () if code in SYSTEMS],
        **{name: [(f.id, f.title) for f in forms if f.use == use] for name, use in papers.items()},
    }
