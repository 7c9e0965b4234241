"""The twin of `mianzheng.local.assembly`: services over DynamoDB, KMS and the catalog that lies in the bundle.

Nothing is read or connected before the first request: packaging imports this too.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from apig_wsgi import make_lambda_handler
from werkzeug.middleware.proxy_fix import ProxyFix

from chalicelib.published import PublishedCatalog
from mianzheng.adapters.dynamodb_store import DynamoDBRecordStore
from mianzheng.adapters.kms_keys import KMSKeyStore
from mianzheng.adapters.s3 import Bucket, S3FileStore, S3Quarantine
from mianzheng.catalog_files.rendering import render_record
from mianzheng.errors import BadArgument
from mianzheng.jobs.runner import Runner
from mianzheng.local.clocks_and_ids import new_id, real_time
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

    from chalicelib.jobs import CloudJobs

CATALOG = Path(__file__).with_name("catalog.json")
NAMES = ("MIANZHENG_TABLE", "MIANZHENG_KEY", "MIANZHENG_SECRET")
"""Table, master key and signing secret: the template fills them in.

Buckets (`MIANZHENG_LIVE`, `MIANZHENG_KEPT`), the doorbell's queue (`MIANZHENG_DOORBELL`), the secret of the forge's
webhook (`MIANZHENG_HOOK`; for requests only) and the secret with further settings (`MIANZHENG_SETTINGS`, a JSON object;
for jobs only) may be absent; then what needs them is left out.
"""
READING = ("GET", "HEAD", "OPTIONS")
MOST_UPLOAD = 4_500_000
"""Bytes of one form. A function is given at most 6 MB (6,291,456 bytes) with everything, and in it a form stands in
Base64, a third longer; what is larger API Gateway refuses itself, with the sentence in resources.yaml."""
MOST_ANSWER = 6_200_000
"""Characters of an answer's body: more than 6 MB (6,291,456 bytes) a function cannot give back."""
MOST_FILE = 4_500_000
"""Bytes of a file that an answer carries in Base64, or inside a page; a longer one is fetched in parts."""
TOO_LARGE = "要送的内容太大，从这里送不出来。请缩小范围再试。"
FILES, QUARANTINE = "files/", "quarantine/"
"""Where the sealed files of cases, and those that nobody has looked at, lie in the private bucket; policies and the
bucket's rules name them too."""


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
    """Answer one request; after a change, ring for those who deliver."""
    answered = sendable(_handler()(event, context))
    if event["httpMethod"] not in READING and answered["statusCode"] < 400:
        ring(os.environ.get("MIANZHENG_DOORBELL", ""))
    return answered


def sendable(answered: dict[str, Any]) -> dict[str, Any]:
    """An answer, or a sentence instead of one that is too large. Files of complaints come in parts before that."""
    if len(answered["body"]) <= MOST_ANSWER:
        return answered
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    told = {name: [value] for name, value in headers.items()}
    return {"statusCode": 500, "multiValueHeaders": told, "body": TOO_LARGE, "isBase64Encoded": False}


def ring(queue: str) -> None:
    """Say that something may lie in the outbox. That nobody hears it is no harm: every minute somebody looks (F25)."""
    if queue:
        with contextlib.suppress(Exception):
            _queues().send_message(QueueUrl=queue, MessageBody="-")


def run(which: Literal["quick", "slow", "outbox"]) -> str:
    """Run what is due of the quick or the slow jobs, or the outbox alone; returns which ran.

    A job that fails holds up no other. Raises JobFailed in the end, which the alarm on errors sees.
    """
    services, jobs = _services(jobs=True), _jobs()
    chosen = jobs.slow() if which == "slow" else jobs.quick()
    if which == "outbox":
        chosen = [job for job in chosen if job.name == "outbox"]
    failed = Runner(chosen, services.store, services.now, services.log).turn()
    if failed:
        raise JobFailed("、".join(failed))
    return "、".join(job.name for job in chosen)


