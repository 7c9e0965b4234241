"""Write `docs/checks.md`: every code that a check can give, what it says, how to mend it and why.

With --check only say whether the file is fresh (exit 1 if not).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mianzheng.catalog_files.reports import LEVELS
from mianzheng.rules.wording import WORDINGS
from mianzheng.terminal import keep_fresh

HEAD = """# 清单检查的代码

由 `make docs` 生成，不要手改。`scripts/check.py` 每处问题给出：在哪里、代码、级别、是什么、怎么改、为什么。
级别是通常的级别；有的规则按地方的规定或记录的新旧升降。花括号里是现场填的字。

| 代码 | 级别 | 会这样说 | 怎么改 | 为什么 |
|---|---|---|---|---|
"""


def table() -> str:
    """The whole document."""
    rows = []
    for code, variants in sorted(WORDINGS.items()):
        for wording in variants.values():
            cells = (f"`{code}`", LEVELS[wording.level], wording.message, wording.fix, wording.basis)
            rows.append("| " + " | ".join(_cell(text) for text in cells) + " |")
    return HEAD + "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("|", "\\|").replace("*", "\\*")


def main(argv: list[str] | None = None) -> int:
    """Write or check the table."""
    parser = argparse.ArgumentParser(description="生成检查代码表")
    parser.add_argument("--check", action="store_true", help="只检查是否最新")
    options = parser.parse_args(argv)
    text = table()
    return keep_fresh(Path("docs/checks.md"), text, check=options.check, done=f"{len(WORDINGS)} 个代码")


if __name__ == "__main__":
    sys.exit(main())
