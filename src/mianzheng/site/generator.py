"""MkDocs, kept at arm's length: it builds the hand-written pages and the empty shells, and only when they changed.

Whatever takes its place has to leave the same files with the same marker words; nothing else here knows it.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

from mianzheng.errors import CatalogError

STAMP = ".inputs"


class GeneratorFailed(CatalogError):
    """The page generator did not build."""


def make_shells(project: Path, out: Path) -> bool:
    """Build the shells of a project into `out` if anything that goes into them changed. Returns whether it did.

    Raises GeneratorFailed with the generator's own words.
    """
    digest = _inputs(project)
    stamp = out / STAMP
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return False
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        config = load_config(str(project / "mkdocs.yml"), site_dir=str(out), hooks=[])
        build(config)
    except (MkDocsException, OSError, SystemExit) as error:
        raise GeneratorFailed(f"页面外壳没有建成：{error}") from error
    stamp.write_text(digest, "utf-8")
    return True


def _inputs(project: Path) -> str:
    """A digest of everything that the generator reads."""
    digest = hashlib.blake2b(digest_size=16)
    folders = [project / "site" / "pages", project / "site" / "theme"]
    files = [project / "mkdocs.yml", *(f for folder in folders for f in sorted(folder.rglob("*")) if f.is_file())]
    for file in files:
        digest.update(str(file.relative_to(project)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
