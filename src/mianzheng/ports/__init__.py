"""Ports: what use cases ask of the outside, without knowing who answers."""

from mianzheng.ports.catalog import CatalogRepository
from mianzheng.ports.files import FileStore
from mianzheng.ports.forge import Forge
from mianzheng.ports.keys import KeyStore
from mianzheng.ports.live import LiveFiles
from mianzheng.ports.quarantine import Invitation, Quarantine
from mianzheng.ports.records import RecordStore

__all__ = [
    "CatalogRepository", "FileStore", "Forge", "Invitation", "KeyStore", "LiveFiles", "Quarantine", "RecordStore",
]  # fmt: skip
