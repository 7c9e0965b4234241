"""A stand-in for GitHub over a real bare repository, on a real port.

It checks each request and each of its own answers against GitHub's description; `wrong` collects what does not fit,
and tests assert that it stays empty. It keeps pull requests, reviews and comments, so calls have the effects they have
there.
"""

from __future__ import annotations

import base64
import datetime
import json
import subprocess
import threading
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.stand_ins.bare import Bare
from tests.stand_ins.github_description import OPERATIONS, Operation

OWNER, NAME, BOT = "county", "list", "mianzheng[bot]"
MERGED = {"state": "closed", "merged": True, "merged_at": "2026-11-03T00:00:00Z"}
Handler = Callable[..., tuple[int, Any]]


class No(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str, *errors: str) -> None:
        self.status = status
        self.answer: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.invalid"}
        if errors:
            self.answer["errors"] = [{"resource": "PullRequest", "code": "custom", "message": text} for text in errors]


class GitHub:
    """The WSGI application and its state. Changing calls are made one at a time, as rows in a database would be."""

    def __init__(self, bare: Bare) -> None:
        self.bare = bare
        self.pulls: list[dict[str, Any]] = []
        self.reviews: dict[int, list[dict[str, Any]]] = {}
        self.comments: list[dict[str, Any]] = []
        self.labels: dict[int, set[str]] = {}
        self.asked: dict[int, list[dict[str, Any]]] = {}
        self.tokens = {"ghp_test"}
        self.issued = 0
        self.most = 100_000  # entries of a tree in one answer
        self.claims: list[str] = []
        self.calls: list[str] = []
        self.wrong: list[str] = []
        self.before: Callable[[str], Response | None] = lambda call: None
        self.after: Callable[[str], Response | None] = lambda call: None
        self._turn = threading.RLock()

    def __call__(self, environment: Any, start: Any) -> Any:
        with self._turn:
            return self._answer(Request(environment))(environment, start)

    def _answer(self, request: Request) -> Response:
        for operation in OPERATIONS:
            parts = operation.pattern.fullmatch(request.path)
            if parts and operation.method == request.method:
                return self._operate(operation, parts.groupdict(), request)
        self.wrong.append(f"{request.method} {request.path} is not described")
        return _json(404, {"message": "Not Found"})

    def _operate(self, operation: Operation, parts: dict[str, str], request: Request) -> Response:
        self.calls.append(operation.name)
        early = self.before(operation.name)
        if early:
            return early
        raw = request.get_data()
        body = json.loads(raw) if raw else None
        query = request.args.to_dict()
        self.wrong += [f"{operation.name}: {problem}" for problem in operation.request_problems(query, body)]
        try:
            self._admit(operation, request)
            status, answer = HANDLERS[operation.name](self, operation, query, body, **_own(parts))
        except No as error:
            status, answer = error.status, error.answer
        self.wrong += [f"{operation.name} → {problem}" for problem in operation.answer_problems(status, answer)]
        return self.after(operation.name) or _json(status, answer)

    def _admit(self, operation: Operation, request: Request) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if operation.name.startswith("post /app/"):
            self.claims.append(token)
        elif token not in self.tokens:
            raise No(401, "Bad credentials")

    def pull(self, number: str) -> dict[str, Any]:
        """The pull request with what its branch says now."""
        if not number.isdigit() or not 0 < int(number) <= len(self.pulls):
            raise No(404, "Not Found")
        return self._fresh(self.pulls[int(number) - 1])

    def _fresh(self, pull: dict[str, Any]) -> dict[str, Any]:
        if pull["state"] == "open":
            pull["head"]["sha"] = self.bare.head(pull["head"]["ref"]) or pull["head"]["sha"]
            main = self.bare.head("main")
            if self.bare.git("merge-base", main, pull["head"]["sha"]) == pull["head"]["sha"]:
                pull |= MERGED | {"merge_commit_sha": main}
            pull["mergeable"] = self._merges(main, pull["head"]["sha"])
        return pull

    def _merges(self, main: str, head: str) -> bool:
        try:
            self.bare.git("merge-tree", "--write-tree", main, head)
        except subprocess.CalledProcessError:
            return False
        return True

    def fresh(self) -> list[dict[str, Any]]:
        """All pull requests, as they are now."""
        return [self._fresh(pull) for pull in self.pulls]

    def reviewed(self, number: int, login: str, state: str, commit: str, body: str = "", at: str = "") -> None:
        """A person's review on the pull request's page."""
        operation = next(one for one in OPERATIONS if one.name == "post /pulls/{pull_number}/reviews")
        review = operation.sample(200) | {"id": 1 + sum(map(len, self.reviews.values())), "user": user(login)}
        review |= {"state": state, "commit_id": commit, "body": body, "submitted_at": at or "2026-11-02T08:00:00Z"}
        self.reviews.setdefault(number, []).append(review)


