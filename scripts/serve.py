"""Serve site, forms, workbench and API on this machine; build the site again when its sources change.

    scripts/serve.py [--host 127.0.0.1] [--port 8000 (0 = any)] [--data var] [--catalog DIR] [--site DIR] [--demo]
                     [--now INSTANT] [--speed N] [--accounts-json OUT]

First line on standard output once ready: `READY http://HOST:PORT`. SIGTERM stops it within five seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from mianzheng.errors import BadArgument, MianzhengError
from mianzheng.local.accounts import accounts_table
from mianzheng.local.assembly import Order, assemble
from mianzheng.local.server import LocalServer, said

PROJECT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Build, serve, watch; see the module's head."""
    options = _parser().parse_args(argv)
    server = None
    try:
        server = LocalServer(options.host, options.port)
        paths = (PROJECT, options.data, options.catalog, options.site)
        order = Order(*paths, options.now, options.demo, server.address, os.environ, options.speed)
        assembled = assemble(order)
    except (MianzhengError, OSError) as error:
        if server:
            server.close()
        print(said(error), file=sys.stderr)
        return 2 if isinstance(error, BadArgument | OSError) else 1
    if options.accounts_json:
        options.accounts_json.write_text(json.dumps(assembled.accounts, ensure_ascii=False, indent=1), "utf-8")
    signal.signal(signal.SIGTERM, lambda *_: server.close())
    print(f"READY {server.address}", flush=True)
    if assembled.accounts:
        print(accounts_table(assembled.accounts, assembled.services.catalog()), file=sys.stderr, flush=True)
    server.run(assembled.whole, assembled.services.settings.trusted_hops, assembled.beside)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="在本机打开网站、表单和工作台")
    parser.add_argument("--host", default="127.0.0.1", help="地址")
    parser.add_argument("--port", type=int, default=8000, help="端口，0 表示任意一个")
    parser.add_argument("--data", type=Path, default=PROJECT / "var", metavar="DIR", help="动态数据文件夹")
    parser.add_argument("--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="清单文件夹")
    parser.add_argument("--site", type=Path, default=PROJECT / "build" / "site", metavar="DIR", help="网站写到哪里")
    parser.add_argument("--demo", action="store_true", help="演示模式，带演示账号")
    parser.add_argument("--now", default="", metavar="INSTANT", help="从哪一刻开始（默认现在）")
    parser.add_argument("--speed", type=int, default=1, metavar="N", help="排练：时钟走得快 N 倍")
    parser.add_argument("--accounts-json", type=Path, metavar="OUT", help="演示账号写到哪里")
    return parser


if __name__ == "__main__":
    sys.exit(main())
