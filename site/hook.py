"""After `mkdocs build`: stamp the catalog into the shells, as `make site` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mianzheng import publishing

PROJECT = Path(__file__).resolve().parent.parent


def on_post_build(config: Any) -> None:
    """Write the site beside the shells that were just built."""
    chosen = publishing.setting(
        catalog=PROJECT / "catalog", out=PROJECT / "build" / "site", shells=Path(config["site_dir"])
    )
    publishing.publish(chosen)
