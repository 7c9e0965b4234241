"""The workflows: what strangers send is read, never run, and never stands in a command (A14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8"))


def steps(workflow: Any) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


@pytest.fixture(params=FILES, ids=[file.name for file in FILES])
def workflow(request: pytest.FixtureRequest) -> Any:
    return read(request.param.name)


def test_a14_no_command_contains_an_expression(workflow: Any) -> None:
    assert [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")] == []


def test_a14_rights_are_given_one_by_one_and_never_to_code_from_outside(workflow: Any) -> None:
    events = workflow[True]  # YAML 1.1 reads `on` as true
    assert "pull_request_target" not in events
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        if "workflow_run" not in events:
            assert job["permissions"] == {"contents": "read"}


def test_a32_foreign_steps_are_pinned_by_commit_and_keep_no_credentials(workflow: Any) -> None:
    for step in steps(workflow):
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


def test_a14_the_report_is_made_by_the_programs_of_the_main_branch() -> None:
    review = read("review.yml")
    checkouts = [step["with"]["ref"] for step in steps(review) if step.get("uses", "").startswith("actions/checkout")]
    assert checkouts == ["${{ github.event.pull_request.base.sha }}"]
    commands = " ".join(step.get("run", "") for step in steps(review))
    assert not re.search(r"git (checkout|switch|merge|reset|restore|pull)", commands)
    assert 'scripts/review.py "$BASE" "$HEAD" --format md' in commands


def test_a14_whoever_may_write_checks_out_nothing_and_trusts_no_number_from_the_report() -> None:
    remark = read("review-remark.yml")
    assert [step["uses"] for step in steps(remark) if "uses" in step] == []
    commands = " ".join(step.get("run", "") for step in steps(remark))
    assert ".head.sha" in commands
    assert remark["jobs"]["remark"]["permissions"] == {"actions": "read", "pull-requests": "write"}
