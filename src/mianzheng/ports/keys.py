"""Keys of cases: personal data is sealed with a key of its own, and deleting means destroying that key."""

from __future__ import annotations

from typing import Protocol


class KeyStore(Protocol):
    """Makes and uses data keys; a plain data key never leaves the adapters.

    `context` binds key and ciphertext to what they belong to (`<kind>/<id>/<name>`): another context fails.
    """

    def create(self) -> bytes:
        """A new data key, wrapped. Raises Unavailable."""

    def seal(self, wrapped: bytes, context: str, plain: bytes) -> bytes:
        """`plain`, encrypted and authenticated. Raises Unavailable, Rejected when the wrapped key is not ours."""

    def open(self, wrapped: bytes, context: str, sealed: bytes) -> bytes:
        """The plain bytes. Raises Unavailable, Rejected when key, context or ciphertext do not fit together."""
