"""An application and the plain fields of its form: what one says the other says, and nothing falls between."""

from __future__ import annotations

import msgspec
import pytest

from mianzheng.catalog_files.loading import Loaded
from mianzheng.model import PublicService
from mianzheng.proposals.fields import TOO_LONG, application_from, entered, fields_of, of_row, rows_of, without
from mianzheng.proposals.forms import Application, ItemWish
from mianzheng.proposals.operations import FieldEdit
from mianzheng.proposals.service_fields import PARTS
from mianzheng.proposals.service_fields import listed as leaves
from tests.proposal_forms import PLACES, complete, edited, listed, wish

COMMIT = {
    "method": "commit",
    "commit": {"letter": "commitment-v1", "check": {"when": "after", "how": "online", "exempt": False}},
}


def back(application: Application) -> Application:
    """Through the form and back again."""
    own = {name: getattr(application, name) for name in ("place", "type", "initiator", "applicant", "applied_on")}
    made, wrong = application_from(fields_of(application), own)
    assert wrong == {}
    return made


def plainly(application: Application) -> Application:
    """An empty text of an edit and none are the same, and sharing has terms, be they empty."""
    items = []
    for one in application.items:
        edits = tuple(msgspec.structs.replace(e, from_=e.from_ or None, to=e.to or None) for e in one.edits)
        version = {**one.version, "share": {}} if one.version and one.version["method"] == "share" else one.version
        items.append(msgspec.structs.replace(one, edits=edits, version=version))
    made = msgspec.structs.replace(application, items=tuple(items))
    return msgspec.json.decode(msgspec.json.encode(made), type=Application)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("type", ["add", "change", "cancel"])
def test_every_application_comes_back_from_its_form_as_it_was(loaded: Loaded, place: str, type: str) -> None:
    application = complete(loaded.catalog, place, type)
    assert back(application) == plainly(application)


def test_terms_lists_truths_and_edits_without_a_field_of_their_own_come_back_too(loaded: Loaded) -> None:
    item = listed(loaded.catalog, "test-yiyuan")
    uses = [*msgspec.to_builtins(item)["legal_bases"], {"basis": "lb-m9s34g", "article": "第一条"}]
    batch = (
        msgspec.structs.replace(edited(item, "legal_bases", uses), version={**COMMIT, "fallback": ["proxy", "submit"]}),
        edited(item, "issuing_body", None),
        msgspec.structs.replace(wish(loaded.catalog, "test-yiyuan", "change"), core=True, issue_for_outside_use=False),
    )
    application = complete(loaded.catalog, "test-yiyuan", "change", items=batch)
    assert back(application) == plainly(application)


ADVICE = {"question": "要本人来吗？", "answer": "不用，家里人来也行。", "updated": "2026-03-01"}
SERVICE_EDITS = {
    "name": ("老年人优待证办理", "老年人优待证申领"),
    "aliases": (["老年证", "优待证"], ["老年证"]),
    "code": (None, "000711"),
    "online": ({"extent": "none", "reason": "系统没有接通。"}, {"extent": "whole"}),
    "one_window": (None, True),
    "guide_updated": ("2025-01-02", "2026-03-01"),
    "guide": ({"fee": "不收费", "time_limit": "当场"}, {"fee": "不收费"}),
    "authorisation": (None, {"basis": "委托书第1号", "kind": "委托", "term": "三年", "area": "全县"}),
    "advice": ([ADVICE], [ADVICE, {**ADVICE, "question": "要几天？"}]),
}


@pytest.mark.parametrize("turned", [False, True], ids=["there", "back"])
def test_every_edit_of_a_public_service_comes_back_from_its_form(loaded: Loaded, turned: bool) -> None:
    edits = tuple(
        FieldEdit(field=name, **({"from_": to, "to": was} if turned else {"from_": was, "to": to}))
        for name, (was, to) in SERVICE_EDITS.items()
    )
    assert set(SERVICE_EDITS) | {"guide_url"} == set(PARTS)
    items = (ItemWish(item="sv-abc123", edits=(*edits, FieldEdit(field="words", from_=["证"], to=None))),)
    application = complete(loaded.catalog, "test-yiyuan", "change", items=items)
    assert back(application) == plainly(application)


