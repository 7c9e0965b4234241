"""Make the bundle of the cloud functions: build/bundle/deployment.zip, and template.yaml beside it.

    scripts/bundle.py [--catalog DIR] [--out build/bundle]

Needs no AWS account. Exit status: 0 done, 1 the catalog has errors or packaging failed, 2 unusable arguments.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import msgspec

from mianzheng.bundles import built_here, finish, lacking
from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.errors import MianzhengError
from mianzheng.model import has_errors

PROJECT = Path(__file__).resolve().parent.parent
FUNCTIONS = PROJECT / "functions"
LARGEST = 30_000_000
"""Bytes of the zip."""
NEEDED = (
    "app.py", "chalicelib/wiring.py", "chalicelib/catalog.json", "chalicelib/catalog.zip", "mianzheng/__init__.py",
    "werkzeug/__init__.py",
)  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Write the catalog's file, package, look at what came out."""
    options = _parser().parse_args(argv)
    try:
        loaded = load(FolderSource(options.catalog))
    except MianzhengError as error:
        print(error, file=sys.stderr)
        return 2
    if has_errors(loaded.findings):
        print("清单有错误，没有打包；请先运行 make check。", file=sys.stderr)
        return 1
    archive = options.out.resolve() / "deployment.zip"
    with tempfile.TemporaryDirectory() as folder:
        staged = _staged(Path(folder) / "functions", loaded)
        lacks = ["原因见上"]
        if _packaged(staged, archive.parent):
            finish(archive)
            lacks = _lacks(archive)
    if lacks:
        print(f"打包失败：{'；'.join(lacks)}", file=sys.stderr)
        return 1
    (archive.parent / "sam.yaml").replace(archive.parent / "template.yaml")
    print(f"{archive}（{archive.stat().st_size / 1e6:.1f} MB）和旁边的 template.yaml 已写好")
    return 0


def _staged(folder: Path, loaded: Loaded) -> Path:
    """All that goes in, in a folder of its own: Chalice packs whatever lies about, this machine's bytecode too."""
    without = shutil.ignore_patterns("__pycache__", "deployments")
    shutil.copytree(FUNCTIONS, folder, ignore=without)
    (folder / "chalicelib" / "catalog.json").write_bytes(msgspec.json.encode(loaded.catalog))
    # 原样的文件：任务按提交读清单时，没有变的就不用再从 GitHub 取
    with zipfile.ZipFile(folder / "chalicelib" / "catalog.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in loaded.source.contents(sorted(loaded.readings)):
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return folder


def _packaged(functions: Path, out: Path) -> bool:
    """Run Chalice; it wants a region, whichever: the template fits all of them."""
    chalice = Path(sys.executable).with_name("chalice")
    options = ["--stage", "live", "--template-format", "yaml", "--merge-template", "resources.yaml"]
    environment = {"AWS_DEFAULT_REGION": "cn-north-1", **os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([chalice, "package", *options, out], cwd=functions, env=environment).returncode == 0


def _lacks(archive: Path) -> list[str]:
    """What is wrong with a zip; Chalice leaves out what it does not find, and says nothing."""
    names = set(zipfile.ZipFile(archive).namelist())
    lacks = [f"缺少 {name}" for name in NEEDED if name not in names]
    lacks += map(str, lacking(archive))
    lacks += [f"{name} 是在这台机器上现编的，Lambda 上打不开：换一个有 wheel 的版本" for name in built_here(archive)]
    lacks += ["多了 boto3，运行环境自带"] if "boto3/__init__.py" in names else []
    return lacks + ([f"超过 {LARGEST / 1e6:.0f} MB"] if archive.stat().st_size > LARGEST else [])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="打出云函数的压缩包和模板")
    parser.add_argument("--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="清单文件夹")
    parser.add_argument("--out", type=Path, default=PROJECT / "build" / "bundle", metavar="DIR", help="写到哪里")
    return parser


if __name__ == "__main__":
    sys.exit(main())
