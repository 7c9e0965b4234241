"""Write .github/CODEOWNERS from the catalog and a list of teams.

    scripts/codeowners.py --teams FILE [--catalog DIR] [--out .github/CODEOWNERS] [--check]

FILE is YAML: `maintainers: "@county/maintainers"` and `teams: {place/office: "@county/team"}`.
Exit status: 0 done, 1 not fresh (--check) or unusable catalog, 2 unusable arguments.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import yaml

from mianzheng.adapters.forge.codeowners import codeowners
from mianzheng.catalog_files.repository import FolderCatalogRepository
from mianzheng.errors import BadArgument, CatalogError

TEAM = re.compile(r"@[A-Za-z0-9-]+(/[A-Za-z0-9._-]+)?")


def main(argv: list[str] | None = None) -> int:
    """Write or check; see the module's head."""
    parser = argparse.ArgumentParser(description="按清单生成 CODEOWNERS")
    parser.add_argument("--teams", type=Path, required=True, metavar="FILE", help="哪个岗位是代码平台上的哪个团队")
    parser.add_argument("--catalog", type=Path, default=Path("catalog"), metavar="DIR", help="清单文件夹")
    parser.add_argument("--out", type=Path, default=Path(".github/CODEOWNERS"), metavar="FILE", help="写到哪里")
    parser.add_argument("--check", action="store_true", help="只检查是不是最新的")
    options = parser.parse_args(argv)
    try:
        maintainers, teams = _teams(options.teams)
        text = codeowners(FolderCatalogRepository(options.catalog).read()[0], teams, maintainers)
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


def _teams(file: Path) -> tuple[str, dict[str, str]]:
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
        maintainers, teams = data["maintainers"], dict(data["teams"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadArgument(f"{file} 读不出 maintainers 和 teams") from error
    wrong = [str(name) for name in (maintainers, *teams.values()) if not TEAM.fullmatch(str(name))]
    if wrong:
        raise BadArgument(f"团队要写成 @组织/团队：{'、'.join(wrong)}")
    return maintainers, teams


if __name__ == "__main__":
    sys.exit(main())