def user(login: str) -> dict[str, Any]:
    """An account."""
    uri = "https://github.invalid/"
    names = (
        "avatar_url html_url followers_url following_url gists_url starred_url subscriptions_url organizations_url"
        " repos_url events_url received_events_url url"
    )
    return {
        **dict.fromkeys(names.split(), uri),
        **{"login": login, "id": 1, "node_id": "x", "gravatar_id": "", "type": "User", "site_admin": False},
    }


HANDLERS: dict[str, Handler] = {}


def handles(name: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register


def _own(parts: dict[str, str]) -> dict[str, str]:
    owner, name = parts.pop("owner", OWNER), parts.pop("repo", NAME)
    if (owner, name) != (OWNER, NAME):
        raise No(404, "Not Found")
    return parts


def _page(entries: list[Any], query: dict[str, str]) -> list[Any]:
    size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
    return entries[(page - 1) * size : page * size]


def _json(status: int, answer: Any) -> Response:
    return Response(json.dumps(answer), status, content_type="application/json; charset=utf-8")


@handles("get /git/ref/{ref}")
def _ref(hub: GitHub, operation: Operation, query: Any, body: Any, ref: str) -> tuple[int, Any]:
    sha = hub.bare.head(ref.removeprefix("heads/"))
    if not sha:
        raise No(404, "Not Found")
    return 200, _as_ref(operation.sample(200), ref, sha)


def _as_ref(sample: Any, ref: str, sha: str) -> Any:
    return sample | {"ref": f"refs/{ref}", "object": sample["object"] | {"type": "commit", "sha": sha}}


@handles("post /git/refs")
def _new_ref(hub: GitHub, operation: Operation, query: Any, body: Any) -> tuple[int, Any]:
    try:
        hub.bare.git("update-ref", body["ref"], body["sha"], "0" * 40)
    except subprocess.CalledProcessError:
        raise No(422, "Reference already exists") from None
    return 201, _as_ref(operation.sample(201), body["ref"].removeprefix("refs/"), body["sha"])


@handles("patch /git/refs/{ref}")
def _moved_ref(hub: GitHub, operation: Operation, query: Any, body: Any, ref: str) -> tuple[int, Any]:
    old = hub.bare.head(ref.removeprefix("heads/"))
    if not old:
        raise No(422, "Reference does not exist")
    if body.get("force") or hub.bare.git("merge-base", old, body["sha"]) != old:
        raise No(422, "Update is not a fast forward")
    hub.bare.git("update-ref", f"refs/{ref}", body["sha"], old)
    return 200, _as_ref(operation.sample(200), ref, body["sha"])


def _commit_of(hub: GitHub, sha: str) -> dict[str, Any]:
    try:
        fields = hub.bare.git("show", "-s", "--date=unix", "--format=%H%n%T%n%P%n%an%n%ae%n%at%n%cn%n%ce%n%ct%n%B", sha)
    except subprocess.CalledProcessError:
        raise No(404, "Not Found") from None
    sha, tree, parents, *people, message = fields.split("\n", 9)
    author, committer = (
        {"name": name, "email": mail, "date": datetime.datetime.fromtimestamp(int(at), datetime.UTC).strftime("%FT%TZ")}
        for name, mail, at in (people[:3], people[3:])
    )
    uri = "https://github.invalid/"
    return {
        **{"sha": sha, "author": author, "committer": committer, "message": message},
        "tree": {"sha": tree, "url": uri},
        "parents": [{"sha": parent, "url": uri, "html_url": uri} for parent in parents.split()],
    }


@handles("get /git/commits/{commit_sha}")
def _commit(hub: GitHub, operation: Operation, query: Any, body: Any, commit_sha: str) -> tuple[int, Any]:
    return 200, operation.sample(200) | _commit_of(hub, commit_sha)


@handles("post /git/commits")
def _new_commit(hub: GitHub, operation: Operation, query: Any, body: Any) -> tuple[int, Any]:
    people = {
        f"GIT_{who.upper()}_{part.upper()}": body[who][part]
        for who in ("author", "committer")
        for part in ("name", "email", "date")
    }
    parents = [word for parent in body["parents"] for word in ("-p", parent)]
    sha = hub.bare.git("commit-tree", body["tree"], *parents, stdin=body["message"], **people)
    return 201, operation.sample(201) | _commit_of(hub, sha)


@handles("get /commits")
def _commits(hub: GitHub, operation: Operation, query: Any, body: Any) -> tuple[int, Any]:
    shas = hub.bare.git("rev-list", f"--since={query['since']}", query["sha"]).split()
    found = []
    for sha in _page(shas, query):
        commit = _commit_of(hub, sha)
        inner = {"url": "https://github.invalid/", "comment_count": 0}
        inner |= {key: commit[key] for key in ("author", "committer", "message", "tree")}
        outer = dict.fromkeys(("url", "html_url", "comments_url"), "https://github.invalid/")
        found.append({**outer, "sha": sha, "node_id": "x", "commit": inner, "parents": commit["parents"]})
        found[-1] |= {"author": None, "committer": None}
    return 200, found


@handles("get /git/trees/{tree_sha}")
def _tree(hub: GitHub, operation: Operation, query: Any, body: Any, tree_sha: str) -> tuple[int, Any]:
    return 200, _as_tree(hub, operation.sample(200), tree_sha, deep=bool(query.get("recursive")))


def _as_tree(hub: GitHub, sample: Any, sha: str, *, deep: bool = False) -> Any:
    options = ["-r", "-t"] if deep else []
    rows = [row.replace("\t", " ").split(" ", 3) for row in hub.bare.git("ls-tree", *options, sha).splitlines()]
    uri = "https://github.invalid/"
    names = [{"mode": mode, "type": kind, "sha": blob, "path": path, "url": uri} for mode, kind, blob, path in rows]
    if deep and len(names) > hub.most:
        return sample | {"sha": sha, "tree": names[: hub.most], "truncated": True}
    return sample | {"sha": sha, "tree": names, "truncated": False}


@handles("get /contents/{path}")
def _content(hub: GitHub, operation: Operation, query: Any, body: Any, path: str) -> tuple[int, Any]:
    try:
        row = hub.bare.git("ls-tree", "-r", "-l", query["ref"], "--", path)
        sha, size = row.split("\t")[0].split()[2:]
    except (subprocess.CalledProcessError, ValueError):
        raise No(404, "Not Found") from None
    raw = subprocess.run(["git", "--git-dir", hub.bare.path, "cat-file", "blob", sha], capture_output=True, check=True)
    uri = "https://github.invalid/"
    links = dict.fromkeys(("url", "git_url", "html_url", "download_url"), uri)
    return 200, {
        **links, "type": "file", "encoding": "base64", "size": int(size), "name": path.rpartition("/")[2], "path": path,
        "content": base64.encodebytes(raw.stdout).decode(), "sha": sha,
        "_links": {"git": uri, "html": uri, "self": uri},
    }  # fmt: skip


@handles("post /git/trees")
def _new_tree(hub: GitHub, operation: Operation, query: Any, body: Any) -> tuple[int, Any]:
    files = {entry["path"]: entry.get("content") for entry in body["tree"]}
    return 201, _as_tree(hub, operation.sample(201), hub.bare.tree(body["base_tree"], files))


@handles("get /pulls")
def _pulls(hub: GitHub, operation: Operation, query: Any, body: Any) -> tuple[int, Any]:
    found = [
        pull
        for pull in hub.fresh()
        if query.get("state", "open") in ("all", pull["state"])
        and query.get("head", pull["head"]["label"]) == pull["head"]["label"]
        and query.get("base", "main") == pull["base"]["ref"]
    ]
    return 200, [_simple(pull) for pull in _page(found, query)]


def _simple(pull: dict[str, Any]) -> dict[str, Any]:
    """As in lists: there GitHub leaves out whether it is merged."""
    left_out = ("merged", "mergeable", "mergeable_state", "merged_by", "additions", "deletions", "changed_files")
    return {key: value for key, value in pull.items() if key not in left_out}


@handles("post /pulls")
def _new_pull(hub: GitHub, operation: Operation, query: Any, body: Any) -> tuple[int, Any]:
    head, main = hub.bare.head(body["head"]), hub.bare.head(body["base"])
    label = f"{OWNER}:{body['head']}"
    if not head:
        raise No(422, "Validation Failed", "head is invalid")
    if any(one["state"] == "open" and one["head"]["label"] == label for one in hub.fresh()):
        raise No(422, "Validation Failed", f"A pull request already exists for {label}.")
    if hub.bare.git("merge-base", main, head) == head:
        raise No(422, "Validation Failed", f"No commits between main and {body['head']}")
    number = len(hub.pulls) + 1
    pull = operation.sample(201) | {"number": number, "id": number, "title": body["title"], "body": body["body"]}
    pull |= {"state": "open", "user": user(BOT), "html_url": f"https://github.invalid/{OWNER}/{NAME}/pull/{number}"}
    home = pull["base"]["repo"] | {"full_name": f"{OWNER}/{NAME}"}
    pull["head"] |= {"ref": body["head"], "sha": head, "label": label, "repo": home, "user": user(OWNER)}
    pull["base"] |= {"ref": "main", "sha": main, "label": f"{OWNER}:main", "repo": home, "user": user(OWNER)}
    hub.pulls.append(pull)
    return 201, pull


@handles("get /pulls/{pull_number}")
def _pull(hub: GitHub, operation: Operation, query: Any, body: Any, pull_number: str) -> tuple[int, Any]:
    return 200, hub.pull(pull_number)


@handles("patch /pulls/{pull_number}")
def _changed_pull(hub: GitHub, operation: Operation, query: Any, body: Any, pull_number: str) -> tuple[int, Any]:
    pull = hub.pull(pull_number)
    if pull["merged"]:
        raise No(422, "Validation Failed", "Cannot change the state of a merged pull request")
    pull |= body
    return 200, pull


@handles("put /pulls/{pull_number}/merge")
def _merge(hub: GitHub, operation: Operation, query: Any, body: Any, pull_number: str) -> tuple[int, Any]:
    pull = hub.pull(pull_number)
    head = pull["head"]["sha"]
    if body["sha"] != head:
        raise No(409, "Head branch was modified. Review and try the merge again.")
    try:
        assert pull["state"] == "open"
        sha = hub.bare.merged(head, f"{body['commit_title']}\n\n{body['commit_message']}")
    except (AssertionError, subprocess.CalledProcessError):
        raise No(405, "Pull Request is not mergeable") from None
    pull |= MERGED | {"merge_commit_sha": sha}
    return 200, {"sha": sha, "merged": True, "message": "Pull Request successfully merged"}


@handles("get /pulls/{pull_number}/files")
def _files(hub: GitHub, operation: Operation, query: Any, body: Any, pull_number: str) -> tuple[int, Any]:
    head = hub.pull(pull_number)["head"]["sha"]
    uri = "https://github.invalid/"
    urls = dict.fromkeys(("blob_url", "raw_url", "contents_url"), uri)
    counts = dict.fromkeys(("additions", "deletions", "changes"), 1)
    names = hub.bare.git("diff", "--name-only", f"main...{head}").splitlines()
    found = [{**urls, **counts, "sha": head, "filename": name, "status": "modified"} for name in names]
    return 200, _page(found, query)


@handles("get /pulls/{pull_number}/reviews")
def _reviews(hub: GitHub, operation: Operation, query: Any, body: Any, pull_number: str) -> tuple[int, Any]:
    return 200, _page(hub.reviews.get(hub.pull(pull_number)["number"], []), query)


@handles("post /pulls/{pull_number}/reviews")
def _new_review(hub: GitHub, operation: Operation, query: Any, body: Any, pull_number: str) -> tuple[int, Any]:
    number, head = hub.pull(pull_number)["number"], hub.pull(pull_number)["head"]["sha"]
    if body["commit_id"] not in hub.bare.git("rev-list", f"main..{head}").split():
        raise No(422, "Unprocessable Entity")
    if body["event"] != "COMMENT":
        raise No(422, "Unprocessable Entity")  # nobody approves a pull request of their own
    hub.reviewed(number, BOT, "COMMENTED", body["commit_id"], body["body"])
    return 200, hub.reviews[number][-1]


@handles("post /pulls/{pull_number}/requested_reviewers")
def _asked(hub: GitHub, operation: Operation, query: Any, body: Any, pull_number: str) -> tuple[int, Any]:
    pull = hub.pull(pull_number)
    if "nobody" in body["reviewers"]:
        raise No(422, "Reviews may only be requested from collaborators.")
    hub.asked.setdefault(pull["number"], []).append(body)
    return 201, _simple(pull)


@handles("post /issues/{issue_number}/labels")
def _labelled(hub: GitHub, operation: Operation, query: Any, body: Any, issue_number: str) -> tuple[int, Any]:
    labels = hub.labels.setdefault(hub.pull(issue_number)["number"], set())
    labels |= set(body["labels"])
    shape = {"id": 1, "node_id": "x", "url": "https://github.invalid/", "color": "fff", "default": False}
    return 200, [shape | {"name": name, "description": None} for name in sorted(labels)]


@handles("get /issues/{issue_number}/comments")
def _comments(hub: GitHub, operation: Operation, query: Any, body: Any, issue_number: str) -> tuple[int, Any]:
    hub.pull(issue_number)
    return 200, _page([one for one in hub.comments if one["issue_url"].endswith(f"/{issue_number}")], query)


@handles("post /issues/{issue_number}/comments")
def _new_comment(hub: GitHub, operation: Operation, query: Any, body: Any, issue_number: str) -> tuple[int, Any]:
    hub.pull(issue_number)
    comment = operation.sample(201) | {"id": len(hub.comments) + 1, "user": user(BOT), "body": body["body"]}
    hub.comments.append(comment | {"issue_url": f"https://github.invalid/issues/{issue_number}"})
    return 201, hub.comments[-1]


@handles("patch /issues/comments/{comment_id}")
def _changed_comment(hub: GitHub, operation: Operation, query: Any, body: Any, comment_id: str) -> tuple[int, Any]:
    comment = hub.comments[int(comment_id) - 1]
    comment["body"] = body["body"]
    return 200, comment


@handles("post /app/installations/{installation_id}/access_tokens")
def _token(hub: GitHub, operation: Operation, query: Any, body: Any, installation_id: str) -> tuple[int, Any]:
    if installation_id != "42":
        raise No(404, "Not Found")
    hub.issued += 1
    token = f"ghs_{hub.issued}"
    hub.tokens.add(token)
    return 201, operation.sample(201) | {"token": token, "expires_at": "2026-11-02T10:00:00Z"}
