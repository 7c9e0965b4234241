"""Mixed load on a real server that is killed again and again; then the store is asked what is there, and how often.

Each worker goes on with one thing until it is acknowledged, as a person who presses again: so in the end every wish
is there exactly once, or something was lost or doubled.
"""

from __future__ import annotations

import datetime
import http.client
import json
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mianzheng.adapters.sqlite_store import FILE_NAME, SQLiteRecordStore
from mianzheng.cases.events import Event
from mianzheng.cases.integrity import examine
from mianzheng.complaints.machines import MACHINE
from mianzheng.complaints.register import MACHINE as REGISTER
from mianzheng.jobs.walking import complaints

PLACE = "demo-yiyuan"
PATIENCE = 15
"""Seconds to wait for an answer."""
LONGEST = 120
"""Seconds after which a wish that nobody answers counts as lost."""
LATER = 6
"""Minutes by which the clock is put forward at the end; a lease lasts five."""
QUIET = 60
"""Seconds that the outbox gets to run dry at the end."""
FILING = {"place": PLACE, "channel": "platform", "ground": "G1_demand", "demand": "演示", "reasons_facts": "演示",
          "name": "演示的人", "phone": "000-0000000", "body_name": "演示单位"}  # fmt: skip


class Server:
    """`scripts/serve.py` over a folder, behind an invented proxy, so that every request comes from somebody else."""

    def __init__(self, project: Path, folder: Path) -> None:
        self._project, self._folder = project, folder
        self.kills = 0
        self.url, self._process = self._started("0")

    def _started(self, port: str, *more: str) -> tuple[str, subprocess.Popen[str]]:
        command = [sys.executable, str(self._project / "scripts" / "serve.py"), "--demo", "--port", port]
        command += ["--data", str(self._folder / "var"), "--site", str(self._folder / "site")]
        command += ["--accounts-json", str(self._folder / "accounts.json"), *more]
        environment = {"MIANZHENG_TRUSTED_HOPS": "1", "PATH": "/usr/bin:/bin"}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self._project, env=environment
        )
        assert process.stdout is not None
        line = process.stdout.readline().split()
        if line[:1] != ["READY"]:
            raise RuntimeError("serve.py 没有起来")
        return line[1], process

    def kill(self) -> None:
        """Without warning (SIGKILL); then again from the same address."""
        self._process.kill()
        self._ended()
        self.kills += 1
        self.url, self._process = self._started(self.url.rpartition(":")[2])

    def later(self, minutes: int) -> None:
        """Stop, and begin again with a clock that is ahead: leases of killed workers are over (F26)."""
        self.stop()
        ahead = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
        self.url, self._process = self._started("0", "--now", ahead.isoformat())

    def stop(self) -> None:
        """As an operator stops it."""
        self._process.terminate()
        self._ended()

    def _ended(self) -> None:
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A JSON request. Raises OSError while the server is away, HTTPError for a refusal."""
        fitting = {name.replace("_", "-"): value for name, value in headers.items()}
        fitting |= {"Content-Type": "application/json", "X-Forwarded-For": f"10.{'.'.join(_octets())}"}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, content, fitting, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def patiently(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The same request until it is answered. Raises HTTPError for a refusal that is not "later", TimeoutError."""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            try:
                return self.call(method, path, body, **headers)
            except urllib.error.HTTPError as error:
                error.close()
                if error.code not in (503, 429):
                    raise
            except (OSError, ValueError, http.client.HTTPException):  # away, or the answer broke off
                pass
            time.sleep(0.2)
        raise TimeoutError(f"{method} {path} 一直没有答复")


def _octets() -> Iterator[str]:
    return (str(random.randrange(256)) for _ in range(3))


@dataclass
class Found:
    """What came of it. `lost` and `doubled` name what should not be."""

    done: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


