"""Write .github/CODEOWNERS from the catalog and a list of teams.

    scripts/codeowners.py --teams FILE [--catalog DIR] [--out .github/CODEOWNERS] [--check]

FILE is YAML: `maintainers: "@county/maintainers"` and `teams: {place/office: "@county/team"}`.
Exit status: 0 done, 1 not fresh (--check) or unusable catalog, 2 unusable arguments.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mianzheng.adapters.forge.codeowners import codeowners
from mianzheng.adapters.forge.teams import teams_in
from mianzheng.catalog_files.repository import FolderCatalogRepository
from mianzheng.errors import BadArgument, CatalogError


def main(argv: list[str] | None = None) -> int:
    """Write or check; see the module's head."""
    parser = argparse.ArgumentParser(description="按清单生成 CODEOWNERS")
    parser.add_argument("--teams", type=Path, required=True, metavar="FILE", help="哪个岗位是代码平台上的哪个团队")
    parser.add_argument("--catalog", type=Path, default=Path("catalog"), metavar="DIR", help="清单文件夹")
    parser.add_argument("--out", type=Path, default=Path(".github/CODEOWNERS"), metavar="FILE", help="写到哪里")
    parser.add_argument("--check", action="store_true", help="只检查是不是最新的")
    options = parser.parse_args(argv)
    try:
        known = teams_in(options.teams)
        text = codeowners(FolderCatalogRepository(options.catalog).read()[0], known.teams, known.maintainers)
    except BadArgument as error:
        print(error, file=sys.stderr)
        return 2
    except CatalogError as error:
        print(error, file=sys.stderr)
        return 1
    if options.check:
        fresh = options.out.is_file() and options.out.read_text("utf-8") == text
        print(f"{options.out} {'是最新的' if fresh else '不是最新的，请重新生成'}")
        return 0 if fresh else 1
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, "utf-8")
    print(f"已写 {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
