"""Serve the public site on this machine, and build it again when the catalog, its pages or templates change.

    scripts/serve.py [--host 127.0.0.1] [--port 8000 (0 = any)] [--data var] [--catalog DIR] [--site DIR] [--demo]
                     [--now INSTANT] [--accounts-json OUT]

First line on standard output once ready: `READY http://HOST:PORT`. SIGTERM stops it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from waitress import create_server

from mianzheng import publishing
from mianzheng.catalog_files import reports
from mianzheng.errors import BadArgument, CatalogHasErrors, MianzhengError
from mianzheng.site.generator import make_shells
from mianzheng.site.setting import Setting
from mianzheng.site.watching import watch
from mianzheng.views import rendering
from mianzheng.web.static_site import StaticSite

PROJECT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Build, serve, watch; see the module's head."""
    options = _parser().parse_args(argv)
    try:
        setting = _setting(options)
        server = create_server(StaticSite(setting.out), host=options.host, port=options.port, threads=8, ident=None)
        setting = _with_url(setting, options.host, server.effective_port)
        _build(setting)
    except (MianzhengError, OSError) as error:
        print(_said(error), file=sys.stderr)
        return 2 if isinstance(error, BadArgument | OSError) else 1
    if options.accounts_json:
        options.accounts_json.write_text(json.dumps([]), "utf-8")
    stop = threading.Event()
    watched = [setting.catalog, PROJECT / "site", PROJECT / "mkdocs.yml", PROJECT / "src" / "mianzheng" / "templates"]
    watcher = threading.Thread(target=watch, args=(watched, lambda: _rebuild(setting), stop), daemon=True)
    watcher.start()
    signal.signal(signal.SIGTERM, lambda *_: server.close())
    print(f"READY http://{options.host}:{server.effective_port}", flush=True)
    try:
        server.run()
    except (KeyboardInterrupt, OSError):
        server.close()
    stop.set()
    return 0


def _rebuild(setting: Setting) -> None:
    rendering.forget()
    try:
        _build(setting)
    except MianzhengError as error:
        print(_said(error), file=sys.stderr, flush=True)


def _build(setting: Setting) -> None:
    make_shells(PROJECT, setting.shells)
    summary, findings = publishing.publish(setting)
    if findings:
        print(reports.summary(findings), file=sys.stderr)
    print(f"网站：写 {summary.written}，不变 {summary.unchanged}，删 {summary.deleted}", file=sys.stderr, flush=True)


def _said(error: Exception) -> str:
    if isinstance(error, CatalogHasErrors):
        return reports.as_text(error.findings, "catalog") + "\n清单有错误，网站没有改动。"
    return str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="在本机打开网站")
    parser.add_argument("--host", default="127.0.0.1", help="地址")
    parser.add_argument("--port", type=int, default=8000, help="端口，0 表示任意一个")
    parser.add_argument("--data", type=Path, default=PROJECT / "var", metavar="DIR", help="动态数据文件夹")
    parser.add_argument("--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="清单文件夹")
    parser.add_argument("--site", type=Path, default=PROJECT / "build" / "site", metavar="DIR", help="网站写到哪里")
    parser.add_argument("--demo", action="store_true", help="演示模式，带演示账号")
    parser.add_argument("--now", default="", metavar="INSTANT", help="按哪一刻（默认现在）")
    parser.add_argument("--accounts-json", type=Path, metavar="OUT", help="演示账号写到哪里")
    return parser


def _setting(options: argparse.Namespace) -> Setting:
    if options.demo and os.environ.get("MIANZHENG_DEPLOYMENT") == "operating":
        raise BadArgument("正式运行（operating）不能带演示账号（--demo）")
    return publishing.setting(
        catalog=options.catalog,
        out=options.site,
        shells=PROJECT / "build" / "shell",
        now=options.now,
        live=options.data / "live",
    )


def _with_url(setting: Setting, host: str, port: int) -> Setting:
    """The address that people use: the public one, or the port that we got."""
    public = os.environ.get("MIANZHENG_PUBLIC_URL", f"http://{host}:{port}")
    return replace(setting, base_url=public.rstrip("/") + "/")


if __name__ == "__main__":
    sys.exit(main())
