"""Print fresh ids, none of them in use in the catalog: scripts/new_id.py zm|kd|sv|bd|lb [HOW MANY] [--catalog DIR]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mianzheng.catalog_files.checking import cache_file
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.errors import MianzhengError
from mianzheng.model.ids import PREFIXES, new_id


def main(argv: list[str] | None = None) -> int:
    """Print the ids, one a line."""
    parser = argparse.ArgumentParser(description="生成新编号")
    kinds = "、".join(f"{prefix} {label}" for prefix, label in PREFIXES.items())
    parser.add_argument("prefix", choices=sorted(PREFIXES), help=kinds)
    parser.add_argument("count", type=int, nargs="?", default=1, help="要几个")
    parser.add_argument("--catalog", type=Path, default=Path("catalog"), metavar="DIR", help="清单文件夹")
    options = parser.parse_args(argv)
    try:
        catalog = load(FolderSource(options.catalog), cache_file=cache_file(options.catalog)).catalog
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 2
    taken = set(catalog.files)
    for _ in range(options.count):
        fresh = new_id(options.prefix, taken)
        taken.add(fresh)
        print(fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main())
