"""Signed values that pass through strangers' hands: page marks, form tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from mianzheng.web.problems import Problem

FORM_LIFE = 2 * 60 * 60
"""Seconds for which a form may lie open."""
TOO_LATE = "页面开得太久，或者不是从本站打开的。"
OPEN_LIFE = 10 * 60
"""Seconds for which a file that was opened may be fetched."""


@dataclass(frozen=True)
class Draft:
    """A form that was handed out: `nonce` makes it one, `age` tells how long it lay open (seconds)."""

    nonce: str
    age: float
    token: str


@dataclass(frozen=True)
class Signer:
    """Signs with the installation's secret; what is signed for one purpose and person is worthless for another."""

    secret: bytes

    def cursor(self, mark: str, owner: str) -> str:
        """A page mark that only `owner` (an account id) can use."""
        return URLSafeSerializer(self.secret, salt=f"cursor:{owner}").dumps(mark) if mark else ""

    def mark(self, cursor: str, owner: str) -> str:
        """The mark behind a cursor; empty for none. Raises Problem `bad-cursor` for a forged or borrowed one."""
        if not cursor:
            return ""
        try:
            mark: str = URLSafeSerializer(self.secret, salt=f"cursor:{owner}").loads(cursor)
        except BadSignature:
            raise Problem("bad-cursor") from None
        return mark

    def new_draft(self) -> str:
        """The token of a fresh draft; also the proof that a form comes from here."""
        return self._drafts().dumps([secrets.token_urlsafe(16), int(time.time())])

    def renewed(self, token: str) -> str:
        """The token of the same draft for two hours more, however old it is; empty for one that is not ours."""
        try:
            return self._drafts().dumps(self._drafts().loads(token))
        except BadSignature:
            return ""

    def _drafts(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="draft")

    def draft_of(self, token: str) -> Draft:
        """The draft behind a token. Raises Problem `cross-site` when it is not ours or older than two hours."""
        try:
            nonce, made = self._drafts().loads(token, max_age=FORM_LIFE)
        except BadSignature:
            raise Problem("cross-site", TOO_LATE) from None
        return Draft(nonce, time.time() - made, token)

    def name_for(self, use: str, draft: Draft) -> str:
        """A name of a draft for one use, which tells nobody of the draft."""
        return hmac.new(self.secret, f"{use}:{draft.nonce}".encode(), hashlib.sha256).hexdigest()

    def form_token(self, holder: str) -> str:
        """The token of a form shown to `holder` (a session or pre-session token)."""
        return URLSafeTimedSerializer(self.secret, salt="form").dumps(_digest(holder))

    def form_token_fits(self, token: str, holder: str) -> bool:
        """Whether a form with this token was shown to `holder` within the last two hours."""
        try:
            signed: str = URLSafeTimedSerializer(self.secret, salt="form").loads(token, max_age=FORM_LIFE)
        except BadSignature:
            return False
        return bool(holder) and signed == _digest(holder)

    def opening(self, purpose: str, name: str, holder: str) -> str:
        """The word that `holder` (a session token) opened the file `name` of a case for a purpose, and it is logged."""
        return URLSafeTimedSerializer(self.secret, salt=f"opened:{name}:{_digest(holder)}").dumps(purpose)

    def purpose_of(self, opening: str, name: str, holder: str) -> str:
        """For what the file was opened. Raises Problem `not-now` when it was not, by somebody else, or long ago."""
        try:
            purpose: str = URLSafeTimedSerializer(self.secret, salt=f"opened:{name}:{_digest(holder)}").loads(
                opening, max_age=OPEN_LIFE
            )
        except BadSignature:
            raise Problem("not-now", "打开得太久了，或者不是您打开的。请回到这一件，重新选用途打开。") from None
        return purpose


def _digest(holder: str) -> str:
    return hashlib.sha256(holder.encode()).hexdigest()[:32]
