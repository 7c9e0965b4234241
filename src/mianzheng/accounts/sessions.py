"""Sessions: kept by the server under the digest of a random token, so that a stolen database opens none."""

from __future__ import annotations

import datetime
import hashlib

import msgspec

from mianzheng.accounts.accounts import MACHINE, Account, account_of
from mianzheng.errors import RecordNotFound
from mianzheng.model import Record
from mianzheng.ports import RecordStore

IDLE = datetime.timedelta(minutes=30)
TOTAL = datetime.timedelta(hours=12)
_RENEW_AFTER = datetime.timedelta(minutes=1)


class Session(Record, kw_only=True):
    """A login that is still good: whose, since when, last used when (UTC)."""

    account: str
    epoch: int
    opened_at: datetime.datetime
    seen_at: datetime.datetime


def open_session(store: RecordStore, account: Account, token: str, now: datetime.datetime) -> Session:
    """Begin a session under a fresh random token of at least 128 bits."""
    session = Session(account=account.id, epoch=account.epoch, opened_at=now, seen_at=now)
    store.renew(_key(token), msgspec.json.encode(session), now + IDLE)
    return session


def session_of(store: RecordStore, token: str, now: datetime.datetime) -> tuple[Session, Account] | None:
    """The session of a token with its account as it is now; None when over, closed, or the account changed since.

    The account is read at every request: a role that was taken away is gone at once.
    """
    kept = store.recall(_key(token), now) if token else None
    if kept is None:
        return None
    session = msgspec.json.decode(kept, type=Session)
    try:
        account = account_of(store.get(MACHINE.kind, session.account))
    except RecordNotFound:
        return None
    if not account.active or account.epoch != session.epoch or now >= session.opened_at + TOTAL:
        store.forget(_key(token))
        return None
    if now - session.seen_at >= _RENEW_AFTER:
        session = msgspec.structs.replace(session, seen_at=now)
        store.renew(_key(token), msgspec.json.encode(session), min(now + IDLE, session.opened_at + TOTAL))
    return session, account


def close_session(store: RecordStore, token: str) -> None:
    """End a session; a token that is none changes nothing."""
    store.forget(_key(token))


def _key(token: str) -> str:
    return "session:" + hashlib.sha256(token.encode()).hexdigest()
