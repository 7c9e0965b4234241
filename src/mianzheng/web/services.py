"""What handlers work with; put together in one place for each way of running."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mianzheng.model import Catalog
from mianzheng.ports import FileStore, KeyStore, Quarantine, RecordStore
from mianzheng.proposals.operations import Render
from mianzheng.settings import Settings
from mianzheng.web.bodies import FILES_LIMIT
from mianzheng.web.signing import Signer

Log = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Services:
    """Settings, stores, the catalog as it stands, time and new ids. `log` takes one line of allowed fields.

    Without `files` this installation takes no pictures or PDFs, and no form asks for any; `most_upload` is how many
    bytes of one form, files and fields together, the way it runs lets through. What does not fit goes by `quarantine`,
    where there is one. A file of more than `most_answer` bytes is handed out in parts; 0 where an answer may be long.
    """

    settings: Settings
    store: RecordStore
    keys: KeyStore
    catalog: Callable[[], Catalog]
    render: Render
    now: Callable[[], datetime.datetime]
    new_id: Callable[[str], str]
    signer: Signer
    log: Log
    files: FileStore | None = None
    most_upload: int = FILES_LIMIT
    quarantine: Quarantine | None = None
    most_answer: int = 0
