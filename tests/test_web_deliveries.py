"""Letters that could not be sent: seen by the office of the place, sent again from there."""

from __future__ import annotations

import datetime

import pytest

from mianzheng.cases.letters import MAIL
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints.notices import _HEARS
from mianzheng.views.notices import SENTENCES
from tests.test_web_complaints import MARKS, draft, filing
from tests.web_client import Town, token_of

WHY = "邮箱地址不存在"


@pytest.fixture
def town(loaded: Loaded) -> Town:
    """A complaint of whose letter the mail server will hear nothing."""
    town = Town(loaded.catalog)
    visitor = town.visitor()
    visitor.form("/complaints", {**filing(town), "draft": draft(visitor)})
    (claimed,) = town.services.store.claim(town.now, datetime.timedelta(minutes=5), topics=(MAIL,))
    town.services.store.park(claimed, WHY)
    return town


def test_the_office_sees_why_and_sends_it_again(town: Town) -> None:
    visitor = town.visitor()
    visitor.log_in("test-yiyuan.joint_conference_office1")
    page = visitor.get("/office/deliveries").text
    assert WHY in page and "TS-2026-0001" in page and MARKS["name"] not in page
    fields = {"form_token": token_of(page), "delivery": town.services.store.parked()[0].delivery.id}
    assert visitor.form("/office/deliveries", fields).status_code == 303
    assert not town.services.store.parked()
    assert len(town.services.store.claim(town.now, datetime.timedelta(minutes=5), topics=(MAIL,))) == 1
    assert "信都送出去了" in visitor.get("/office/deliveries").text
    assert visitor.form("/office/deliveries", fields).status_code == 404, "twice sends nothing twice"


def test_another_place_neither_sees_nor_sends_it(town: Town) -> None:
    """A03."""
    visitor = town.visitor()
    visitor.log_in("test-fangxian.joint_conference_office1")
    page = visitor.get("/office/deliveries").text
    assert WHY not in page
    fields = {"form_token": token_of(page), "delivery": town.services.store.parked()[0].delivery.id}
    assert visitor.form("/office/deliveries", fields).status_code == 404
    assert len(town.services.store.parked()) == 1


def test_there_is_a_letter_for_every_event_that_somebody_hears_of() -> None:
    assert set(_HEARS) <= set(SENTENCES)
