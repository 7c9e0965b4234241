"""Buckets on S3: files of cases that never change, files that browsers bring themselves, live files."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from mianzheng.adapters.memory_files import GONE, TAKEN, checked
from mianzheng.errors import RecordNotFound, Rejected, Unavailable
from mianzheng.ports import FileStore, Invitation, Quarantine

_ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
_UNSEEN = "application/octet-stream"
"""What everything is called that nobody is to open where it lies."""
_THERE = frozenset({"PreconditionFailed", "412"})


def connected() -> Any:
    """A client of S3. Buckets are addressed as hosts of their region: the old host for all regions sends browsers on
    to another one, where no page may send anything."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3},
        signature_version="s3v4", s3={"addressing_style": "virtual"},
    )  # fmt: skip
    return boto3.client("s3", config=config)


class Bucket:
    """One bucket, under a prefix of its names. Every method may raise Unavailable."""

    def __init__(self, name: str, prefix: str = "", client: Callable[[], Any] = connected) -> None:
        self.name, self.prefix, self._connect = name, prefix, client

    @cached_property
    def client(self) -> Any:
        """Made at the first call: importing boto3 costs a quarter of a second."""
        return self._connect()

    def under(self, prefix: str) -> Bucket:
        """The same bucket, further in."""
        return Bucket(self.name, f"{self.prefix}{prefix}", lambda: self.client)

    def read(self, name: str, unless: str = "", most: int | None = None) -> tuple[bytes, str] | None:
        """Content (`most` bytes of it) and tag of an object; None when there is none, or when its tag is `unless`."""
        given = {"IfNoneMatch": unless} if unless else {}
        answer = self._call("get_object", _ABSENT | {"304", "NotModified"}, Key=self.prefix + name, **given)
        if not answer:
            return None
        with _reached(), contextlib.closing(answer["Body"]) as body:
            return body.read(most), answer["ETag"]

    def write(self, name: str, content: bytes, kind: str, *, new: bool = False) -> bool:
        """Write an object as a whole; with `new` only where none is, False when one was."""
        given = {"IfNoneMatch": "*"} if new else {}
        wish = {"Key": self.prefix + name, "Body": content, "ContentType": kind, **given}
        return self._call("put_object", _THERE if new else frozenset(), **wish) is not None

    def delete(self, name: str) -> None:
        """Take an object away; harmless when there is none."""
        self._call("delete_object", Key=self.prefix + name)

    def form_for(self, name: str, kind: str, most: int, lasting: datetime.timedelta) -> tuple[str, dict[str, str]]:
        """Address and fields of a form by which whoever has it writes exactly this object, 1 to `most` bytes of it.

        Signed here, without asking anybody.
        """
        rules = [{"Content-Type": kind}, ["content-length-range", 1, most]]
        form = self._call(
            "generate_presigned_post",
            Key=self.prefix + name,
            Fields={"Content-Type": kind},
            Conditions=rules,
            ExpiresIn=int(lasting.total_seconds()),
        )
        return form["url"], form["fields"]

    def _call(self, operation: str, expected: frozenset[str] = frozenset(), **wish: Any) -> Any:
        from botocore.exceptions import ClientError

        try:
            with _reached():
                return getattr(self.client, operation)(Bucket=self.name, **wish)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in expected:
                return None
            raise Unavailable(f"文件存储没有办成（{code}），请稍后再试。") from error


@contextlib.contextmanager
def _reached() -> Iterator[None]:
    """What goes wrong on the way to S3 or back, also in the middle of an object, is for a while."""
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except BotoCoreError as error:
        raise Unavailable("文件存储连不上，请稍后再试。") from error


class S3FileStore(FileStore):
    """Sealed files of cases in a bucket: written once, whole, and there when the answer comes."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def put(self, name: str, content: bytes) -> None:
        written = self._bucket.write(checked(name), content, _UNSEEN, new=True)
        if not written and self.get(name) != content:
            raise Rejected(TAKEN)

    def get(self, name: str) -> bytes:
        found = self._bucket.read(checked(name))
        if found is None:
            raise RecordNotFound(GONE)
        return found[0]

    def remove(self, name: str) -> None:
        self._bucket.delete(checked(name))


class S3Quarantine(Quarantine):
    """What browsers bring by forms that were signed for them. The bucket's own rules let it lapse (resources.yaml)."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @cached_property
    def origin(self) -> str:
        """Taken from a form that nobody gets, so that it cannot differ from those that somebody gets."""
        address = urlsplit(self._bucket.form_for("origin", _UNSEEN, 1, datetime.timedelta(seconds=1))[0])
        return f"{address.scheme}://{address.netloc}"

    def invite(self, name: str, most_bytes: int, lasting: datetime.timedelta) -> Invitation:
        return Invitation(*self._bucket.form_for(checked(name), _UNSEEN, most_bytes, lasting))

    def take(self, name: str, most_bytes: int) -> bytes | None:
        found = self._bucket.read(checked(name), most=most_bytes + 1)
        return found[0] if found else None

    def remove(self, name: str) -> None:
        self._bucket.delete(checked(name))


class S3LiveFiles:
    """Live files in a bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def read(self, name: str) -> bytes | None:
        """See the port."""
        found = self._bucket.read(name)
        return found[0] if found else None

    def write(self, name: str, content: bytes) -> None:
        """See the port."""
        self._bucket.write(name, content, "application/json")