def test_of_a_public_service_only_what_was_changed_is_edited(loaded: Loaded) -> None:
    service = next(iter(loaded.catalog.places["test-yiyuan"].services.values()))
    more = {"online": {"extent": "none", "reason": "没有接通。"}, "advice": [ADVICE]}
    service = msgspec.convert(msgspec.to_builtins(service) | more, PublicService)
    shown = {"items.0.item": service.id, "items.0.of": service.id}
    for leaf, text in leaves(service).items():
        shown |= {f"items.0.from.{leaf}": text, f"items.0.to.{leaf}": text}
    same, _ = application_from(entered({}, shown), {"place": "p", "type": "change"})
    assert same.items[0].edits == ()
    wanted = {"items.0.to.online.extent": "whole", "items.0.to.online.reason": "", "items.0.to.advice.0.question": "",
              "items.0.to.advice.0.answer": ""}  # fmt: skip
    made, _ = application_from(entered(shown, wanted), {"place": "p", "type": "change"})
    assert [(one.field, one.to) for one in made.items[0].edits] == [("online", {"extent": "whole"}), ("advice", None)]
    assert made.items[0].edits[0].from_ == {"extent": "none", "reason": "没有接通。"}


def test_what_the_list_said_is_no_part_of_the_form(loaded: Loaded) -> None:
    """It is taken anew when the application is handed in again."""
    seen = msgspec.structs.replace(wish(loaded.catalog, "test-yiyuan", "change"), was={"status": "active"})
    application = complete(loaded.catalog, "test-yiyuan", "change", items=(seen,))
    assert back(application).items[0].was is None


def test_a_form_of_one_item_is_laid_over_the_batch_that_was_kept() -> None:
    kept = {"items.0.kind": "kd-1", "items.1.kind": "kd-2", "items.1.note": "旧", "reason": "A4_omitted"}
    now = entered(kept, {"items.1.note": "", "items.1.kind": "kd-3", "reason": "", "form_token": "x", "draft": "dr-1"})
    assert now == {"items.0.kind": "kd-1", "items.1.kind": "kd-3"}
    assert entered(now, {"items.7.kind": "kd-4"})["items.2.kind"] == "kd-4"
    assert without(now, 0) == {"items.0.kind": "kd-3"}
    assert rows_of(now) == ["0", "1"] and of_row(now, 1) == {"kind": "kd-3"}


def test_a_wanted_value_that_was_emptied_takes_the_listed_one_away() -> None:
    shown = {"items.0.item": "zm-1", "items.0.of": "zm-1", "items.0.from.condition": "在外地的"}
    kept = entered(shown, {"items.0.to.condition": ""})
    made, _ = application_from(kept, {"place": "p", "type": "change"})
    (edit,) = made.items[0].edits
    assert (edit.field, edit.from_, edit.to) == ("condition", "在外地的", None)
    other, _ = application_from({**kept, "items.0.item": "zm-2"}, {"place": "p", "type": "change"})
    assert other.items[0].edits == ()


def test_what_is_too_long_is_named_beside_its_field_and_the_rest_is_taken() -> None:
    fields = {"ground": "长" * 2001, "items.0.explain": "长" * 2001, "items.0.note": "在", "reason": "C9_other"}
    made, wrong = application_from(fields, {"place": "p", "type": "change"})
    assert wrong == {"ground": TOO_LONG, "items.0.explain": TOO_LONG}
    assert (made.reason, made.items[0].note, made.ground) == ("C9_other", "在", "")


@pytest.mark.parametrize(
    "fields",
    [
        {"items": "x"},
        {"items.0": "x"},
        {"items.0.kind.deep": "x", "items.0.kind": "y"},
        {"items.0.legal_bases": "x"},
        {"items.0.legal_bases.0": "x"},
        {"items.0.version": "x"},
        {"items.0.version.method": "commit", "items.0.version.commit": "x"},
        {"items.0.edits": "[", "items.0.to": "x", "items.0.of": "x"},
        {"items.0.edits": "[1, {}]"},
        {"items.0.risk_assessed.0": "x"},
        {"reason.deep": "x"},
        {"legal_bases.0.unknown": "x", "items.0.unknown": "x"},
        {"items.0.item": "sv-1", "items.0.of": "sv-1", "items.0.to": "x", "items.0.from": "y"},
        {"items.0.item": "sv-1", "items.0.of": "sv-1", "items.0.to.advice": "x", "items.0.to.online": "y"},
        {"items.0.item": "sv-1", "items.0.of": "sv-1", "items.0.to.advice.0": "x", "items.0.to.advice.x.question": "y"},
        {"items.0.item.deep": "sv-1", "items.0.of.deep": "sv-1", "items.0.to.name.deep": "x"},
    ],
)
def test_no_form_however_odd_breaks_the_reading(fields: dict[str, str]) -> None:
    """A19, A20: what a hostile form says is left out, and what is sensible beside it stays."""
    made, _ = application_from(entered({"ground": "依据"}, fields), {"place": "p", "type": "change"})
    assert made.ground == "依据"
