"""ministack, a stand-in for AWS, in an environment of its own: started once for a test run, on 127.0.0.1 only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.config import Config

from mianzheng.adapters.s3 import Bucket

ROOT = Path(__file__).parent.parent.parent
PROGRAM = ROOT / ".venv" / "stand-in" / "bin" / "ministack"
REGION = "cn-north-1"
_PATIENCE = 60


@dataclass(frozen=True)
class Cloud:
    """A running stand-in."""

    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to speak with it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint, "AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }  # fmt: skip

    def _given(self) -> dict[str, Any]:
        return {
            "endpoint_url": self.endpoint, "region_name": REGION, "aws_access_key_id": "test",
            "aws_secret_access_key": "test", "config": Config(max_pool_connections=20),
        }  # fmt: skip

    @cache  # noqa: B019 - one stand-in a test run, and clients are dear
    def client(self, service: str) -> Any:
        """A client for one service."""
        return boto3.client(service, **self._given())

    @cache  # noqa: B019 - as above
    def values(self) -> Any:
        """A DynamoDB client that takes and gives plain values, as the store wants it."""
        return boto3.resource("dynamodb", **self._given()).meta.client

    def table(self) -> str:
        """A new, empty table, made as the template makes it."""
        resources = yaml.safe_load((ROOT / "functions" / "resources.yaml").read_text("utf-8"))["Resources"]
        wanted = resources["CasesTable"]["Properties"]
        name = f"cases-{uuid.uuid4().hex}"
        given = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        self.client("dynamodb").create_table(TableName=name, **{part: wanted[part] for part in given})
        return name

    def bucket(self) -> Bucket:
        """A new bucket."""
        name = f"b-{uuid.uuid4().hex}"
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return Bucket(name, client=lambda: self.client("s3"))

    def key(self) -> str:
        """A new master key."""
        return str(self.client("kms").create_key()["KeyMetadata"]["Arn"])


@contextmanager
def running(folder: Path, *, strict: bool = False) -> Iterator[Cloud]:
    """Start it, and end it with its children. `strict`: it checks signatures and who asks from which page, as AWS does.

    Raises RuntimeError with what it said when it does not start.
    """
    if not PROGRAM.is_file():
        raise RuntimeError(f"没有 {PROGRAM.relative_to(ROOT)}：请运行 make .venv/.test")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port), "LAMBDA_EXECUTOR": "local", "MINISTACK_REGION": REGION,
        "AUTH": str(strict).lower(),
    }  # fmt: skip
    log = folder / "ministack.log"
    with log.open("wb") as out:
        process = subprocess.Popen([PROGRAM], env=environment, cwd=folder, stdout=out, stderr=out)
    cloud = Cloud(f"http://127.0.0.1:{port}")
    try:
        _wait(cloud, process, log)
        yield cloud
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(cloud: Cloud, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_PATIENCE * 10):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{cloud.endpoint}/_ministack/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("云上替身没有启动：" + log.read_text("utf-8", "replace")[-2000:])
