"""Writing a case when others may be faster, and once only however often it is asked for."""

from __future__ import annotations

import datetime
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from mianzheng.cases.records import CaseRecord, Change, Command, Committed, Key
from mianzheng.cases.steps import utc
from mianzheng.errors import CommandMismatch, VersionConflict
from mianzheng.ports import RecordStore

TRIES = 5


def commit_change(store: RecordStore, key: Key, change_of: Callable[[CaseRecord], Change | None]) -> Committed | None:
    """Read a case, decide, write; decide again when somebody else was faster. None where there was nothing to write.

    Raises what `change_of` and the store raise, VersionConflict when others were faster every time.
    """
    for tried in range(1, TRIES + 1):
        change = change_of(store.get(key.kind, key.id))
        if change is None:
            return None
        try:
            return store.commit(change)
        except VersionConflict:
            if tried == TRIES:
                raise
    raise AssertionError("the last try returns or raises")


def carried_out(store: RecordStore, command: Command) -> Command | None:
    """The command as it was carried out before, if it was. Raises CommandMismatch for the key of another one."""
    known = store.command(command.key)
    if known is not None and known.fingerprint != command.fingerprint:
        raise CommandMismatch
    return known


def command_of(
    secret: bytes, wish: str, nonce: str, content: bytes, at: datetime.datetime, result: dict[str, Any] | None = None
) -> Command:
    """The command of a form: the same draft is the same key, `content` tells whether it was filled in alike.

    Both are keyed digests: neither the draft nor what was written can be guessed from what the store keeps.
    """

    def digest(value: bytes) -> str:
        return hmac.new(secret, f"{wish}:".encode() + value, hashlib.sha256).hexdigest()

    key = f"{wish}:{digest(nonce.encode())}"
    return Command(key=key, fingerprint=digest(content), at=utc(at), result=result or {})
