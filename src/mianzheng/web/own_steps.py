"""Steps of the person who complained: each is done once, however often its form or its request comes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

import msgspec

from mianzheng.cases.commits import carried_out, command_of, commit_change
from mianzheng.cases.records import CaseRecord, Change, Command
from mianzheng.web.calls import Call


def wish_of(call: Call, record: CaseRecord, event: str, content: Iterable[bytes]) -> Command | None:
    """The command of a step: by the request's Idempotency-Key, else by the draft of its form; None for neither.

    A page that lay open may be sent again with something else in it, which is another wish; a key may not.
    """
    key, draft = call.sent_key(), call.draft
    if not key and draft is None:
        return None
    digest = hashlib.sha256(event.encode())
    for part in content:
        digest.update(hashlib.sha256(part).digest())
    said = digest.digest()
    once = key if key or draft is None else f"{draft.nonce}:{said.hex()}"
    return command_of(call.services.signer.secret, "own", f"{record.id}:{once}", said, call.services.now())


def is_done(call: Call, wish: Command | None) -> bool:
    """Whether a step was taken before. Raises CommandMismatch for the key of another one."""
    return wish is not None and carried_out(call.services.store, wish) is not None


def take_once(
    call: Call, record: CaseRecord, wish: Command | None, change: Callable[[CaseRecord], Change]
) -> CaseRecord:
    """Take a step on the case as it stands, whoever was faster meanwhile; returns the case after it.

    Raises what `change` and the store raise, CommandMismatch, and VersionConflict when others were faster every time.
    """
    store = call.services.store

    def change_of(now: CaseRecord) -> Change | None:
        return None if is_done(call, wish) else msgspec.structs.replace(change(now), command=wish)

    commit_change(store, record.key, change_of)
    return store.get(record.kind, record.id)
