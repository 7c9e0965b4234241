"""The page generator: alone with its hook it gives the very same site."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mianzheng import publishing
from mianzheng.site.generator import make_shells
from tests.conftest import ROOT


@pytest.mark.slow
def test_the_generator_alone_gives_the_very_same_site(tmp_path: Path) -> None:
    """`mkdocs build` with its hook and `make site` write the same tree."""
    project = tmp_path / "project"
    for name in ("site", "catalog"):
        shutil.copytree(ROOT / name, project / name)
    shutil.copy(ROOT / "mkdocs.yml", project)
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=project, check=True, capture_output=True)
    ours = tmp_path / "ours"
    chosen = publishing.setting(catalog=project / "catalog", out=ours, shells=tmp_path / "shell", now="")
    make_shells(project, chosen.shells)
    publishing.publish(chosen)
    theirs = project / "build" / "site"
    names = sorted(p.relative_to(ours).as_posix() for p in ours.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(theirs).as_posix() for p in theirs.rglob("*") if p.is_file())
    stamped = re.compile(rb"<updated>[^<]*</updated>")
    different = [
        name
        for name in names
        if stamped.sub(b"", (ours / name).read_bytes()) != stamped.sub(b"", (theirs / name).read_bytes())
    ]
    assert different == []
