"""The project keeps its own promises: generated files are fresh, documents name what exists, markers point at code."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from scripts import checks_table, rules_table

from mianzheng.catalog_files.loading import Loaded
from mianzheng.catalog_files.schema import schema_files
from mianzheng.rules.wording import WORDINGS
from tests.conftest import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
CONTRACTED = [
    *["help", "setup", "serve", "site", "check", "test", "bench", "bundle", "soak", "screens"],
    *[f"bench-{name}" for name in ("catalog", "site", "clock", "core", "adjust", "search", "aws")],
]


def test_the_schemas_in_the_catalog_are_those_of_the_model() -> None:
    folder = ROOT / "catalog" / "schema"
    assert {p.name: p.read_text("utf-8") for p in folder.glob("*.json")} == dict(schema_files())


def test_the_table_of_rules_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert rules_table.main(["--check"]) == 0


def test_the_table_of_check_codes_is_fresh_and_names_every_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert checks_table.main(["--check"]) == 0
    assert [code for code in WORDINGS if f"`{code}`" not in checks_table.table()] == []


def test_every_rule_that_a_test_claims_exists_and_its_place_too(shipped: Loaded) -> None:
    register = shipped.catalog.vocabularies.rules
    assert register is not None
    known = {(rule.id, feature) for rule in register.rules for feature in rule.features}
    for (rule, feature), found in rules_table.proofs(ROOT / "tests").items():
        assert (rule, feature) in known, f"{rule} has no feature {feature}"
        for where, test in found:
            assert _resolves(where, shipped), f"{test} points at {where}, which is not there"


def _resolves(where: str, shipped: Loaded) -> bool:
    if ":" in where:
        module, _, name = where.partition(":")
        found: object = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part, None)
        return found is not None
    path, _, leaf = where.partition("#")
    profile = shipped.catalog.profiles[Path(path).stem]
    return (ROOT / path).is_file() and leaf in dict(profile.leaves())


@pytest.mark.parametrize("target", CONTRACTED)
def test_make_knows_every_command_and_says_what_it_does(target: str) -> None:
    assert re.search(rf"^{target}:.*## \S", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_both_readmes_start_with_the_two_commands(readme: str) -> None:
    commands = re.findall(r"^make (\w+)", (ROOT / readme).read_text("utf-8"), re.MULTILINE)
    assert commands[:2] == ["serve", "test"]


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "scripts").glob("*.py")))
def test_every_script_explains_itself_and_is_named_in_a_document(name: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / name), "--help"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    documents = "".join((ROOT / d).read_text("utf-8") for d in ("README.md", "CONTRIBUTING.md", "Makefile"))
    assert name in documents or f"make {name.removesuffix('.py').replace('_', '-')}" in documents


def test_a22_no_module_fetches_an_address_that_a_user_wrote() -> None:
    """Those that open connections at all go to addresses of the settings; a new one has to be thought about here."""
    opens = re.compile(
        r"^\s*(?:import|from) (?:urllib\.request|http\.client|socket|smtplib|requests|httpx|urllib3)\b", re.M
    )
    package = ROOT / "src" / "mianzheng"
    found = {
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if opens.search(path.read_text("utf-8"))
    }
    assert found == {
        "adapters/forge/rest.py", "adapters/mail.py", "loads.py", "site/live_files.py", "soaking.py",
    }  # fmt: skip


def test_modules_stay_readable() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in (ROOT / "src").rglob("*.py")
        if (n := len(p.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}
