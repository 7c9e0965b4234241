"""The canonical form: what is written reads back the same, by every reader, and is a fixed point."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import ryaml
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mianzheng.catalog_files import canonical, strict_yaml
from mianzheng.catalog_files.layout import classify
from mianzheng.catalog_files.reading import _quick, read_file
from mianzheng.model import CertificateItem
from tests.conftest import ROOT


def _writable(values: list[Any]) -> bool:
    """The model has no list in a list, nor any list of mixed entries."""
    return not any(isinstance(v, list) for v in values) and len({isinstance(v, dict) for v in values}) < 2


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
TRICKY = st.sampled_from(
    ["no", "YES", "on", "~", "null", "010", "0x1F", "1e3", "1.5", ".inf", "12:30", "2026-01-01", "=", "<<", "-", "- a",
     "a: b", "a #b", "a:", "#a", "'", '"', "\\", "\t", "a\nb", "\u2028", "\u202e", "\ufeff", "\x85", " a", "a ", "[a]",
     "{a}", "a, b", "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "?", "? a", "...", "---", "", "\x7f", "￾"]
)  # fmt: skip
SCALARS = TEXT | TRICKY | st.integers(-(10**12), 10**12) | st.booleans() | st.none()
KEYS = (TEXT | TRICKY).filter(lambda key: key != "")
DATA = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3).filter(_writable) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=300)
@given(DATA)
def test_canonical_text_says_the_same_to_every_reader(data: dict[str, Any]) -> None:
    text = canonical.dump_data(data)
    document = strict_yaml.read(text)
    assert document.problems == []
    assert document.data == data
    assert ryaml.loads(text) == data
    assert yaml.safe_load(text) == data
    assert "\x00" not in text
    assert canonical.dump_data(document.data) == text


@given(TEXT | TRICKY)
def test_text_stays_text_and_shows_no_hidden_character(value: str) -> None:
    text = canonical.dump_data({"note": value})
    assert yaml.safe_load(text) == {"note": value}
    assert not any(c in text for c in "\u202e\u2066\u200b\ufeff\u2028\x85")


def test_the_quick_road_and_the_explaining_one_lead_to_the_same_record(shared_folder: Path) -> None:
    paths = [p for p in sorted(shared_folder.rglob("*.yaml")) if p.parent.name != "schema"]
    for path in paths:
        name, raw = path.relative_to(shared_folder).as_posix(), path.read_bytes()
        quick = read_file(name, raw)
        slow = read_file(name, raw + b"\n")  # one line too many: no longer canonical, so it has to be explained
        assert quick.findings == []
        assert [f.code for f in slow.findings] == ["yaml-not-canonical"]
        assert slow.record == quick.record


def test_every_shipped_file_takes_the_quick_road() -> None:
    slow = []
    for path in sorted((ROOT / "catalog").rglob("*.yaml")):
        name = path.relative_to(ROOT / "catalog").as_posix()
        known = classify(name)
        if known is None or _quick(name, known[0], path.read_bytes()) is None:
            slow.append(name)
    assert slow == []


def test_without_the_fast_reader_nothing_changes(monkeypatch: pytest.MonkeyPatch, shared_folder: Path) -> None:
    path = next(iter(sorted(shared_folder.glob("places/*/items/*/*.yaml"))))
    name, raw = path.relative_to(shared_folder).as_posix(), path.read_bytes()
    with_fast = read_file(name, raw)
    monkeypatch.setattr(strict_yaml, "_ryaml", None)
    assert read_file(name, raw) == with_fast


def test_versions_are_written_newest_first() -> None:
    item = msgspec.convert(
        {
            "id": "zm-00000f", "kind": "kd-00000f", "service": "sv-00000f", "requesting_body": "bd-00000f",
            "status": "active",
            "versions": [
                {"from": "2021", "until": "2022-12-31", "method": "commit"}, {"from": "2023-01-01", "method": "share"},
            ],
            "provenance": {
                "standing": "illustrative", "basis_source": "law", "method_source": "none", "checked_on": "2026-01-01",
            },
        },
        CertificateItem,
    )  # fmt: skip
    written = yaml.safe_load(canonical.dump(item))
    assert [v["from"] for v in written["versions"]] == ["2023-01-01", "2021"]
    assert json.dumps(list(written)) == json.dumps(
        ["id", "kind", "service", "requesting_body", "status", "versions", "provenance"]
    )
