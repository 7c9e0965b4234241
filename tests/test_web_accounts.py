"""Accounts and sessions through HTTP, as an administrator, as a stranger, twice, and after a change of mind."""

from __future__ import annotations

import datetime

import pytest

from mianzheng.catalog_files.loading import Loaded
from tests.web_client import PASSWORD, Town, token_of

NEW = {
    "login": "justice.new",
    "label": "审查岗",
    "role": "justice",
    "place": "test-yiyuan",
    "password": "long-enough-7",
}


@pytest.fixture
def town(loaded: Loaded) -> Town:
    return Town(loaded.catalog)


def test_an_account_is_made_once_whatever_is_sent_twice(town: Town) -> None:
    """F22, F24."""
    admin = town.staff("admin")
    first = admin.command("/api/v1/accounts", NEW, key="key-0001")
    again = admin.command("/api/v1/accounts", NEW, key="key-0001")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json() == first.get_json() and again.headers["Idempotency-Replayed"] == "true"
    other = admin.command("/api/v1/accounts", {**NEW, "label": "别的岗"}, key="key-0001")
    assert other.get_json()["code"] == "key-reused"
    assert admin.command("/api/v1/accounts", NEW).get_json()["code"] == "already-exists"
    assert admin.json("POST", "/api/v1/accounts", NEW).get_json()["code"] == "no-command-key"
    assert "password" not in first.text and "scrypt" not in first.text


def test_everything_wrong_with_a_new_account_is_told_at_once(town: Town) -> None:
    wish = {**NEW, "role": "centre", "body": "bd-nowhere", "place": "test-boshan", "password": "aaaaaaaaaaaa"}
    answer = town.staff("admin").command("/api/v1/accounts", wish)
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.get_json()["errors"]} == {"/role", "/body", "/place", "/password"}


def test_an_administrator_sees_and_changes_the_own_place_only(town: Town) -> None:
    """A03."""
    foreign = town.logins["test-boshan.receiver1"]
    admin = town.staff("admin")
    assert admin.get(f"/api/v1/accounts/{foreign}").status_code == 404
    assert admin.get("/api/v1/accounts/ac-9999999999999999").status_code == 404
    step = {"event": "disable", "why": "换岗"}
    assert admin.command(f"/api/v1/accounts/{foreign}/events", step, version=1).status_code == 404
    listed = {one["place"] for one in admin.get("/api/v1/accounts").get_json()["accounts"]}
    assert listed == {"test-yiyuan"}


