"""Two people at once, one button twice: whoever is slower reads what happened and keeps what was written."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mianzheng.cases.records import Change, Committed
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.errors import VersionConflict
from tests.stores import on_every_store
from tests.test_web_case import accepted, at, filed, step
from tests.test_web_complaints import draft, only_case
from tests.test_web_files import form, stored, with_files
from tests.uploads import pdf, photo
from tests.web_client import Town, Visitor, token_of

WORDS = "窗口那天写了条子，我有照片。"


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog, now=datetime.datetime(2025, 9, 25, 23, 59, 30, tzinfo=SHANGHAI))


def desk(town: Town) -> tuple[Visitor, str, dict[str, str]]:
    """A receiver on the page of the only case: the visitor, the address, what every form there brings."""
    visitor = town.visitor()
    visitor.log_in("test-yiyuan.receiver1")
    record = only_case(town)
    address = f"/office/complaints/{record.id}"
    page = visitor.get(address).text
    return visitor, address, {"form_token": token_of(page), "version": str(record.version)}


@on_every_store
def test_a_step_that_a_colleague_took_first_says_so_and_keeps_the_words(town: Town) -> None:
    filed(town)
    at(town, 26, 10)
    visitor, address, fields = desk(town)
    assert step(town, town.staff("receiver"), "accept").status_code == 200
    late = visitor.form(f"{address}/refuse", {**fields, "ground": "N1_vague_and_uncheckable", "reply": WORDS})
    assert late.status_code == 412 and late.text.count("这一件刚刚被别人改过") == 1
    assert "您刚才写的（没有存，可以复制）" in late.text and WORDS in late.text
    assert only_case(town).state == "accepted"


def test_a_colleague_faster_by_a_moment_is_told_like_one_faster_by_an_hour(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(town)
    visitor, address, fields = desk(town)
    beside, write = town.staff("receiver"), town.services.store.commit
    raced: list[int] = []

    def commit(change: Change) -> Committed:
        if change.writes and change.writes[0].record.kind == "complaint" and not raced:
            raced.append(1)
            assert step(town, beside, "note", {"text": "先记的"}).status_code == 200
        return write(change)

    monkeypatch.setattr(town.services.store, "commit", commit)
    late = visitor.form(f"{address}/note", {**fields, "text": WORDS})
    assert late.status_code == 412 and f">{WORDS}</textarea>" in late.text and "先记的" in late.text
    version = late.text.split('name="version" value="')[1].split('"')[0]
    assert visitor.form(f"{address}/note", {**fields, "version": version, "text": WORDS}).status_code == 303


@on_every_store
def test_what_the_person_adds_is_added_once(town: Town) -> None:
    """The button pressed twice, the page sent again; other words from the same page are other words."""
    code = accepted(town)
    visitor = town.visitor()
    own = {"code": code, "draft": draft(visitor), "text": WORDS}
    for _ in range(3):
        answer = visitor.form("/complaints/lookup/supplement", own)
        assert answer.status_code == 200 and answer.text.count(WORDS) == 1
    assert visitor.form("/complaints/lookup/supplement", {**own, "text": "还有"}).status_code == 200
    assert names(town).count("supplement") == 2
    for _ in range(2):
        assert visitor.form("/complaints/lookup/withdraw", {**own, "text": ""}).status_code == 200
    assert names(town).count("withdraw") == 1


@on_every_store
def test_files_that_come_twice_are_kept_once(town: Town) -> None:
    code, _ = with_files(town, [(photo(), "a")])
    visitor = town.visitor()
    own = {"code": code, "draft": draft(visitor)}
    for _ in range(2):
        assert form(visitor, "/complaints/lookup/attach", own, [(pdf(), "b")]).status_code == 200
    assert len(only_case(town).data["files"]) == len(stored(town)) == 2
    assert form(visitor, "/complaints/lookup/attach", own, [(photo(), "c")]).status_code == 200
    assert len(only_case(town).data["files"]) == 3


def test_a_program_may_bring_a_key(town: Town) -> None:
    code = accepted(town)
    headers = {"Authorization": f"Receipt {code}", "Idempotency_Key": "supplement-1"}

    def add(text: str, **other: str) -> Any:
        return town.visitor().json("POST", "/api/v1/complaint/supplement", {"text": text}, **(headers | other))

    assert [add(WORDS).status_code, add(WORDS).status_code] == [200, 200]
    assert names(town).count("supplement") == 1
    assert add("别的").get_json()["code"] == "key-reused"
    assert add("别的", Idempotency_Key="短").get_json()["code"] == "no-command-key"
    assert add(WORDS, Idempotency_Key="supplement-2").status_code == 200
    assert names(town).count("supplement") == 2


@on_every_store
def test_the_person_adds_while_the_office_acts(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person adds does not depend on what the office just did: it is put behind it."""
    code = accepted(town)
    beside, write, raced = town.staff("receiver"), town.services.store.commit, list[int]()

    def commit(change: Change) -> Committed:
        if change.command and change.command.key.startswith("own:") and not raced:
            raced.append(1)
            assert step(town, beside, "note", {"text": "先记的"}).status_code == 200
        return write(change)

    monkeypatch.setattr(town.services.store, "commit", commit)
    visitor = town.visitor()
    answer = visitor.form("/complaints/lookup/supplement", {"code": code, "draft": draft(visitor), "text": WORDS})
    assert answer.status_code == 200 and names(town)[-2:] == ["note", "supplement"]


def test_somebody_always_faster_is_said_and_the_words_come_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    code = accepted(town)
    record = only_case(town)

    def commit(change: Change) -> Committed:
        raise VersionConflict(record)

    visitor = town.visitor()
    fields = {"code": code, "draft": draft(visitor), "text": WORDS}
    monkeypatch.setattr(town.services.store, "commit", commit)
    answer = visitor.form("/complaints/lookup/supplement", fields)
    assert answer.status_code == 412 and WORDS in answer.text


@pytest.mark.parametrize(("event", "status"), [("supplement", 422), ("object", 409)])
def test_what_the_person_wrote_stays_on_the_page(town: Town, event: str, status: int) -> None:
    code = accepted(town)
    visitor = town.visitor()
    text = WORDS if event == "object" else WORDS * 2000
    answer = visitor.form(f"/complaints/lookup/{event}", {"code": code, "draft": draft(visitor), "text": text})
    assert answer.status_code == status and WORDS in answer.text and 'role="alert"' in answer.text
    assert names(town) == ["register", "accept"]


def names(town: Town) -> list[str]:
    return [one.name for one in town.services.store.events("complaint", only_case(town).id)]
