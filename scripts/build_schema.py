"""Write `catalog/schema/*.schema.json` from the model. With --check only say whether they are fresh (exit 1 if not)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mianzheng.catalog_files.schema import schema_files


def main(argv: list[str] | None = None) -> int:
    """Write or check the schema files."""
    parser = argparse.ArgumentParser(description="从模型生成 JSON Schema")
    parser.add_argument("--catalog", type=Path, default=Path("catalog"), metavar="DIR", help="清单文件夹")
    parser.add_argument("--check", action="store_true", help="只检查是否最新")
    options = parser.parse_args(argv)
    folder = options.catalog / "schema"
    wanted = dict(schema_files())
    present = {path.name: path.read_text("utf-8") for path in folder.glob("*.json")} if folder.is_dir() else {}
    stale = sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))
    if options.check:
        for name in stale:
            print(f"{folder / name} 不是最新的，请运行 make docs", file=sys.stderr)
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in wanted:
            (folder / name).write_text(wanted[name], "utf-8", newline="\n")
        else:
            (folder / name).unlink()
    print(f"{folder}：{len(wanted)} 个 schema，更新 {len(stale)} 个")
    return 0


if __name__ == "__main__":
    sys.exit(main())
