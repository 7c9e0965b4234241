"""A short soak of the real server under kills; `make soak` is the long one."""

from __future__ import annotations

import http.client
from collections import Counter
from pathlib import Path

import pytest
from scripts import soak

from mianzheng.soaking import Found, Server, Soak
from tests.conftest import ROOT


@pytest.mark.slow
def test_f21_f26_mixed_load_under_kills_loses_and_doubles_nothing(tmp_path: Path) -> None:
    found = Soak(ROOT, tmp_path, seed=3).run(15, workers=2)
    assert (found.lost, found.doubled) == ([], [])
    assert found.done["杀掉服务器"] >= 1 and found.done["提交"] >= 2
    assert found.done["信"] == found.done["提交"] and found.done["登记册"] == found.done["受理"]


def test_an_answer_that_breaks_off_when_the_server_is_killed_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[object] = [http.client.IncompleteRead(b"", 215), ConnectionResetError(), {"number": "TS-1"}]

    def call(self: Server, *arguments: object, **headers: str) -> object:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(Server, "call", call)
    assert Server.patiently(object.__new__(Server), "GET", "/") == {"number": "TS-1"}


def test_what_is_lost_or_doubled_is_named_in_the_table_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Found(Counter({"提交": 3}), lost=["没有 TS-1"])

    class Done:
        def __init__(self, *arguments: object) -> None: ...

        def run(self, seconds: float, workers: int, tell: object) -> Found:
            return found

    monkeypatch.setattr(soak, "Soak", Done)
    assert soak.main([]) == 1
    assert "| 丢失 | 1 |" in (out := capsys.readouterr().out) and "丢失：没有 TS-1" in out
    found.lost.clear()
    assert soak.main([]) == 0
