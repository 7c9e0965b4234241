"""What makes a zip of functions good: complete, runnable where it goes, and compiled before it gets there."""

from __future__ import annotations

import ast
import importlib.util
import marshal
import sys
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = ("app", "chalicelib", "mianzheng")
RUNTIME = ("boto3", "botocore")
"""What Lambda brings along."""
ONLY_FOR_TYPES = ("_typeshed",)
UNUSED = (
    "PIL/_avif", "pillow.libs/libavif", "PIL/_imagingft", "pillow.libs/libfreetype", "pillow.libs/libharfbuzz",
    "PIL/_imagingtk", "lxml/objectify", "lxml/isoschematron", "lxml/includes", "stdnum/oui.dat",
)  # fmt: skip
"""Beginnings of names in other people's packages: formats and fonts of pictures, dialects of XML, lists of numbers.
They are six megabytes; we open JPEG and PNG and write .docx."""
_START = ("app", "chalicelib.jobs")
"""Everything is reached from these; the second is loaded when jobs run."""


def finish(archive: Path) -> None:
    """Write a zip anew: without what we never use, with the bytecode of all modules for Python as it runs here.

    Functions unpack to a folder that nothing can be written to, so that each cold start would compile everything anew.
    The bytecode is not checked against the source: both come in one zip.
    """
    fresh = archive.with_suffix(".new")
    with (
        zipfile.ZipFile(archive) as before,
        zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as after,
    ):
        for entry in before.infolist():
            name = entry.filename
            if name.startswith(UNUSED):
                continue
            content = before.read(name)
            after.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
            if name.endswith(".py"):
                after.writestr(_cached(name), _bytecode(name, content))
    fresh.replace(archive)


def _bytecode(name: str, content: bytes) -> bytes:
    """A module compiled; flag 1 means that nobody checks it against its source (PEP 552)."""
    code = compile(content, f"/var/task/{name}", "exec", dont_inherit=True, optimize=0)
    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(content)
    return head + marshal.dumps(code)


def _cached(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder}/__pycache__/".lstrip("/") + f"{file.removesuffix('.py')}.{sys.implementation.cache_tag}.pyc"


class Lack(NamedTuple):
    """Something that an import or a package wants and the zip has not."""

    name: str
    wanted_by: str

    def __str__(self) -> str:
        return f"缺少 {self.name}（{self.wanted_by} 要用）"


def lacking(archive: Path) -> list[Lack]:
    """Modules that ours import, however late, and packages that others declare, and that are not in the zip."""
    with zipfile.ZipFile(archive) as whole:
        names = set(whole.namelist())
        there = {name.split("/")[0].split(".")[0] for name in names} | {*sys.stdlib_module_names, *RUNTIME}
        wanted = {one.name: one for one in _imported(whole, names) if one.name not in (*there, *ONLY_FOR_TYPES)}
        return [*sorted(wanted.values()), *sorted(_required(whole, names))]


def built_here(archive: Path) -> list[str]:
    """Packages whose compiled code was made on this machine: it may not run on Lambda's."""
    with zipfile.ZipFile(archive) as whole:
        wheels = [name for name in whole.namelist() if name.endswith(".dist-info/WHEEL")]
        tags = {name.split(".dist-info")[0]: _headers(whole, name).get_all("Tag", []) for name in wheels}
    return sorted(name for name, found in tags.items() if any("-linux_" in tag for tag in found))


def _imported(whole: zipfile.ZipFile, names: set[str]) -> Iterator[Lack]:
    """The top of everything that our modules import, from the start on; what nothing reaches does not count."""
    seen, left = set[str](), list(_START)
    while left:
        module = left.pop()
        path = next((p for p in _places(module) if p in names), None)
        if module in seen or path is None:
            continue
        seen.add(module)
        left.append(module.rpartition(".")[0])
        for name in _imports(ast.parse(whole.read(path))):
            top = name.split(".")[0]
            if top in OURS:
                left.append(name)
            else:
                yield Lack(top, path)


def _places(module: str) -> tuple[str, str]:
    return f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/__init__.py"


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _required(whole: zipfile.ZipFile, names: set[str]) -> Iterator[Lack]:
    """What packages in the zip declare to need."""
    described = {name: _headers(whole, name) for name in names if name.endswith(".dist-info/METADATA")}
    there = {canonicalize_name(told["Name"]) for told in described.values()}
    for told in described.values():
        for need in map(Requirement, told.get_all("Requires-Dist", [])):
            name = canonicalize_name(need.name)
            if name not in (*there, *RUNTIME) and (need.marker is None or need.marker.evaluate({"extra": ""})):
                yield Lack(name, told["Name"])


def _headers(whole: zipfile.ZipFile, name: str) -> Any:
    return message_from_bytes(whole.read(name))
