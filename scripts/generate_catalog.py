"""Write an invented catalog of any size for measuring.

    scripts/generate_catalog.py --items N --seed S --out DIR [--rules catalog]

Exit status: 0 done, 2 unusable arguments.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mianzheng.catalog_files.samples import generate
from mianzheng.terminal import progress_line


def main(argv: list[str] | None = None) -> int:
    """Write the catalog; see the module's head."""
    parser = argparse.ArgumentParser(description="生成测量用的清单")
    parser.add_argument("--items", type=int, required=True, help="多少条，例如 300、3000、30000")
    parser.add_argument("--seed", type=int, required=True, help="随机种子，相同则结果相同")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="写到哪里（必须是空的）")
    parser.add_argument("--rules", type=Path, default=Path("catalog"), metavar="DIR", help="规则和词表取自哪里")
    options = parser.parse_args(argv)
    problems = []
    if not 1 <= options.items <= 200_000:
        problems.append("--items 要在 1 到 200000 之间")
    if options.out.exists() and any(options.out.iterdir()):
        problems.append(f"{options.out} 不是空的")
    if not (options.rules / "profiles").is_dir():
        problems.append(f"{options.rules} 里没有 profiles/")
    if problems:
        print("；".join(problems), file=sys.stderr)
        return 2
    generate(
        items=options.items, seed=options.seed, rules=options.rules, out=options.out, progress=progress_line("生成地区")
    )
    print(f"已生成 {options.items} 条，写在 {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
