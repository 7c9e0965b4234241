"""The twin of `mianzheng.local.assembly`: services over DynamoDB, KMS and the catalog that lies in the bundle.

Nothing is read or connected before the first request: packaging imports this too.
"""

from __future__ import annotations

import datetime
import os
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from apig_wsgi import make_lambda_handler
from werkzeug.middleware.proxy_fix import ProxyFix

from mianzheng.adapters.dynamodb_store import DynamoDBRecordStore
from mianzheng.adapters.kms_keys import KMSKeyStore
from mianzheng.catalog_files.repository import render_record
from mianzheng.errors import BadArgument
from mianzheng.jobs.outbox import deliver
from mianzheng.jobs.runner import Job
from mianzheng.local.installation import clock_from, new_id, seconds_at
from mianzheng.local.logs import LineLog
from mianzheng.model import Catalog
from mianzheng.settings import settings_from
from mianzheng.web.application import Application
from mianzheng.web.routes import Route
from mianzheng.web.services import Services
from mianzheng.web.signing import Signer
from mianzheng.web.table import ROUTES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CATALOG = Path(__file__).with_name("catalog.json")
NAMES = ("MIANZHENG_TABLE", "MIANZHENG_KEY", "MIANZHENG_SECRET")
"""Table, master key and signing secret: the template fills them in."""


class JobFailed(Exception):
    """A job failed; the log says where. Its text names the job only, so that no personal data gets into logs."""


@dataclass(frozen=True)
class Gateway:
    """The application as API Gateway's events see it: who calls, and how, is never what a header claims."""

    application: WSGIApplication

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = environ["apig_wsgi.request_context"]["identity"]["sourceIp"]
        environ["wsgi.url_scheme"] = "http"
        return self.application(environ, start_response)


def paths(routes: Sequence[Route]) -> dict[str, list[str]]:
    """Each path of the table as API Gateway writes it, with its methods; HEAD goes wherever GET does."""
    found: dict[str, list[str]] = {}
    for route in routes:
        path = route.path.replace("<", "{").replace(">", "}").rstrip("/")
        methods = found.setdefault(path, [])
        methods += [
            name for name in (route.method, *(["HEAD"] if route.method == "GET" else [])) if name not in methods
        ]
    return found


def handler(services: Services) -> Any:
    """From an event of API Gateway to its answer, over these services."""
    application: WSGIApplication = Application(ROUTES, services)
    if hops := services.settings.trusted_hops:
        # API Gateway 把来访地址接在 X-Forwarded-For 末尾，所以多数一层
        application = ProxyFix(application, x_for=hops + 1, x_proto=0)
    return make_lambda_handler(Gateway(application), binary_support=True)


def answer(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    answered: dict[str, Any] = _handler()(event, context)
    return answered


def jobs(services: Services) -> dict[str, Job]:
    """The jobs by name."""
    outbox = Job("outbox", datetime.timedelta(minutes=1), lambda: deliver(services.store, {}, services.now))
    return {outbox.name: outbox}


def run(name: str) -> str:
    """Run a job once; returns what it did. Raises JobFailed, which the alarm on errors sees."""
    services = _services()
    try:
        report = jobs(services)[name].run()
        services.store.beat(name, services.now(), report)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}"
        services.log({"job": name, "error": type(error).__name__, "place": place})
        raise JobFailed(name) from None
    return report


def cloud_services(environment: Mapping[str, str], catalog: Catalog, secret: bytes) -> Services:
    """Services over the cloud's stores. Raises BadArgument naming every setting that is missing."""
    missing = [f"没有设置 {name}，请按模板部署" for name in NAMES if not environment.get(name)]
    if missing:
        raise BadArgument(*missing)
    return Services(
        settings=settings_from(environment),
        store=DynamoDBRecordStore(environment["MIANZHENG_TABLE"]),
        keys=KMSKeyStore(environment["MIANZHENG_KEY"]),
        catalog=lambda: catalog,
        render=render_record,
        now=clock_from(None, seconds_at()),
        new_id=new_id,
        signer=Signer(secret),
        log=LineLog(),
    )


@cache
def _services() -> Services:
    catalog = msgspec.json.decode(CATALOG.read_bytes(), type=Catalog)
    return cloud_services(os.environ, catalog, _secret(os.environ.get("MIANZHENG_SECRET", "")))


@cache
def _handler() -> Any:
    return handler(_services())


def _secret(name: str) -> bytes:
    import boto3

    text: str = boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    return text.encode()
