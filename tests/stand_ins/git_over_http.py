"""A bare repository behind git's own HTTP backend: what fetching from and pushing to a forge by git meets."""

from __future__ import annotations

import base64
import os
import subprocess

from werkzeug.wrappers import Request, Response

from tests.stand_ins.bare import Bare


def git_over_http(bare: Bare, request: Request, user: str, password: str) -> Response:
    """Answer one call to `/owner/name.git/…` of whoever logs in rightly."""
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    if request.headers.get("Authorization") != f"Basic {login}":
        return Response("", 401, headers={"WWW-Authenticate": 'Basic realm="git"'})
    inside = request.path.split(".git", 1)[1]
    given = {
        "GIT_PROJECT_ROOT": str(bare.path.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{bare.path.name}{inside}",
        "QUERY_STRING": request.query_string.decode(),
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REMOTE_USER": user,
    }
    done = subprocess.run(
        ["git", "http-backend"], input=request.get_data(), capture_output=True, check=True, env={**os.environ, **given}
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    status = int(headers.pop("Status", "200").split()[0])
    return Response(body, status, headers=headers)
