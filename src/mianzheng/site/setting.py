"""What a build is told: where from, where to, for which day, in which mode."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEFAULT_URL = "http://127.0.0.1:8000/"


@dataclass(frozen=True)
class Setting:
    """One build. `day` is the Shanghai day that pages speak of; `demonstration` marks everything as such.

    `live` is the folder, or the http(s) address, of what the live side writes.
    `base_url` ends in a slash; it stands in QR codes, feeds, sitemaps and canonical links.
    """

    catalog: Path
    out: Path
    shells: Path
    day: str
    base_url: str = DEFAULT_URL
    demonstration: bool = True
    live: Path | str | None = None
    static_redirects: bool = False