def test_a_page_mark_works_for_its_owner_only(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A05."""
    monkeypatch.setattr("mianzheng.web.accounts.PAGE_SIZE", 3)
    admin, other = town.staff("admin"), town.staff("admin", place="test-boshan")
    page = admin.get("/api/v1/accounts").get_json()
    assert len(page["accounts"]) == 3
    seen, cursor = [one["id"] for one in page["accounts"]], page["next"]
    assert other.get(f"/api/v1/accounts?cursor={cursor}").get_json()["code"] == "bad-cursor"
    assert admin.get(f"/api/v1/accounts?cursor={cursor[:-2]}xx").get_json()["code"] == "bad-cursor"
    while cursor:
        page = admin.get(f"/api/v1/accounts?cursor={cursor}").get_json()
        seen += [one["id"] for one in page["accounts"]]
        cursor = page.get("next", "")
    assert len(seen) == len(set(seen)) == sum(login.startswith("test-yiyuan.") for login in town.logins)


def test_a_change_needs_the_version_that_was_seen(town: Town) -> None:
    admin, id = town.staff("admin"), town.logins["test-yiyuan.handler1"]
    seen = admin.get(f"/api/v1/accounts/{id}")
    assert seen.headers["ETag"] == '"1"'
    step = {"event": "disable", "why": "换岗"}
    path = f"/api/v1/accounts/{id}/events"
    assert admin.command(path, step).get_json()["code"] == "no-version"
    assert admin.command(path, step, version=7).get_json()["code"] == "stale"
    done = admin.command(path, step, version=1)
    assert (done.status_code, done.get_json()["active"], done.headers["ETag"]) == (200, False, '"2"')
    assert admin.command(path, step, version=2).get_json()["code"] == "not-now"


@pytest.mark.parametrize("step", [{"event": "disable", "why": "离岗"}, {"event": "reassign", "role": "handler"},
                                  {"event": "reset_password", "password": "another-one-9"}])  # fmt: skip
def test_what_an_account_loses_its_open_sessions_lose_at_once(town: Town, step: dict[str, str]) -> None:
    """A24."""
    receiver = town.staff("receiver")
    assert receiver.get("/office/complaints").status_code == 200
    path = f"/api/v1/accounts/{town.logins['test-yiyuan.receiver1']}/events"
    assert town.staff("admin").command(path, step, version=1).status_code == 200
    assert receiver.get("/office/complaints").status_code == 303


def test_a_session_gets_a_new_id_at_login_and_is_dead_after_logout(town: Town) -> None:
    """A24: a session that somebody else chose is never taken over."""
    visitor = town.visitor()
    visitor.client.set_cookie("session", "chosen-by-somebody-else", domain="127.0.0.1")
    assert visitor.log_in("test-yiyuan.receiver1").status_code == 303
    cookie = visitor.client.get_cookie("session", domain="127.0.0.1")
    assert cookie is not None and cookie.value != "chosen-by-somebody-else" and len(cookie.value) > 40
    token = token_of(visitor.get("/office/").text)
    assert visitor.form("/office/logout", {"form_token": token}).status_code == 303
    visitor.client.set_cookie("session", cookie.value, domain="127.0.0.1")
    assert visitor.get("/office/").status_code == 303


def test_a_session_ends_after_half_an_hour_without_use_and_after_half_a_day_at_last(town: Town) -> None:
    receiver, start = town.staff("receiver"), town.now
    for minutes in range(20, 12 * 60, 20):
        town.now = start + datetime.timedelta(minutes=minutes)
        assert receiver.get("/office/").status_code == 200, minutes
    town.now = start + datetime.timedelta(hours=12)
    assert receiver.get("/office/").status_code == 303
    idle = town.staff("receiver")
    town.now += datetime.timedelta(minutes=31)
    assert idle.get("/office/").status_code == 303


def test_a_wrong_login_says_the_same_for_unknown_accounts_and_keeps_what_was_typed(town: Town) -> None:
    visitor = town.visitor()
    wrong = visitor.log_in("test-yiyuan.receiver1", "not the password")
    unknown = visitor.log_in("nobody.at.all", "not the password")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert 'value="test-yiyuan.receiver1"' in wrong.text and "not the password" not in wrong.text
    same = unknown.text.replace("nobody.at.all", "test-yiyuan.receiver1")
    assert _without_token(same) == _without_token(wrong.text)


def test_people_change_their_own_password_and_must_log_in_again(town: Town) -> None:
    visitor = town.visitor()
    visitor.log_in("test-yiyuan.receiver1")
    token = token_of(visitor.get("/office/password").text)
    wrong = {"form_token": token, "old_password": "no", "new_password": "short", "again_password": ""}
    answer = visitor.form("/office/password", wrong)
    assert answer.status_code == 422 and "原来的密码不对" in answer.text and "至少 10 个字符" in answer.text
    new = " new password 1"
    right = {"form_token": token, "old_password": PASSWORD, "new_password": new, "again_password": new}
    assert visitor.form("/office/password", right).headers["Location"] == "/office/login"
    assert visitor.get("/office/").status_code == 303
    assert visitor.log_in("test-yiyuan.receiver1").status_code == 401
    assert visitor.log_in("test-yiyuan.receiver1", new).status_code == 303


def test_the_form_for_a_new_account_comes_back_with_what_was_entered(town: Town) -> None:
    visitor = town.visitor()
    visitor.log_in("test-yiyuan.admin1")
    token = token_of(visitor.get("/office/accounts").text)
    fields = {"form_token": token, "login": "a", "label": "<b>岗", "role": "justice", "password": "long-enough-7"}
    answer = visitor.form("/office/accounts", fields)
    assert answer.status_code == 422
    assert "&lt;b&gt;岗" in answer.text and "<b>岗" not in answer.text
    assert visitor.form("/office/accounts", {**fields, "login": "new.one"}).status_code == 303
    assert "new.one" in visitor.get("/office/accounts").text


def _without_token(page: str) -> str:
    return page.replace(token_of(page), "")
