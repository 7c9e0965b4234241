"""A stand-in for Gitee over a real bare repository, on a real port: the v5 calls that we make, and git over HTTP.

Written from Gitee's public v5 reference and clients made from it, **unverified against the live service**. It checks
the fields of each request; `wrong` collects what does not fit, a token in an address too, and tests assert that it
stays empty. Calls have the effects they have there: pull requests follow their branches, merging makes a merge commit.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.stand_ins.bare import Bare
from tests.stand_ins.git_over_http import git_over_http

OWNER, NAME, BOT, TOKEN = "county", "list", "mianzheng_bot", "gitee-test-token"
_HOME = f"/api/v5/repos/{OWNER}/{NAME}"
_LISTED = {"state", "head", "base", "sort", "direction", "page", "per_page"}
_WORDS = {"title", "body", "state"}
OPERATIONS: dict[str, tuple[re.Pattern[str], set[str], set[str]]] = {
    "get /pulls": (re.compile("/pulls"), set(), _LISTED),
    "post /pulls": (re.compile("/pulls"), {"title", "head", "base"}, {"title", "head", "base", "body"}),
    "get /pulls/{number}": (re.compile(r"/pulls/(\d+)"), set(), set()),
    "patch /pulls/{number}": (re.compile(r"/pulls/(\d+)"), set(), _WORDS),
    "put /pulls/{number}/merge": (
        re.compile(r"/pulls/(\d+)/merge"), {"merge_method"},
        {"merge_method", "prune_source_branch", "title", "description"},
    ),
    "post /pulls/{number}/labels": (re.compile(r"/pulls/(\d+)/labels"), set(), set()),
    "post /pulls/{number}/assignees": (re.compile(r"/pulls/(\d+)/assignees"), {"assignees"}, {"assignees"}),
    "get /pulls/{number}/comments": (re.compile(r"/pulls/(\d+)/comments"), set(), {"page", "per_page"}),
    "post /pulls/{number}/comments": (re.compile(r"/pulls/(\d+)/comments"), {"body"}, {"body"}),
    "patch /pulls/comments/{id}": (re.compile(r"/pulls/comments/(\d+)"), {"body"}, {"body"}),
}  # fmt: skip
"""Call → address, fields that must be there, fields that may be."""


class No(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message


class Gitee:
    """The WSGI application and its state. `asks` is how many 审查 a merge needs there, which nobody here gives."""

    def __init__(self, bare: Bare) -> None:
        self.bare = bare
        self.pulls: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.labels: dict[int, set[str]] = {}
        self.asked: dict[int, list[str]] = {}
        self.asks = 0
        self.calls: list[str] = []
        self.wrong: list[str] = []
        self.before: Callable[[str], Response | None] = lambda call: None
        self.after: Callable[[str], Response | None] = lambda call: None
        self._turn = threading.RLock()

    def __call__(self, environment: Any, start: Any) -> Any:
        request = Request(environment)
        if request.path.startswith(f"/{OWNER}/{NAME}.git/"):
            return self._by_git(request)(environment, start)
        with self._turn:
            return self._answer(request)(environment, start)

    def _by_git(self, request: Request) -> Response:
        call = f"git {request.path.rpartition('/')[2]}"
        self.calls.append(call)
        early = self.before(call)
        if early:
            return early
        answer = git_over_http(self.bare, request, BOT, TOKEN)
        return self.after(call) or answer

    def _answer(self, request: Request) -> Response:
        if TOKEN in request.full_path:
            self.wrong.append(f"a token in the address: {request.path}")
        inside = request.path.removeprefix(_HOME)
        for name, (address, needed, allowed) in OPERATIONS.items():
            found = address.fullmatch(inside)
            if found and name.startswith(request.method.lower()):
                return self._operate(name, found.groups(), request, needed, allowed)
        self.wrong.append(f"{request.method} {request.path} is not described")
        return _json(404, {"message": "404 Not Found"})

    def _operate(
        self, name: str, parts: tuple[str, ...], request: Request, needed: set[str], allowed: set[str]
    ) -> Response:
        self.calls.append(name)
        early = self.before(name)
        if early:
            return early
        raw = request.get_data()
        body = json.loads(raw) if raw else {}
        given = set(request.args) | (set(body) if isinstance(body, dict) else set())
        if not needed <= given <= allowed:
            self.wrong.append(f"{name}: {sorted(needed - given)} lack, {sorted(given - allowed)} are unknown")
        try:
            if request.headers.get("Authorization") != f"Bearer {TOKEN}":
                raise No(401, "401 Unauthorized: Access token does not exist")
            status, answer = HANDLERS[name](self, request.args.to_dict(), body, *map(int, parts))
        except No as error:
            status, answer = error.status, {"message": error.message}
        return self.after(name) or _json(status, answer)

    def pull(self, number: int) -> dict[str, Any]:
        """The pull request with what its branch says now."""
        if not 0 < number <= len(self.pulls):
            raise No(404, "404 Not Found")
        pull = self.pulls[number - 1]
        if pull["state"] == "open":
            pull["head"]["sha"] = self.bare.head(pull["head"]["ref"]) or pull["head"]["sha"]
        return pull

    def fresh(self) -> list[dict[str, Any]]:
        """All pull requests, as they are now."""
        return [self.pull(number) for number in range(1, len(self.pulls) + 1)]


def _json(status: int, answer: Any) -> Response:
    return Response(json.dumps(answer), status, content_type="application/json")


def _page(entries: list[Any], query: dict[str, str]) -> list[Any]:
    size, page = int(query.get("per_page", 20)), int(query.get("page", 1))
    return entries[(page - 1) * size : page * size]


def _pulls(hub: Gitee, query: dict[str, str], body: Any) -> tuple[int, Any]:
    found = [
        pull
        for pull in hub.fresh()
        if query.get("state", "open") in ("all", pull["state"])
        and query.get("head", pull["head"]["ref"]) == pull["head"]["ref"]
    ]
    return 200, _page(found, query)


def _new_pull(hub: Gitee, query: Any, body: dict[str, str]) -> tuple[int, Any]:
    head, main = hub.bare.head(body["head"]), hub.bare.head(body["base"])
    if not head:
        raise No(400, "源分支不存在")
    if any(one["state"] == "open" and one["head"]["ref"] == body["head"] for one in hub.pulls):
        raise No(400, "不能重复提交")
    if hub.bare.git("merge-base", main, head) == head:
        raise No(400, "源分支和目标分支没有差异")
    number = len(hub.pulls) + 1
    home = {"id": 1, "full_name": f"{OWNER}/{NAME}"}
    hub.pulls.append({
        "id": 1000 + number, "number": number, "state": "open", "title": body["title"], "body": body.get("body"),
        "html_url": f"https://gitee.invalid/{OWNER}/{NAME}/pulls/{number}", "merged_at": None, "mergeable": True,
        "head": {"label": body["head"], "ref": body["head"], "sha": head, "repo": home},
        "base": {"label": "main", "ref": "main", "sha": main, "repo": home}, "user": {"login": BOT},
    })  # fmt: skip
    return 201, hub.pulls[-1]


def _pull(hub: Gitee, query: Any, body: Any, number: int) -> tuple[int, Any]:
    return 200, hub.pull(number)


def _changed_pull(hub: Gitee, query: Any, body: dict[str, str], number: int) -> tuple[int, Any]:
    pull = hub.pull(number)
    if pull["state"] == "merged":
        raise No(400, "Pull Request 已合并")
    pull |= body
    return 200, pull


def _merge(hub: Gitee, query: Any, body: dict[str, str], number: int) -> tuple[int, Any]:
    pull = hub.pull(number)
    if hub.asks:
        raise No(403, "还没有通过审查")
    try:
        assert pull["state"] == "open"
        sha = hub.bare.merged(pull["head"]["sha"], f"{body['title']}\n\n{body['description']}")
    except (AssertionError, subprocess.CalledProcessError):
        raise No(405, "Pull Request 不能合并") from None
    pull |= {"state": "merged", "merged_at": "2026-11-03T08:00:00+08:00"}
    return 200, {"sha": sha, "merged": True, "message": "Pull Request 已成功合并"}


def _labelled(hub: Gitee, query: Any, body: list[str], number: int) -> tuple[int, Any]:
    hub.labels.setdefault(hub.pull(number)["number"], set()).update(body)
    return 201, [{"name": name} for name in body]


def _asked(hub: Gitee, query: Any, body: dict[str, str], number: int) -> tuple[int, Any]:
    if "nobody" in body["assignees"]:
        raise No(404, "User not found")
    hub.asked.setdefault(number, []).append(body["assignees"])
    return 201, hub.pull(number)


def _comments(hub: Gitee, query: dict[str, str], body: Any, number: int) -> tuple[int, Any]:
    hub.pull(number)
    return 200, _page([one for one in hub.comments if one["pull"] == number], query)


def _new_comment(hub: Gitee, query: Any, body: dict[str, str], number: int) -> tuple[int, Any]:
    hub.pull(number)
    comment = {"id": len(hub.comments) + 1, "body": body["body"], "user": {"login": BOT}, "comment_type": "pr_comment"}
    hub.comments.append(comment | {"pull": number})
    return 201, hub.comments[-1]


def _changed_comment(hub: Gitee, query: Any, body: dict[str, str], id: int) -> tuple[int, Any]:
    hub.comments[id - 1]["body"] = body["body"]
    return 200, hub.comments[id - 1]


HANDLERS: dict[str, Callable[..., tuple[int, Any]]] = dict(
    zip(
        OPERATIONS,
        (
            *(_pulls, _new_pull, _pull, _changed_pull, _merge, _labelled, _asked),
            *(_comments, _new_comment, _changed_comment),
        ),
        strict=True,
    )
)
