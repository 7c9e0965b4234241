"""Templates compiled once and kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from mianzheng.views import rendering

NAME = "_icons.html"


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    rendering.forget()
    yield
    rendering.forget()


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of templates that were compiled."""
    names: list[str] = []
    really = Environment.compile

    def compile_noted(self, source, name=None, *given, **more):  # type: ignore[no-untyped-def]
        names.append(name)
        return really(self, source, name, *given, **more)

    monkeypatch.setattr(Environment, "compile", compile_noted)
    return names


def load(folder: Path, program: str = "1") -> str:
    rendering.forget()
    rendering.keep_compiled(str(folder), program)
    return str(rendering.environment().get_template(NAME).module.icon("tick"))  # type: ignore[attr-defined]


def test_a_template_is_compiled_once_for_a_program(tmp_path: Path, compiled: list[str]) -> None:
    assert load(tmp_path) == load(tmp_path)
    assert compiled == [NAME]
    load(tmp_path, "2")
    assert compiled == [NAME, NAME]


def test_what_was_spoilt_or_cannot_be_kept_is_compiled_again(tmp_path: Path, compiled: list[str]) -> None:
    good = load(tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:-40])
    assert load(tmp_path) == good
    (tmp_path / "file").write_bytes(b"")
    assert load(tmp_path / "file") == good
    assert compiled == [NAME] * 3
    (tmp_path / "folder").mkdir(mode=0o500)
    assert load(tmp_path / "folder") == good