def cloud_jobs(environment: Mapping[str, str], services: Services) -> CloudJobs:
    """The jobs over the buckets that the environment names. Raises BadArgument when one is missing."""
    from chalicelib.jobs import CloudJobs  # 请求用不着：少装几十个模块

    missing = [
        f"没有设置 {name}，请按模板部署" for name in ("MIANZHENG_LIVE", "MIANZHENG_KEPT") if not environment.get(name)
    ]
    if services.settings.forge.kind == "gitee":
        missing.append("云上没有 git 程序，用不了 MIANZHENG_FORGE=gitee；用 Gitee 的，请部署在一台机器上")
    if missing:
        raise BadArgument(*missing)
    return CloudJobs(services, Bucket(environment["MIANZHENG_LIVE"]), Bucket(environment["MIANZHENG_KEPT"]))


def cloud_services(environment: Mapping[str, str], bundled: Callable[[], Catalog], secret: bytes) -> Services:
    """Services over the cloud's stores. Raises BadArgument naming every setting that is missing."""
    missing = [f"没有设置 {name}，请按模板部署" for name in NAMES if not environment.get(name)]
    if missing:
        raise BadArgument(*missing)
    live, kept = (Bucket(name) if (name := environment.get(f"MIANZHENG_{one}")) else None for one in ("LIVE", "KEPT"))
    return Services(
        settings=settings_from(environment),
        store=DynamoDBRecordStore(environment["MIANZHENG_TABLE"]),
        keys=KMSKeyStore(environment["MIANZHENG_KEY"]),
        catalog=PublishedCatalog(bundled, live, time.monotonic),
        render=render_record,
        now=real_time,
        new_id=new_id,
        signer=Signer(secret),
        log=LineLog(),
        files=S3FileStore(kept.under(FILES)) if kept else None,
        most_upload=MOST_UPLOAD,
        most_answer=MOST_FILE,
        quarantine=S3Quarantine(kept.under(QUARANTINE)) if kept else None,
    )


def with_settings(environment: Mapping[str, str], text: str) -> dict[str, str]:
    """The environment with the settings of a secret; `MIANZHENG_FORGE_KEY` (PEM) becomes the file that is wanted.

    Raises BadArgument when the secret is no JSON object of texts.
    """
    try:
        given = msgspec.json.decode(text, type=dict[str, str]) if text else {}
    except msgspec.MsgspecError:
        raise BadArgument('存放设置的密钥（SettingsSecret）要写成 JSON：{"MIANZHENG_…": "…"}') from None
    if pem := given.pop("MIANZHENG_FORGE_KEY", ""):
        import tempfile

        descriptor, file = tempfile.mkstemp(prefix="forge-", suffix=".pem")
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(pem)
        given["MIANZHENG_FORGE_KEY_FILE"] = file
    return {**environment, **given}


@cache
def _services(*, jobs: bool = False) -> Services:
    environment = dict(os.environ)
    if jobs:
        environment = with_settings(environment, _secret(environment.get("MIANZHENG_SETTINGS", "")).decode())
    else:
        environment["MIANZHENG_HOOK_SECRET"] = _secret(environment.get("MIANZHENG_HOOK", "")).decode()
    return cloud_services(environment, _bundled, _secret(environment.get("MIANZHENG_SECRET", "")))


@cache
def _jobs() -> CloudJobs:
    return cloud_jobs(os.environ, _services(jobs=True))


@cache
def _bundled() -> Catalog:
    return msgspec.json.decode(CATALOG.read_bytes(), type=Catalog)


@cache
def _handler() -> Any:
    return handler(_services())


@cache
def _queues() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client("sqs", config=Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}))


def _secret(name: str) -> bytes:
    """What a secret holds, text or bytes (a signing secret that came from one machine); empty for none."""
    if not name:
        return b""
    import boto3

    found = boto3.client("secretsmanager").get_secret_value(SecretId=name)
    return bytes(found["SecretBinary"]) if "SecretBinary" in found else str(found["SecretString"]).encode()
