"""Every rule of the catalog, by the cases in `tests/checks/<code>.yaml`: bad ones are found, good ones are not."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.changes import forbidden_changes
from mianzheng.model import Finding
from mianzheng.rules import check
from mianzheng.rules.wording import WORDINGS
from tests.alterations import alter
from tests.conftest import ROOT

CASES = sorted((ROOT / "tests" / "checks").glob("*.yaml"))
TODAY = "2026-11-25"


def _cases(quality: str) -> list[Any]:
    found = []
    for file in CASES:
        for case in yaml.safe_load(file.read_text("utf-8")).get(quality) or []:
            found.append(pytest.param(file.stem, case, id=f"{file.stem}: {case['title']}"))
    return found


class _LockedSource(FolderSource):
    """A folder in which one file may not be read."""

    def __init__(self, folder: Path, locked: str) -> None:
        super().__init__(folder)
        self.locked = locked

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            if path == self.locked:
                raise PermissionError(errno.EACCES, "没有权限")
            yield from super().contents([path])


def judge(folder: Path, case: dict[str, Any]) -> tuple[str, list[Finding]]:
    """Apply a case's changes and run all checks; returns the file last changed and the findings.

    Beside `changes` a case may hold `before` (changes that had been made earlier), `compare: true` (what no change
    may do counts too), `pipe: path` (a named pipe lies there), `locked: true` (the last changed file may not be read),
    `today` and `changed`.
    """
    path = ""
    for change in case.get("before", []):
        alter(folder, change)
    before = load(FolderSource(folder)).catalog if case.get("compare") else None
    for change in case.get("changes", []):
        path = alter(folder, change)
    if "pipe" in case:
        path = case["pipe"]
        os.mkfifo(folder / path)
    loaded = load(_LockedSource(folder, path) if case.get("locked") else FolderSource(folder))
    today, changed = case.get("today", TODAY), case.get("changed")
    if changed is not None:
        changed = [path if file == "same" else file for file in changed]
    findings = loaded.findings + check(loaded.catalog, today=today, changed=changed)
    if before is not None:
        findings += forbidden_changes(before, loaded.catalog)
    return path, loaded.located(findings)


def _sentence(code: str, variant: str) -> re.Pattern[str]:
    """What the message of a variant looks like with any words filled in."""
    parts = re.split(r"(?<!{){[a-z_]+}", WORDINGS[code][variant].message)
    return re.compile(".*".join(re.escape(part.format()) for part in parts), re.DOTALL)


@pytest.mark.parametrize(("code", "case"), _cases("bad"))
def test_a_fault_is_found_where_it_is_and_said_in_plain_words(
    code: str, case: dict[str, Any], catalog_folder: Path
) -> None:
    path, findings = judge(catalog_folder, case)
    expected = case["expect"]
    file = expected.get("file", path)
    hits = [f for f in findings if f.code == code and f.file == file]
    assert hits, f"no {code} in {file}; found {[(f.code, f.file, f.message) for f in findings]}"
    fits = [
        f
        for f in hits
        if f.level == expected.get("level", "error")
        and _sentence(code, expected.get("variant", "")).fullmatch(f.message)
        and f.field == expected.get("field", f.field)
        and f.line == expected.get("line", f.line)
        and all(word in f.message + f.fix for word in expected.get("words", []))
    ]
    assert fits, f"{code} is there, but not as expected: {hits}"
    assert fits[0].line > 0 or expected.get("no_line"), "a finding points at a line"
    also = set(expected.get("also", []))
    others = {f.code for f in findings if f.level != "hint"} - {code} - also
    assert not others, f"the case shows more than its own fault: {[f for f in findings if f.code in others]}"


@pytest.mark.parametrize(("code", "case"), _cases("good"))
def test_what_is_right_is_left_alone(code: str, case: dict[str, Any], catalog_folder: Path) -> None:
    _, findings = judge(catalog_folder, case)
    assert [f for f in findings if f.code == code] == []
    allowed = set(case.get("also", []))
    assert [f for f in findings if f.level == "error" and f.code not in allowed] == []


def test_the_untouched_test_catalog_has_nothing_to_complain_of(catalog_folder: Path) -> None:
    assert [f for f in judge(catalog_folder, {})[1] if f.level != "hint"] == []


def test_every_code_and_every_sentence_has_a_bad_case_and_every_code_a_good_one() -> None:
    by_code = {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in CASES}
    assert sorted(WORDINGS) == sorted(by_code)
    sentences = {(code, variant) for code, variants in WORDINGS.items() for variant in variants}
    shown = {(code, c["expect"].get("variant", "")) for code, cases in by_code.items() for c in cases["bad"]}
    assert sentences - shown == set()
    assert [code for code, cases in by_code.items() if not cases.get("good")] == []
