"""Letters and mailboxes in buckets: apart from adapters/s3.py, because only jobs need mail and YAML."""

from __future__ import annotations

from functools import cached_property

from mianzheng.adapters.mail import message_of
from mianzheng.adapters.mailboxes import addresses_in
from mianzheng.adapters.s3 import Bucket
from mianzheng.ports.mail import Letter


class S3Mailer:
    """Puts each letter into a bucket, named by its id: sent twice, it lies there once."""

    def __init__(self, bucket: Bucket, sender: str) -> None:
        self._bucket, self._sender = bucket, sender

    def send(self, letter: Letter) -> None:
        """See the port."""
        message = message_of(letter, self._sender, self._sender.rpartition("@")[2])
        self._bucket.write(f"{letter.id}.eml", message.as_bytes(), "message/rfc822")


class S3Mailboxes:
    """The offices' addresses from an object `place: {body: address}`, read once in the life of this value."""

    def __init__(self, bucket: Bucket, name: str) -> None:
        self._bucket, self._name = bucket, name

    def __call__(self, place: str, body: str) -> str:
        """The address of a body; empty when none is known. Raises Unavailable for an object that cannot be read."""
        return self._known.get(place, {}).get(body, "")

    @cached_property
    def _known(self) -> dict[str, dict[str, str]]:
        found = self._bucket.read(self._name)
        return addresses_in(found[0], self._name) if found else {}
