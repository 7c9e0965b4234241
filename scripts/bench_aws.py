"""Measure the packaged functions: cold import, first request, warm requests beside a bare Chalice route.

    scripts/bench_aws.py [--zip build/bundle/deployment.zip] [--runs 9]

Without --zip it makes the bundle first. Each cold start is a fresh interpreter that sees the unpacked zip and nothing
else. Prints a table and writes it to docs/benchmarks.md; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from mianzheng.measuring import median, record, say, surroundings, table

COLUMNS = ("做什么", "我们", "对照：空的 Chalice 应用", "目标")
BEFORE = """
import json, sys, time
sys.path[:] = [path for path in sys.path if "site-packages" not in path]
sys.path.insert(0, sys.argv[1])
def event(path):
    return {"path": path, "resource": path, "httpMethod": "GET", "headers": {"host": "x"}, "body": None,
            "multiValueHeaders": {"Host": ["127.0.0.1:8000"]}, "queryStringParameters": None, "pathParameters": None,
            "multiValueQueryStringParameters": None, "stageVariables": None, "isBase64Encoded": False,
            "requestContext": {"identity": {"sourceIp": "192.0.2.1"}, "resourcePath": path, "httpMethod": "GET"}}
def cpu(work, times=1):
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times * 1000
start = time.process_time()
"""
OURS = """
import app
found = {"import": (time.process_time() - start) * 1000, "boto3": "boto3" in sys.modules}
import dataclasses
from chalicelib import wiring
from mianzheng.adapters.memory_store import MemoryRecordStore
log = lambda entry: None
services = wiring.cloud_services(dict.fromkeys(wiring.NAMES, "x"), wiring._bundled, b"s" * 32)
services = dataclasses.replace(services, store=MemoryRecordStore(), log=log)
wiring._handler = wiring.cache(lambda: wiring.handler(services))
found["first"] = cpu(lambda: app.app(event("/office/login"), None))
assert app.app(event("/healthz"), None)["statusCode"] == 200
found["warm"] = cpu(lambda: app.app(event("/healthz"), None), 500)
"""
BARE = """
from chalice.app import Chalice
app = Chalice("bare", configure_logs=False)
@app.route("/healthz")
def alive():
    return {"status": "ok"}
found = {"import": (time.process_time() - start) * 1000}
found["first"] = cpu(lambda: app(event("/healthz"), None))
assert app(event("/healthz"), None)["statusCode"] == 200
found["warm"] = cpu(lambda: app(event("/healthz"), None), 500)
"""
NOTE = """\
处理器时间，不算解释器自己的启动；每次冷启动都是新的进程，只看得见解开的压缩包。
boto3 等到第一次用才装（运行环境自带，不在包里）。
没有字节码：压缩包里只有源代码时的冷启动；函数的文件夹不能写，每次都要重新编译，所以包里带着编好的。
第一次请求：清单、模板、路由表都在这时装好；温的请求走存储在内存里的 `/healthz`，对照是空的 Chalice 路由。"""


def main(argv: list[str] | None = None) -> int:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description="测量云上形态")
    parser.add_argument("--zip", type=Path, default=None, metavar="FILE", help="已经打好的压缩包")
    parser.add_argument("--runs", type=int, default=9, help="每样测几次")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        archive = options.zip
        if archive is None:
            subprocess.run([sys.executable, Path(__file__).with_name("bundle.py"), "--out", folder], check=True)
            archive = Path(folder) / "deployment.zip"
        text = _measured(archive, Path(folder) / "unpacked", options.runs)
    print(text)
    record("aws", text)
    return 0


def _measured(archive: Path, folder: Path, runs: int) -> str:
    """The section of the document."""
    with zipfile.ZipFile(archive) as whole:
        whole.extractall(folder)
    say("冷启动和温的请求")
    pairs = [(_run(OURS, folder), _run(BARE, folder)) for _ in range(runs)]
    for cached in folder.rglob("__pycache__"):
        shutil.rmtree(cached)
    say("没有字节码的冷启动")
    uncompiled = [_run(OURS, folder) for _ in range(max(2, runs // 3))]
    names = ("import", "first", "warm")
    ours, bare = ({name: median([pair[n][name] for pair in pairs]) for name in names} for n in (0, 1))
    assert not any(pair[0]["boto3"] for pair in pairs)
    rows = [
        ("冷启动：`import app`", f"**{ours['import']:.0f} ms**", f"{bare['import']:.0f} ms", "≤ 250 ms"),
        ("同上，没有字节码", f"{median([one['import'] for one in uncompiled]):.0f} ms", "", ""),
        ("第一次请求（登录页）", f"{ours['first']:.0f} ms", f"{bare['first']:.1f} ms", ""),
        ("温的请求", f"{ours['warm']:.2f} ms", f"{bare['warm']:.2f} ms", ""),
    ]
    size = f"压缩包 {archive.stat().st_size / 1e6:.1f} MB（目标 ≤ 30 MB）。"
    under = f"各测 {runs} 次取中位数 · {surroundings('chalice', 'werkzeug', 'msgspec')}"
    return "\n\n".join(["## 云上：`make bench-aws`", table(COLUMNS, rows), NOTE, size, under])


def _run(program: str, folder: Path) -> dict[str, float]:
    """What a program says in a fresh interpreter."""
    command = [sys.executable, "-I", "-B", "-c", f"{BEFORE}{program}\nprint(json.dumps(found))", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    sys.exit(main())
