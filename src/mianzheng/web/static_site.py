"""The built site over HTTP: folders answer with their index, `/i/<id>` leads to the item, text is sent compressed.

The site is read from disk at each request, so a rebuild shows at once; what a build says about itself (headers,
redirect map) is read again when those files change.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.http import generate_etag
from werkzeug.security import safe_join
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TEXT = (
    "text/",
    "application/json",
    "application/xml",
    "application/atom+xml",
    "image/svg+xml",
    "application/javascript",
)
TYPES = {".xml": "application/xml", ".md": "text/markdown", ".webmanifest": "application/manifest+json"}
HIDDEN = frozenset({"headers.json", "headers.nginx.conf", "redirects.json"})
ASSET_AGE = 3600
HASHED = re.compile(r"/search/[a-z]/\d+-[0-9a-f]+\.json$")
FOREVER = "public, max-age=31536000, immutable"


class StaticSite:
    """A WSGI application for a site folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self.answer(request)
        except NotFound:
            response = self._missing(request)
        except HTTPException as error:
            response = Response(error.description or "", error.code, content_type="text/plain; charset=utf-8")
        for name, value in self._headers().items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def answer(self, request: Request) -> Response:
        """The response to a request. Raises NotFound, MethodNotAllowed."""
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        path = request.path.lstrip("/")
        if path.startswith("i/"):
            return self._short_address(path[2:].rstrip("/"), request)
        if path in HIDDEN or "\0" in path:
            raise NotFound
        found = safe_join(str(self.folder), path) if path else str(self.folder)
        if found is None:
            raise NotFound
        file = Path(found)
        if file.is_dir():
            if path and not path.endswith("/"):
                return redirect(f"/{path}/", 301)
            file /= "index.html"
        return self._file(file, request)

    def _short_address(self, item_id: str, request: Request) -> Response:
        target = self._redirects().get(item_id)
        if target is None:
            raise NotFound
        return redirect(f"/{target}", 302)

    def _file(self, file: Path, request: Request, status: int = 200) -> Response:
        try:
            content = file.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotFound from None
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if file.name == "feed.xml":
            kind = "application/atom+xml"
        response = Response(content, status, content_type=_with_charset(kind))
        response.set_etag(generate_etag(content), weak=True)
        is_asset = "assets" in file.relative_to(self.folder).parts
        age = f"public, max-age={ASSET_AGE}" if is_asset else "no-cache"
        response.headers["Cache-Control"] = FOREVER if HASHED.search(request.path) else age
        if kind.startswith(TEXT):
            response.vary.add("Accept-Encoding")
            if len(content) > 500 and request.accept_encodings.quality("gzip"):
                response.set_data(_compressed(content))
                response.content_encoding = "gzip"
        if status == 200:
            response.make_conditional(request)
        return response

    def _missing(self, request: Request) -> Response:
        try:
            return self._file(self.folder / "404.html", request, 404)
        except NotFound:
            return Response("没有这个页面。", 404, content_type="text/plain; charset=utf-8")

    def _headers(self) -> dict[str, str]:
        return _json_file(self.folder / "headers.json")

    def _redirects(self) -> dict[str, str]:
        return _json_file(self.folder / "redirects.json")


def _with_charset(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith(TEXT) else kind


@lru_cache(maxsize=512)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)


_READ: dict[Path, tuple[int, dict[str, str]]] = {}


def _json_file(path: Path) -> dict[str, str]:
    """A small JSON file of the build, read again when it changed; empty when it is not there."""
    try:
        time = path.stat().st_mtime_ns
        if path not in _READ or _READ[path][0] != time:
            _READ[path] = (time, json.loads(path.read_bytes()))
        return _READ[path][1]
    except (OSError, ValueError):
        return {}
