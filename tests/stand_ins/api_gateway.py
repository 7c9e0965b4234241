"""What API Gateway does with a request: an event for the Lambda handler, and its answer back. As a WSGI application,
so that every test client can go this way too."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from werkzeug.datastructures import EnvironHeaders, Headers
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def event_of(environ: WSGIEnvironment) -> dict[str, Any]:
    """The event of a REST API with binary type `*/*`: bodies come in Base64, the caller's address beside them."""
    headers: dict[str, list[str]] = {}
    for name, value in EnvironHeaders(environ):
        headers.setdefault(name, []).append(value)
    caller = environ.get("REMOTE_ADDR", "192.0.2.1")
    headers["X-Forwarded-For"] = [", ".join([*headers.get("X-Forwarded-For", []), caller])]
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True):
        query.setdefault(name, []).append(value)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return {
        "path": quote(environ["PATH_INFO"].encode("latin-1")),
        "httpMethod": environ["REQUEST_METHOD"],
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "requestContext": {"identity": {"sourceIp": caller}, "stage": "live"},
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def through_gateway(handler: Handler) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The handler as an application."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = handler(event_of(environ), None)
        body = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
        headers = Headers([(name, value) for name, values in answer["multiValueHeaders"].items() for value in values])
        return Response(body, answer["statusCode"], headers)(environ, start_response)

    return application
