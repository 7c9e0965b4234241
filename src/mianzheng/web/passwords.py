"""Passwords: salted scrypt, and the same work for logins that do not exist."""

from __future__ import annotations

from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

SHORTEST = 10
LONGEST = 200


def hashed(password: str) -> str:
    """What is kept of a password."""
    return generate_password_hash(password, method="scrypt")


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the kept one; takes as long when there is none to compare with."""
    right = check_password_hash(kept or _nobody(), password[:LONGEST])
    return right and kept is not None


def password_problem(password: str) -> str:
    """Why a new password will not do, in Chinese; empty when it will."""
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 个字符"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符"
    if len(set(password)) < 4:
        return "密码太简单，请不要重复同样的字符"
    return ""


@cache
def _nobody() -> str:
    return hashed("nobody has this password")
