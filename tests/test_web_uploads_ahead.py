"""Files that do not fit into a form: invited, brought to quarantine, taken over when the form comes (A21)."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mianzheng.adapters.memory_files import MemoryFileStore
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints.attached import HELD, LOOKED_AFTER, name_of
from mianzheng.complaints.uploads import MOST_BYTES, MOST_FILES
from mianzheng.errors import Unavailable
from mianzheng.ports import Invitation
from mianzheng.web import guards
from mianzheng.web.application import Application
from mianzheng.web.table import ROUTES
from mianzheng.web.uploads_ahead import AHEAD
from tests.stand_ins.quarantine import MemoryQuarantine, brought
from tests.test_web_complaints import MARKS, draft, filing, only_case, receipt
from tests.test_web_files import form, kept, run_errands, stored
from tests.uploads import SECRET, bomb, pdf, photo
from tests.web_client import URL, Town, Visitor

FUNCTION = 4_500_000
"""Bytes of a form that a function takes."""


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return with_quarantine(Town(loaded.catalog))


def with_quarantine(town: Town) -> Town:
    """The town as it is where forms bring little."""
    town.services = replace(town.services, quarantine=MemoryQuarantine(), most_upload=FUNCTION)
    town.application = Application(ROUTES, town.services)
    return town


def waiting(town: Town) -> dict[str, bytes]:
    """What lies in quarantine."""
    assert isinstance(town.services.quarantine, MemoryQuarantine)
    return town.services.quarantine.files


def invited(visitor: Visitor, token: str, size: int = 5_000_000) -> TestResponse:
    """As the page asks: a browser says where the request is from."""
    headers = {"Sec_Fetch_Site": "same-origin", "Origin": URL}
    return visitor.json("POST", "/api/v1/uploads", {"draft": token, "bytes": size}, **headers)


def sent_ahead(town: Town, visitor: Visitor, token: str, *contents: bytes) -> dict[str, str]:
    """Files brought to quarantine; the fields by which the form names them."""
    fields: dict[str, str] = {}
    for content in contents:
        told = invited(visitor, token).get_json()
        assert town.services.quarantine
        assert brought(town.services.quarantine, Invitation(told["address"], told["fields"]), content) == 204
        fields[AHEAD + told["id"]] = "yes"
    return fields


def large_pdf() -> bytes:
    """More than a function takes, and all of it pages."""
    return pdf(objects=b"7 0 obj\n<< /Length 6000000 >>\nstream\n" + b"q\n" * 3_000_000 + b"endstream\nendobj\n")


def begun(town: Town, **more: Any) -> tuple[Visitor, dict[str, str]]:
    """Somebody with a form, all filled in."""
    visitor = town.visitor()
    return visitor, {**filing(town, **more), "draft": draft(visitor)}


def test_a_file_too_large_for_the_form_goes_ahead_of_it_and_is_kept_like_any_other(town: Town) -> None:
    visitor, fields = begun(town)
    ahead = sent_ahead(town, visitor, fields["draft"], large_pdf(), photo())
    assert SECRET.encode() in b"".join(waiting(town).values())
    checked = form(visitor, "/complaints/check", fields | ahead, [])
    assert checked.status_code == 200 and "PDF 1、照片 2" in checked.text and AHEAD not in checked.text
    assert not waiting(town)
    sent = visitor.form("/complaints", fields | kept(checked))
    assert sent.status_code == 201
    record = only_case(town)
    sealed = town.services.store.sealed("complaint", record.id, "story")
    assert sealed and set(stored(town)) == {name_of(record.id, id) for id in record.data["files"]}
    names = [name_of(record.id, id) for id in record.data["files"]]
    first, second = (town.services.keys.open(sealed[0], name, stored(town)[name]) for name in names)
    assert first == large_pdf() and second.startswith(b"\xff\xd8\xff") and SECRET.encode() not in second


def test_files_come_both_ways_and_are_counted_together(town: Town) -> None:
    visitor, fields = begun(town)
    ahead = sent_ahead(town, visitor, fields["draft"], *[photo((9, 9))] * 4)
    checked = form(visitor, "/complaints/check", fields | ahead, [(pdf(), "a"), (photo((9, 9)), "b")])
    assert checked.status_code == 422 and f"最多 {MOST_FILES} 个" in checked.text
    assert len(kept(checked)) == MOST_FILES == len(stored(town)) and "PDF 1" in checked.text


def test_the_same_form_again_takes_nothing_over_twice(town: Town) -> None:
    visitor, fields = begun(town)
    ahead = sent_ahead(town, visitor, fields["draft"], pdf(), b"<html>")
    first = form(visitor, "/complaints/check", fields | ahead, [])
    again = form(visitor, "/complaints/check", fields | ahead, [])
    assert (first.status_code, again.status_code) == (422, 422)
    assert kept(first) == kept(again) and len(stored(town)) == 1
    assert "第 2 个文件不是 JPEG" in first.text and "第 2 个文件不是 JPEG" in again.text
    direct = {**fields, **ahead, **kept(first)}
    named_twice = form(visitor, "/complaints/check", direct, [])
    assert kept(named_twice) == kept(first) and "PDF 1" in named_twice.text and "PDF 2" not in named_twice.text


@pytest.mark.parametrize("left", [False, True], ids=["taken away by the first", "still there"])
def test_of_the_same_form_twice_at_once_the_first_decides_and_both_show_it(
    town: Town, monkeypatch: pytest.MonkeyPatch, left: bool
) -> None:
    visitor, fields = begun(town)
    named = fields | sent_ahead(town, visitor, fields["draft"], pdf(), pdf(catalog=b"/Lang (zh)"))
    whole, overtaking = MemoryQuarantine.take, list[TestResponse]()

    def take(self: MemoryQuarantine, name: str, most_bytes: int) -> bytes | None:
        monkeypatch.setattr(MemoryQuarantine, "take", whole)
        overtaking.append(form(town.visitor(), "/complaints/check", named, []))
        return whole(self, name, most_bytes)

    monkeypatch.setattr(MemoryQuarantine, "take", take)
    if left:
        monkeypatch.setattr(MemoryQuarantine, "remove", lambda *_: None)
    answer = form(visitor, "/complaints/check", named, [])
    assert (answer.status_code, overtaking[0].status_code) == (200, 200)
    assert kept(answer) == kept(overtaking[0]) and len(kept(answer)) == 2


def test_too_many_files_wait_where_they_are_and_the_same_form_later_takes_them(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, fields = begun(town)
    named = fields | sent_ahead(town, visitor, fields["draft"], pdf(), photo())
    with monkeypatch.context() as patch:
        patch.setitem(guards.LIMITS, "upload", (1, datetime.timedelta(hours=1)))
        assert form(visitor, "/complaints/check", named, []).status_code == 429
    assert len(waiting(town)) == 1
    answer = form(visitor, "/complaints/check", named, [])
    assert answer.status_code == 200 and len(kept(answer)) == 2 == len(stored(town))


def test_a_form_sent_at_once_with_what_went_ahead_is_one_case_with_one_file(town: Town) -> None:
    """Whoever presses twice on the last step, with the files still named, gets the same receipt."""
    visitor, fields = begun(town)
    ahead = sent_ahead(town, visitor, fields["draft"], pdf())
    first, again = (form(visitor, "/complaints", fields | ahead, []) for _ in range(2))
    assert receipt(first.text) == receipt(again.text) != []
    assert len(only_case(town).data["files"]) == 1 == len(stored(town))


BAD = {
    "HTML": (b"<html><script>", "不是 JPEG"), "SVG": (b"<svg/>", "不是 JPEG"),
    "program": (b"MZ" + bytes(99), "不是 JPEG"),
    "polyglot": (b"GIF89a/*" + pdf(), "不是 JPEG"), "bomb": (bomb(), "打不开"),
    "script in a PDF": (pdf(catalog=b"/OpenAction << /S /JavaScript >>"), "自己运行"),
    "ZIP in a PDF": (pdf() + b"PK\x05\x06" + bytes(18), "自己运行"),
    "half a photo": (photo()[:300], "打不开"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_went_ahead_is_judged_like_what_comes_with_the_form(town: Town, what: str) -> None:
    """A21."""
    content, word = BAD[what]
    visitor, fields = begun(town)
    ahead = sent_ahead(town, visitor, fields["draft"], content)
    answer = form(visitor, "/complaints/check", fields | ahead, [])
    assert answer.status_code == 422 and "第 1 个文件" in answer.text and word in answer.text
    assert MARKS["demand"] in answer.text and not stored(town) and not waiting(town)


def test_more_than_a_file_may_have_is_not_invited_and_not_taken_in(town: Town) -> None:
    """A21: what is too long is refused by what was signed; and if it lay there all the same, it would not be kept."""
    visitor, fields = begun(town)
    refused = invited(visitor, fields["draft"], MOST_BYTES + 1)
    assert refused.status_code == 422 and "一个文件最多 10 MB" in refused.text
    told = invited(visitor, fields["draft"], MOST_BYTES).get_json()
    invitation = Invitation(told["address"], told["fields"])
    assert town.services.quarantine
    assert brought(town.services.quarantine, invitation, bytes(MOST_BYTES + 1)) == 400
    waiting(town)[told["fields"]["key"]] = b"\xff\xd8\xff" + bytes(2 * MOST_BYTES)
    answer = form(visitor, "/complaints/check", {**fields, AHEAD + told["id"]: "yes"}, [])
    assert answer.status_code == 422 and "太大" in answer.text and not stored(town)


def test_a21_ids_of_another_draft_are_worth_nothing(town: Town) -> None:
    """Neither the thief's case nor the owner's quarantine changes, and the answer is that of an id that never was."""
    visitor, fields = begun(town)
    ahead = sent_ahead(town, visitor, fields["draft"], pdf())
    thief, own = begun(town)
    stolen = form(thief, "/complaints/check", own | ahead, [])
    nothing = form(thief, "/complaints/check", {**own, AHEAD + "up-0000000000009999": "yes"}, [])
    assert stolen.status_code == nothing.status_code == 422 and "没有传上来" in stolen.text
    assert stolen.text.count("没有传上来") == nothing.text.count("没有传上来")
    assert not stored(town) and len(waiting(town)) == 1
    assert form(visitor, "/complaints/check", fields | ahead, []).status_code == 200


@pytest.mark.parametrize(
    "id", ["", "x", "../files/x", "up-", "up-a/b", "up-" + "a" * 99, "up-\uff11", "jpg-0000000000000001"]
)
def test_a_made_up_id_reaches_nothing(town: Town, id: str) -> None:
    visitor, fields = begun(town)
    answer = form(visitor, "/complaints/check", {**fields, AHEAD + id: "yes"}, [])
    assert answer.status_code == 200 and not kept(answer)


def test_what_never_came_or_is_gone_is_said_and_may_still_come(town: Town) -> None:
    visitor, fields = begun(town)
    told = invited(visitor, fields["draft"]).get_json()
    named = {**fields, AHEAD + told["id"]: "yes"}
    early = form(visitor, "/complaints/check", named, [(photo(), "a")])
    assert early.status_code == 422 and "第 2 个文件没有传上来" in early.text and MARKS["demand"] in early.text
    assert len(kept(early)) == 1
    assert town.services.quarantine
    assert brought(town.services.quarantine, Invitation(told["address"], told["fields"]), pdf()) == 204
    assert len(kept(form(visitor, "/complaints/check", {**named, **kept(early)}, []))) == 2


def test_who_asks_for_an_invitation_needs_a_draft_of_ours_and_our_page(town: Town) -> None:
    """A06."""
    visitor, fields = begun(town)
    assert invited(visitor, "x").status_code == 403
    foreign = {"Sec_Fetch_Site": "cross-site", "Origin": "https://evil.example"}
    wish = {"draft": fields["draft"], "bytes": 1}
    assert visitor.json("POST", "/api/v1/uploads", wish, **foreign).status_code == 403
    for bad in ({"bytes": 0}, {"bytes": -1}, {"bytes": 1.5}, {"bytes": "1"}, {"draft": 1}, {"key": "files/x"}):
        assert visitor.json("POST", "/api/v1/uploads", {**wish, **bad}).status_code == 422, bad
    assert visitor.form("/api/v1/uploads", {"draft": fields["draft"], "bytes": "1"}).status_code == 415
    good = invited(visitor, fields["draft"], 1)
    assert good.status_code == 201 and good.headers["Cache-Control"] == "no-store"
    told = good.get_json()
    assert told["id"] in told["fields"]["key"] and fields["draft"] not in str(told) and told["seconds"] == 900


def test_invitations_are_counted(town: Town) -> None:
    visitor, fields = begun(town)
    answers = [invited(visitor, fields["draft"], 1).status_code for _ in range(61)]
    assert answers == [201] * 60 + [429]


def test_only_pages_with_such_a_form_may_speak_with_the_quarantine(town: Town) -> None:
    visitor, fields = begun(town)
    sent = visitor.form("/complaints", fields)
    own = {"code": receipt(sent.text)[1], "draft": fields["draft"]}
    allowed = f"connect-src 'self' {MemoryQuarantine.origin};"
    with_form = [
        visitor.get("/complaints/new?place=test-yiyuan"), visitor.form("/complaints/new", fields),
        visitor.form("/complaints/check", {**fields, "phone": "x"}),
        visitor.form("/complaints", {**fields, "phone": "x"}), visitor.form("/complaints/lookup", own),
    ]  # fmt: skip
    assert [allowed in page.headers["Content-Security-Policy"] for page in with_form] == [True] * 5
    assert ["data-ahead" in page.text for page in with_form] == [True] * 5
    visitor.form("/complaints/lookup/withdraw", own)
    without = [
        sent, visitor.get("/complaints/new"), visitor.get("/complaints/lookup"), visitor.get("/office/login"),
        visitor.form("/complaints/check", fields), visitor.form("/complaints/lookup", own),
    ]  # fmt: skip
    assert ["connect-src 'self';" in page.headers["Content-Security-Policy"] for page in without] == [True] * 6


def test_where_there_is_no_quarantine_forms_are_as_they_were(loaded: Loaded) -> None:
    town = Town(loaded.catalog)
    visitor, fields = begun(town)
    page = visitor.get("/complaints/new?place=test-yiyuan")
    assert "data-ahead" not in page.text and "connect-src 'self';" in page.headers["Content-Security-Policy"]
    answer = invited(visitor, fields["draft"])
    assert answer.status_code == 404 and "直接随表单提交" in answer.get_json()["detail"]
    named = form(visitor, "/complaints/check", {**fields, AHEAD + "up-0000000000000001": "yes"}, [])
    assert named.status_code == 422 and "没有传上来" in named.text


class TestCrashes:
    """Wherever it stops: the same form goes on behind what is done, and nothing stays that no case has."""

    @pytest.mark.parametrize("where", ["put", "remember", "remove"])
    def test_the_same_form_goes_on(self, town: Town, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
        visitor, fields = begun(town)
        ahead = sent_ahead(town, visitor, fields["draft"], pdf(), photo())
        owner: Any = {"put": MemoryFileStore, "remember": type(town.services.store), "remove": MemoryQuarantine}[where]
        whole, left = getattr(owner, where), [0]

        def breaks(self: Any, *given: Any, **named: Any) -> Any:
            if where == "remember" and ":up-" not in given[0]:
                return whole(self, *given, **named)
            left[0] += 1
            if left[0] == 2:
                raise Unavailable("断了")
            return whole(self, *given, **named)

        with monkeypatch.context() as patch:
            patch.setattr(owner, where, breaks)
            broken = form(visitor, "/complaints/check", fields | ahead, [])
        assert broken.status_code == (200 if where == "remove" else 503)
        again = form(visitor, "/complaints/check", fields | ahead, [])
        assert again.status_code == 200 and len(kept(again)) == 2
        assert visitor.form("/complaints", fields | kept(again)).status_code == 201
        town.now += LOOKED_AFTER
        run_errands(town)
        record = only_case(town)
        assert set(stored(town)) == {name_of(record.id, id) for id in record.data["files"]} and len(stored(town)) == 2

    def test_what_nobody_files_is_removed(self, town: Town) -> None:
        visitor, fields = begun(town)
        form(visitor, "/complaints/check", fields | sent_ahead(town, visitor, fields["draft"], pdf()), [])
        assert len(stored(town)) == 1
        town.now += max(HELD, LOOKED_AFTER)
        run_errands(town)
        assert not stored(town)


class TestLater:
    """With the code, for a case that is there already."""

    def own(self, town: Town) -> tuple[Visitor, dict[str, str]]:
        visitor, fields = begun(town)
        code = receipt(visitor.form("/complaints", fields).text)[1]
        page = visitor.form("/complaints/lookup", {"code": code, "draft": fields["draft"]})
        token = page.text.split('name="draft" value="')[1].split('"')[0]
        return visitor, {"code": code, "draft": token}

    def test_a_large_file_is_added_once_however_often_the_form_comes(self, town: Town) -> None:
        visitor, own = self.own(town)
        ahead = sent_ahead(town, visitor, own["draft"], large_pdf(), photo())
        for _ in range(2):
            answer = form(visitor, "/complaints/lookup/attach", own | ahead, [])
            assert answer.status_code == 200
        assert [id[:3] for id in only_case(town).data["files"]] == ["pdf", "jpg"]
        assert len(stored(town)) == 2 and not waiting(town)
        attached = [one.name for one in town.services.store.events("complaint", only_case(town).id)]
        assert attached.count("attach") == 1

    def test_programs_send_ahead_too(self, town: Town) -> None:
        visitor, own = self.own(town)
        token = visitor.json("POST", "/api/v1/drafts", None).get_json()["draft"]
        ahead = sent_ahead(town, visitor, token, large_pdf())

        def post(draft: str) -> TestResponse:
            headers = {"Authorization": f"Receipt {own['code']}"}
            data = {**ahead, "draft": draft, "files": (io.BytesIO(photo()), "a")}
            return town.visitor().client.post("/api/v1/complaint/files", base_url=URL, data=data, headers=headers)

        assert post("x").status_code == 403 and post(own["draft"]).status_code == 422
        assert post(token).status_code == 200
        assert [id[:3] for id in only_case(town).data["files"]] == ["jpg", "pdf"]

    def test_all_or_none(self, town: Town) -> None:
        visitor, own = self.own(town)
        ahead = sent_ahead(town, visitor, own["draft"], pdf(), b"<html>")
        answer = form(visitor, "/complaints/lookup/attach", own | ahead, [(photo(), "a")])
        assert answer.status_code == 422 and "第 3 个文件不是 JPEG" in answer.text
        assert "files" not in only_case(town).data
        town.now += LOOKED_AFTER
        run_errands(town)
        assert not stored(town)

    def test_nothing_is_read_for_a_case_that_is_over(self, town: Town) -> None:
        visitor, own = self.own(town)
        visitor.form("/complaints/lookup/withdraw", own)
        ahead = sent_ahead(town, visitor, own["draft"], pdf())
        answer = form(visitor, "/complaints/lookup/attach", own | ahead, [])
        assert answer.status_code == 409 and not stored(town) and len(waiting(town)) == 1

    def test_a_crash_before_the_step_is_made_good_by_the_same_form(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        visitor, own = self.own(town)
        ahead = sent_ahead(town, visitor, own["draft"], pdf())
        owner: Any = type(town.services.store)
        whole = owner.commit

        def breaks(self: Any, change: Any) -> Any:
            if change.writes:
                raise Unavailable("断了")
            return whole(self, change)

        with monkeypatch.context() as patch:
            patch.setattr(owner, "commit", breaks)
            assert form(visitor, "/complaints/lookup/attach", own | ahead, []).status_code == 503
        assert form(visitor, "/complaints/lookup/attach", own | ahead, []).status_code == 200
        assert len(only_case(town).data["files"]) == 1 == len(stored(town))
