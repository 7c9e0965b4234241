"""The whole server, killed without warning: what it acknowledged is there at the next start, once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from mianzheng.adapters.sqlite_store import SQLiteRecordStore
from mianzheng.cases.events import broken_links
from tests.conftest import ROOT, lay_catalog

pytestmark = pytest.mark.slow
ROUNDS = 3


class Started:
    """`scripts/serve.py` over a data folder, ready to answer."""

    def __init__(self, folder: Path) -> None:
        accounts = folder / "accounts.json"
        command = [sys.executable, str(ROOT / "scripts" / "serve.py"), "--demo", "--port", "0"]
        command += ["--data", str(folder / "var"), "--site", str(folder / "site")]
        command += ["--catalog", str(folder / "catalog"), "--accounts-json", str(accounts)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[1]
        self.passwords = {one["login"]: one["password"] for one in json.loads(accounts.read_text("utf-8"))}

    def post(self, path: str, body: dict[str, str], **headers: str) -> dict[str, str]:
        sent = {
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), sent, method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, str] = json.load(answer)
        return found

    def token(self) -> str:
        login = "test-yiyuan.admin1"
        return self.post("/api/v1/sessions", {"login": login, "password": self.passwords[login]})["token"]

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_killing_the_server_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    """F21."""
    lay_catalog(tmp_path / "catalog")
    chance = random.Random(7)
    acknowledged: list[str] = []
    for number in range(ROUNDS):
        server = Started(tmp_path)
        token = server.token()
        stop = threading.Timer(chance.uniform(0, 0.9), server.kill)
        try:
            for each in range(10_000):
                login = f"round{number}-{each}"
                wish = {"login": login, "label": "岗", "role": "justice", "place": "test-yiyuan",
                        "password": "long-enough-7"}  # fmt: skip
                key = {"Authorization": f"Bearer {token}", "Idempotency_Key": f"key-{login}"}
                acknowledged.append(server.post("/api/v1/accounts", wish, **key)["login"])
                if each == 0:
                    stop.start()
        except OSError:
            pass
        stop.join()
    assert len(acknowledged) >= ROUNDS
    store = SQLiteRecordStore(tmp_path / "var" / "cases.sqlite")
    for login in acknowledged:
        key = store.find(f"login:{login}")
        assert key is not None, f"{login} was acknowledged and is lost"
        record = store.get(key.kind, key.id)
        assert (record.version, record.seq) == (1, 1)
        assert broken_links(store.events(key.kind, key.id)) == []
