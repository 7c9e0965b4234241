"""Write `docs/rules.md`: every policy rule that software carries -> where it is carried -> which test proves it.

A test says what it proves with `@pytest.mark.carries(feature, *rules, where=...)`; a rule of several features has one
line a feature; what no test proves is open. With --check only say whether the file is fresh (exit 1 if not).
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.terminal import keep_fresh

Proof = dict[tuple[str, str], list[tuple[str, str]]]
"""(rule, feature) → [(where, test)]."""


HEAD = [
    "# 规则对照表",
    "",
    "由 `make docs` 生成，不要手改。每条由软件承担的规则在哪里实现、由哪个测试证明；“待做”是还没有的。",
    "",
    "| 功能 | 已实现 | 待做 |",
    "|---|---|---|",
]
COLUMNS = ["| 规则 | 条文 | 内容 | 功能 | 实现 | 测试 |", "|---|---|---|---|---|---|"]


def proofs(tests: Path) -> Proof:
    """What the tests say they prove."""
    found: Proof = defaultdict(list)
    for file in sorted(tests.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for feature, rules, where in _markers(node):
                    for rule in rules:
                        name = f"{file.relative_to(tests.parent)}::{node.name}"
                        found[rule, feature].append((where, name))
    return found


def _markers(function: ast.FunctionDef) -> Iterator[tuple[str, list[str], str]]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("carries"):
            feature, *rules = [ast.literal_eval(argument) for argument in decorator.args]
            yield feature, rules, ast.literal_eval(decorator.keywords[0].value)


def table(catalog: Path, tests: Path) -> str:
    """The whole document."""
    register = load(FolderSource(catalog)).catalog.vocabularies.rules
    assert register is not None
    known = proofs(tests)
    rows: list[str] = []
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for rule in register.rules:
        for feature in rule.features if rule.carried else ():
            found = known.get((rule.id, feature), [])
            counts[feature][0 if found else 1] += 1
            where = "<br>".join(dict.fromkeys(f"`{w}`" for w, _ in found)) or "待做"
            test = "<br>".join(dict.fromkeys(f"`{t.rpartition('/')[2]}`" for _, t in found))
            rows.append(f"| {rule.id} | {rule.article} | {rule.text} | {feature} | {where} | {test} |")
    summary = [f"| {name} | {done} | {still} |" for name, (done, still) in sorted(counts.items())]
    return "\n".join([*HEAD, *summary, "", *COLUMNS, *rows, ""])


def main(argv: list[str] | None = None) -> int:
    """Write or check the table."""
    parser = argparse.ArgumentParser(description="生成规则对照表")
    parser.add_argument("--check", action="store_true", help="只检查是否最新")
    options = parser.parse_args(argv)
    text = table(Path("catalog"), Path("tests"))
    return keep_fresh(Path("docs/rules.md"), text, check=options.check, done=f"{text.count('待做 |')} 行待做")


if __name__ == "__main__":
    sys.exit(main())