class Soak:
    """A soak over a folder for so many seconds."""

    def __init__(self, project: Path, folder: Path, seed: int) -> None:
        self._folder = folder
        self._server = Server(project, folder)
        self._store = SQLiteRecordStore(folder / "var" / FILE_NAME)
        self._random = random.Random(seed)
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._done: Counter[str] = Counter()
        self._filed: dict[str, str] = {}
        self._drafts = 0
        self._accepted: set[str] = set()
        self._broken: list[str] = []

    def run(self, seconds: float, workers: int = 4, tell: Callable[[str], None] = lambda text: None) -> Found:
        """Load and kills; then let everything come to rest, and count. `tell` hears how far it is."""
        threads = [threading.Thread(target=self._work, args=(n,)) for n in range(workers)]
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, self._random.uniform(2, 8)))
            if time.monotonic() < end:
                self._server.kill()
                tell(
                    f"还有 {max(0, end - time.monotonic()):.0f} 秒：提交 {self._done['提交']} 件，"
                    f"杀掉服务器 {self._server.kills} 次"
                )
        self._over.set()
        for thread in threads:
            thread.join()
        self._come_to_rest()
        return self._counted()

    def _work(self, number: int) -> None:
        chosen = random.Random(number)
        try:
            token = self._log_in()
            while not self._over.is_set():
                number_filed = self._file()
                self._look_up(chosen.choice(list(self._filed)))
                if chosen.random() < 0.7:
                    self._accept(number_filed, token)
        except Exception as error:
            self._broken.append(f"{type(error).__name__}：{error}")

    def _log_in(self) -> str:
        accounts = json.loads((self._folder / "accounts.json").read_text("utf-8"))
        who = next(one for one in accounts if one["login"] == f"{PLACE}.receiver1")
        session = {"login": who["login"], "password": who["password"]}
        token: str = self._server.patiently("POST", "/api/v1/sessions", session)["token"]
        return token

    def _file(self) -> str:
        draft = self._server.patiently("POST", "/api/v1/drafts", {})["draft"]
        with self._lock:
            self._drafts += 1
        filed = self._server.patiently("POST", "/api/v1/complaints", {"draft": draft, "filing": FILING})
        with self._lock:
            self._filed[filed["number"]] = filed["letters"]
            self._done["提交"] += 1
        return str(filed["number"])

    def _look_up(self, number: str) -> None:
        shown = self._server.patiently("GET", "/api/v1/complaint", Authorization=f"Receipt {self._filed[number]}")
        if shown["number"] != number:
            raise AssertionError(f"{number} 的查询码查到了 {shown['number']}")
        with self._lock:
            self._done["查询"] += 1

    def _accept(self, number: str, token: str) -> None:
        key = self._store.find(f"number:{number}")
        if key is None:
            raise AssertionError(f"{number} 答复过，却不在数据库里")
        wish = {"Idempotency_Key": uuid.uuid4().hex, "If_Match": '"1"', "Authorization": f"Bearer {token}"}
        self._server.patiently("POST", f"/api/v1/complaints/{key.id}/accept", {}, **wish)
        with self._lock:
            self._accepted.add(number)
            self._done["受理"] += 1

    def _come_to_rest(self) -> None:
        self._server.later(LATER)
        end = time.monotonic() + QUIET
        while self._store.pending()[0] and time.monotonic() < end:
            time.sleep(0.5)
        self._server.stop()

    def _counted(self) -> Found:
        found = Found(self._done, lost=[f"没有做完：{error}" for error in self._broken])
        found.done["杀掉服务器"] = self._server.kills
        with closing(self._store) as store:
            _compare_cases(found, store, self._filed, self._accepted, self._drafts)
            _compare_deliveries(found, store, self._folder / "var" / "outbox")
            found.lost += [*examine(store).faults, *store.check()]
        return found


def _compare_cases(
    found: Found, store: SQLiteRecordStore, filed: dict[str, str], accepted: set[str], drafts: int
) -> None:
    kept = {record.data["number"]: record for record in complaints(store)}
    found.lost += [f"没有 {number}" for number in filed if number not in kept]
    found.doubled += [f"多了 {len(kept) - drafts} 件"] if len(kept) > drafts else []
    for number, record in kept.items():
        names = Counter(event.name for event in store.events(record.kind, record.id))
        found.doubled += [f"{number} 有 {n} 次 {name}" for name, n in names.items() if n > 1]
        if number in accepted and names["accept"] == 0:
            found.lost.append(f"{number} 的受理")


def _compare_deliveries(found: Found, store: SQLiteRecordStore, outbox: Path) -> None:
    """Every filing has its letter, every acceptance its row, each once; nothing is left lying."""
    cases = [record.id for record in complaints(store)]
    letters = Counter(file.name.split(".")[1] for file in outbox.glob("complaint.*.1.mail-*.eml"))
    rows = Counter(event.data["of"] for event in _rows(store))
    wanted = [f"{MACHINE.kind}/{id}/2/register" for id in cases if store.get(MACHINE.kind, id).seq > 1]
    found.lost += [f"{id} 的信" for id in cases if not letters[id]]
    found.lost += [f"登记册里的 {of}" for of in wanted if not rows[of]]
    found.doubled += [f"登记册里的 {of}" for of, n in rows.items() if n > 1]
    found.lost += [f"没有送到的 {store.pending()[0]} 件"] if store.pending()[0] else []
    found.lost += [f"搁置的 {claimed.delivery.id}" for claimed in store.parked()]
    found.done["信"], found.done["登记册"] = letters.total(), rows.total()


def _rows(store: SQLiteRecordStore) -> Iterator[Event]:
    for key in store.keys(REGISTER.kind):
        yield from store.events(key.kind, key.id)
