"""Pictures and PDFs with complaints: from the form to the case, opened with a trace, gone with the words (A20, A21)."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from mianzheng.adapters.memory_files import MemoryFileStore
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints.attached import HELD, LOOKED_AFTER, TOPIC, name_of
from mianzheng.complaints.retention import Due, Periods, purged
from mianzheng.complaints.uploads import MOST_BYTES
from mianzheng.errors import RecordNotFound, Unavailable
from mianzheng.jobs.files import LeftFiles
from mianzheng.jobs.outbox import deliver
from mianzheng.settings import Settings
from tests.test_web_case import accepted, step
from tests.test_web_complaints import MARKS, draft, filing, only_case, receipt
from tests.uploads import SECRET, pdf, photo, screenshot
from tests.web_client import URL, Town, Visitor, token_of

Sent = list[tuple[bytes, str]]


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog)


def form(visitor: Visitor, path: str, fields: dict[str, str], files: Sent) -> TestResponse:
    """A form with files, as a browser sends it."""
    data: dict[str, Any] = {**fields, "files": [FileStorage(io.BytesIO(content), name) for content, name in files]}
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": URL}
    return visitor.client.post(path, base_url=URL, data=body, content_type=kind, headers=headers)


def kept(page: TestResponse) -> dict[str, str]:
    """The fields by which a page carries files on."""
    return dict.fromkeys(re.findall(r'name="(file\.[^"]+)" value="yes"', page.text), "yes")


def stored(town: Town) -> dict[str, bytes]:
    assert isinstance(town.services.files, MemoryFileStore)
    return town.services.files._files


def with_files(town: Town, files: Sent, **about: str) -> tuple[str, list[str]]:
    """A complaint with files; its code, and the ids of the files."""
    visitor = town.visitor()
    fields = {**filing(town, **about), "draft": draft(visitor)}
    checked = form(visitor, "/complaints/check", fields, files)
    assert checked.status_code == 200, checked.text
    sent = visitor.form("/complaints", {**fields, **kept(checked)})
    assert sent.status_code == 201, sent.text
    return receipt(sent.text)[1], only_case(town).data["files"]


def about_the_handler(town: Town, content: bytes) -> None:
    """A complaint with a file about the very body that is to handle it."""
    body = town.services.store.get("account", town.logins["test-yiyuan.handler1"]).body
    with_files(town, [(content, "a")], body=body)
    step(town, town.staff("receiver"), "accept")
    step(town, town.staff("receiver"), "transfer", {"handling_body": body})


def run_errands(town: Town) -> str:
    assert town.services.files
    handlers = {TOPIC: LeftFiles(town.services.store, town.services.files)}
    return deliver(town.services.store, handlers, lambda: town.now)


def test_files_go_along_with_the_steps_of_the_form_and_are_sealed_with_the_key_of_the_case(town: Town) -> None:
    _, files = with_files(town, [(photo(), "张三.jpg"), (pdf(), "a.pdf")])
    record = only_case(town)
    assert [id[:4] for id in files] == ["jpg-", "pdf-"]
    sealed = town.services.store.sealed("complaint", record.id, "story")
    assert sealed and {name_of(record.id, id) for id in files} == set(stored(town))
    for id, start in zip(files, (b"\xff\xd8\xff", pdf()), strict=True):
        name = name_of(record.id, id)
        plain = town.services.keys.open(sealed[0], name, stored(town)[name])
        assert plain.startswith(start) and SECRET.encode() not in plain
        assert plain[:50] not in stored(town)[name]
    assert "张三" not in str(record) and "张三" not in str(town.logged)


def test_no_file_is_lost_when_another_field_or_another_file_is_wrong(town: Town) -> None:
    visitor = town.visitor()
    token = draft(visitor)
    wrong = form(visitor, "/complaints/check", {**filing(town, phone="x"), "draft": token},
                 [(photo(), "a.jpg"), (b"<html>", "b.jpg"), (screenshot(), "c")])  # fmt: skip
    assert wrong.status_code == 422 and "第 2 个文件不是 JPEG" in wrong.text and 'href="#f-phone"' in wrong.text
    first = kept(wrong)
    assert len(first) == 2 and "照片 1" in wrong.text and "照片 2" in wrong.text
    dropped = dict(list(first.items())[1:])
    checked = form(visitor, "/complaints/check", {**filing(town), "draft": token, **dropped}, [(pdf(), "d")])
    assert checked.status_code == 200 and len(kept(checked)) == 2 and "照片 1、PDF 2" in checked.text
    again = visitor.form("/complaints/new", {**filing(town), "draft": token, **kept(checked)})
    assert again.status_code == 200 and kept(again) == kept(checked)
    sent = visitor.form("/complaints", {**filing(town), "draft": token, **kept(again)})
    twice = visitor.form("/complaints", {**filing(town), "draft": token, **kept(again)})
    assert sent.status_code == 201 and receipt(sent.text) == receipt(twice.text)
    assert ["file." + id for id in only_case(town).data["files"]] == list(kept(again))


def test_files_alone_make_another_complaint_of_the_same_draft(town: Town) -> None:
    """F23 holds for files too."""
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor)}
    checked = form(visitor, "/complaints/check", fields, [(photo(), "a")])
    assert visitor.form("/complaints", {**fields, **kept(checked)}).status_code == 201
    assert visitor.form("/complaints", fields).status_code == 422


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.jpg", b"<html>"), ("x.svg", b"<svg/>"), ("..\\..\\x", b"MZ"), ("../../../etc/passwd", b"root"), ("x.pdf", b""),
     ("a;b=\"c.jpg", b"PK\x03\x04"), ("big.jpg", b"\xff\xd8\xff" + bytes(MOST_BYTES))],
    ids=["HTML", "SVG", "path", "other path", "empty", "odd letters", "too long"],
)  # fmt: skip
def test_bad_uploads_are_refused_and_leave_nothing(town: Town, name: str, content: bytes) -> None:
    """A21."""
    visitor = town.visitor()
    answer = form(visitor, "/complaints/check", {**filing(town), "draft": draft(visitor)}, [(content, name)])
    assert answer.status_code == 422 and 'id="e-files"' in answer.text and MARKS["demand"] in answer.text
    assert not stored(town) and "passwd" not in answer.text


def test_too_many_files_are_refused(town: Town) -> None:
    """A21: six are five and a sentence; five thousand are no form of ours."""
    visitor = town.visitor()
    fields = {**filing(town), "draft": draft(visitor)}
    answer = form(visitor, "/complaints/check", fields, [(photo((9, 9)), "a")] * 6)
    assert answer.status_code == 422 and "最多 5 个" in answer.text and len(stored(town)) == 5
    assert form(visitor, "/complaints/check", fields, [(b"x", "a")] * 5000).status_code == 413
    more = form(visitor, "/complaints/check", {**fields, **kept(answer)}, [(photo((9, 9)), "a")])
    assert more.status_code == 422 and len(stored(town)) == 5


def test_files_of_another_draft_cannot_be_taken_along(town: Town) -> None:
    """A20, A21: names of files are worth something with their own draft only."""
    visitor, thief = town.visitor(), town.visitor()
    checked = form(visitor, "/complaints/check", {**filing(town), "draft": draft(visitor)}, [(photo(), "a")])
    fields = {**filing(town), "draft": draft(thief)}
    own = form(thief, "/complaints/check", fields, [(photo(), "b")])
    for foreign in (kept(checked), {"file.jpg-0": "yes"}):
        answer = thief.form("/complaints", {**fields, **kept(own), **foreign})
        assert answer.status_code == 422 and "重新选" in answer.text and kept(answer) == kept(own)
    assert not list(town.services.store.keys("complaint"))


def test_no_program_can_name_files_or_a_case_in_a_filing(town: Town) -> None:
    """A20."""
    for name in ("files", "held", "case", "state", "version"):
        body = {"draft": "x", "filing": {"place": "test-yiyuan", "channel": "platform", name: ["jpg-1"]}}
        answer = town.visitor().json("POST", "/api/v1/complaints", body)
        assert answer.status_code == 422 and name in answer.text


def test_nothing_is_stored_where_nobody_answers(loaded: Loaded) -> None:
    town = Town(loaded.catalog, settings=Settings(deployment="operating", public_url=URL))
    visitor = town.visitor()
    answer = form(visitor, "/complaints/check", {**filing(town), "draft": town.services.signer.new_draft()},
                  [(photo(), "a")])  # fmt: skip
    assert answer.status_code == 409 and not stored(town)


def test_a_store_that_does_not_answer_takes_nothing_in_and_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise Unavailable("满了")

    monkeypatch.setattr(MemoryFileStore, "put", down)
    visitor = town.visitor()
    answer = form(visitor, "/complaints/check", {**filing(town), "draft": draft(visitor)}, [(photo(), "a")])
    assert answer.status_code == 503 and not list(town.services.store.keys("complaint"))


def test_an_installation_without_a_file_store_asks_for_no_files(loaded: Loaded) -> None:
    from dataclasses import replace

    town = Town(loaded.catalog)
    town.application.services = replace(town.services, files=None)
    visitor = town.visitor()
    page = visitor.get("/complaints/new?place=test-yiyuan").text
    assert 'type="file"' not in page and "multipart" not in page
    answer = form(visitor, "/complaints/check", {**filing(town), "draft": draft(visitor)}, [(photo(), "a")])
    assert answer.status_code == 422 and "不能收" in answer.text


def test_what_no_complaint_came_for_is_removed_and_what_one_has_stays(town: Town) -> None:
    _, files = with_files(town, [(photo(), "a")])
    visitor = town.visitor()
    form(visitor, "/complaints/check", {**filing(town), "draft": draft(visitor)}, [(photo(), "a"), (pdf(), "b")])
    assert len(stored(town)) == 3
    town.now += HELD
    run_errands(town)
    assert len(stored(town)) == 3
    town.now += LOOKED_AFTER - HELD
    assert run_errands(town).startswith("送达 2 件")
    assert list(stored(town)) == [name_of(only_case(town).id, files[0])]


def test_files_go_when_the_words_of_the_case_go(town: Town) -> None:
    """A31: the key is destroyed, and what it sealed is removed too."""
    code, _ = with_files(town, [(photo(), "a")])
    visitor = town.visitor()
    own = {"code": code, "draft": draft(visitor)}
    assert visitor.form("/complaints/lookup/withdraw", own).status_code == 200
    town.now += datetime.timedelta(days=731)
    run_errands(town)
    assert len(stored(town)) == 1
    town.services.store.commit(purged(Due(only_case(town), "words"), town.now, Periods(), keys=town.services.keys))
    run_errands(town)
    assert not stored(town)
    assert "照片和文件" not in town.staff("receiver").get(f"/office/complaints/{only_case(town).id}").text


class TestLater:
    """With the code the person adds files to a complaint."""

    def test_by_the_page(self, town: Town) -> None:
        code, _ = with_files(town, [(photo(), "a")])
        visitor = town.visitor()
        own = {"code": code, "draft": draft(visitor)}
        assert "补充照片或者文件" in visitor.form("/complaints/lookup", own).text
        nothing = form(visitor, "/complaints/lookup/attach", own, [])
        assert nothing.status_code == 422 and "请选照片" in nothing.text
        wrong = form(visitor, "/complaints/lookup/attach", own, [(photo(), "a"), (b"x", "b")])
        assert wrong.status_code == 422 and len(only_case(town).data["files"]) == 1
        answer = form(visitor, "/complaints/lookup/attach", own, [(pdf(), "b"), (photo(), "c")])
        assert answer.status_code == 200 and "补充了照片或者文件" in answer.text
        assert [id[:3] for id in only_case(town).data["files"]] == ["jpg", "pdf", "jpg"]
        mails = [one.delivery.data["about"] for one in town.services.store.claim(town.now, HELD, 50, ("mail",))]
        assert "attach" in mails

    def test_by_program(self, town: Town) -> None:
        code, _ = with_files(town, [(photo(), "a")])

        def post(code: str, files: Sent) -> TestResponse:
            data = {"files": [(io.BytesIO(content), name) for content, name in files]}
            headers = {"Authorization": f"Receipt {code}"}
            return town.visitor().client.post("/api/v1/complaint/files", base_url=URL, data=data, headers=headers)

        assert post(code, [(photo(), "a")]).get_json()["version"] == 2
        assert post(code, [(b"x", "a")]).status_code == 422
        assert post("00000-00000", [(photo(), "a")]).status_code == 404
        plain = town.visitor().json("POST", "/api/v1/complaint/files", {}, Authorization=f"Receipt {code}")
        assert plain.status_code == 415
        for _ in range(3):
            post(code, [(photo((5, 5)), "a")] * 5)
        full = post(code, [(photo((5, 5)), "a")] * 4)
        assert full.status_code == 422 and "最多 20 个" in full.text and len(only_case(town).data["files"]) == 17

    def test_not_when_it_is_over(self, town: Town) -> None:
        code, _ = with_files(town, [(photo(), "a")])
        visitor = town.visitor()
        own = {"code": code, "draft": draft(visitor)}
        visitor.form("/complaints/lookup/withdraw", own)
        answer = form(visitor, "/complaints/lookup/attach", own, [(photo(), "a")])
        assert answer.status_code == 409 and len(stored(town)) == 1


class TestOpening:
    """Staff open a file with a purpose; it is logged, and the person sees it."""

    def opened(self, town: Town, file: str, purpose: str = "verify", role: str = "receiver") -> TestResponse:
        visitor = town.visitor()
        visitor.log_in(f"test-yiyuan.{role}1")
        record = only_case(town)
        page = visitor.get(f"/office/complaints/{record.id}")
        fields = {"form_token": token_of(page.text), "version": str(record.version), "file": file, "purpose": purpose}
        return visitor.form(f"/office/complaints/{record.id}/open_file", fields)

    def test_a_picture_is_shown_on_a_page_and_the_person_sees_who_looked(self, town: Town) -> None:
        code, files = with_files(town, [(photo(), "a")])
        shown = self.opened(town, files[0])
        found = re.search(r'src="data:image/jpeg;base64,([^"]+)"', shown.text)
        assert shown.status_code == 200 and found and shown.headers["Cache-Control"] == "no-store"
        import base64

        with Image.open(io.BytesIO(base64.b64decode(found[1]))) as picture:
            assert picture.size == (80, 120)
        event = town.services.store.events("complaint", only_case(town).id)[-1]
        assert (event.name, event.data) == ("open_file", {"file": files[0], "purpose": "verify"})
        visitor = town.visitor()
        told = visitor.form("/complaints/lookup", {"code": code, "draft": draft(visitor)}).text
        assert "打开了照片或者文件，核实情况" in told

    def test_a_pdf_is_only_ever_saved(self, town: Town) -> None:
        _, files = with_files(town, [(pdf(), "a")])
        answer = self.opened(town, files[0])
        assert answer.data == pdf() and answer.content_type == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize("wrong", ["file", "purpose"])
    def test_without_purpose_or_with_a_foreign_file_nothing_is_shown(self, town: Town, wrong: str) -> None:
        _, files = with_files(town, [(photo(), "a")])
        answer = self.opened(town, "jpg-x", "verify") if wrong == "file" else self.opened(town, files[0], "")
        assert answer.status_code == 422 and "base64" not in answer.text
        assert len(town.services.store.events("complaint", only_case(town).id)) == 1

    def test_the_body_complained_about_cannot_open_them(self, town: Town) -> None:
        """A04."""
        about_the_handler(town, photo())
        answer = self.opened(town, only_case(town).data["files"][0], role="handler")
        assert answer.status_code == 409 and "base64" not in answer.text

    def test_a_file_that_is_gone_is_said_to_be(self, town: Town) -> None:
        _, files = with_files(town, [(photo(), "a")])
        assert town.services.files
        town.services.files.remove(name_of(only_case(town).id, files[0]))
        with pytest.raises(RecordNotFound):
            town.services.files.get(name_of(only_case(town).id, files[0]))
        assert self.opened(town, files[0]).status_code == 404

    def test_a_case_without_files_offers_none(self, town: Town) -> None:
        accepted(town)
        assert "照片和文件" not in town.staff("receiver").get(f"/office/complaints/{only_case(town).id}").text
