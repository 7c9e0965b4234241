"""Accounts of staff and their sessions: who may log in, in which role, for which body."""

from mianzheng.accounts.accounts import Account, NewAccount, account_of, change_account, found_account
from mianzheng.accounts.sessions import Session, close_session, open_session, session_of

__all__ = [
    "Account",
    "NewAccount",
    "Session",
    "account_of",
    "change_account",
    "close_session",
    "found_account",
    "open_session",
    "session_of",
]
