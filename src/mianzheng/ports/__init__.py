"""Ports: what use cases ask of the outside, without knowing who answers."""

from mianzheng.ports.catalog import CatalogRepository
from mianzheng.ports.keys import KeyStore
from mianzheng.ports.records import RecordStore

__all__ = ["CatalogRepository", "KeyStore", "RecordStore"]
