"""Set up a new place: its folder with empty pages that look right, no code.

    scripts/new_place.py --id ID --name NAME --profile ID|none [--level county] [--short-name 本县] [--catalog DIR]

Exit status: 0 done, 2 unusable arguments (all named, nothing written).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mianzheng.catalog_files.founding import Founding, found_place
from mianzheng.errors import MianzhengError


def main(argv: list[str] | None = None) -> int:
    """Set up the place; see the module's head."""
    parser = argparse.ArgumentParser(description="新建一个地区")
    parser.add_argument("--id", required=True, help="地区标识，用在网址里，例如 mouxian")
    parser.add_argument("--name", required=True, help="地区名称，例如 某县")
    parser.add_argument("--profile", required=True, help="沿用哪一套规则；none 表示另立空的一套")
    parser.add_argument("--level", default="county", help="层级，默认 county")
    parser.add_argument("--short-name", default="", help="页面上的简称，默认与名称相同")
    parser.add_argument("--catalog", type=Path, default=Path("catalog"), metavar="DIR", help="清单文件夹")
    options = parser.parse_args(argv)
    founding = Founding(options.id, options.name, options.profile, options.level, options.short_name)
    try:
        written = found_place(options.catalog, founding)
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 2
    for path in written:
        print(options.catalog / path)
    print(
        f"下一步：在 {options.catalog}/places/{options.id}/bodies.yaml 里登记单位，"
        f"再运行 scripts/check.py --place {options.id}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
