"""Changing a catalog folder as a case says: the small language of `tests/checks/*.yaml`.

item: {place: test-boshan, status: active, method: share}    which record: the first by path that fits
service | kind | basis | place | file: …                     other records, by place, name or path
set: {versions.0.method: agency}   drop: [issuing_body]      change its data, then write it canonically if it can be
replace: [old, new]   append: text   text: whole   hex: …    change its text or bytes
copy: new/path.yaml   move: new/path.yaml   delete: true     change where it lies
folder: path.yaml   link: path.yaml                          put something else where a file is expected
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from mianzheng.catalog_files import canonical
from mianzheng.catalog_files.layout import BY_NAME, classify
from mianzheng.model import Leaf, Profile


def alter(folder: Path, change: dict[str, Any]) -> str:
    """Apply one change; returns the path of the file it concerns, relative to the folder."""
    if "folder" in change:
        (folder / change["folder"]).mkdir(parents=True)
        return str(change["folder"])
    if "link" in change:
        target = folder / change["link"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to("/etc/hostname")
        return str(change["link"])
    path = _find(folder, change)
    file = folder / path
    if "set" in change or "drop" in change:
        _write(file, path, _changed(yaml.safe_load(file.read_text("utf-8")), change))
    if "replace" in change:
        old, new = change["replace"]
        text = file.read_text("utf-8")
        assert old in text, f"{old!r} is not in {path}"
        file.write_text(text.replace(old, new, 1), "utf-8", newline="")
    if "append" in change:
        file.write_text(file.read_text("utf-8") + change["append"], "utf-8", newline="")
    if "text" in change:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(change["text"] * change.get("times", 1), "utf-8", newline="")
    if "hex" in change:
        file.write_bytes(bytes.fromhex(change["hex"]))
    for verb in ("copy", "move"):
        if verb in change:
            target = folder / change[verb].format(id=file.stem, shelf=file.parent.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
            if verb == "move":
                file.unlink()
            path = target.relative_to(folder).as_posix()
    if change.get("delete"):
        file.unlink()
    return path


def _find(folder: Path, change: dict[str, Any]) -> str:
    if "file" in change:
        return str(change["file"])
    if "place" in change:
        return f"places/{change['place']}/place.yaml"
    for noun, pattern in (
        ("item", "places/*/items/*/*.yaml"),
        ("service", "places/*/services/*.yaml"),
        ("kind", "kinds/*/*.yaml"),
        ("basis", "legal-bases/*.yaml"),
    ):
        if noun in change:
            for file in sorted(folder.glob(pattern)):
                if _fits(file, folder, change[noun]):
                    return file.relative_to(folder).as_posix()
    raise AssertionError(f"nothing fits {change}")


def _fits(file: Path, folder: Path, wanted: dict[str, Any]) -> bool:
    data = yaml.safe_load(file.read_text("utf-8"))
    parts = file.relative_to(folder).parts
    versions = data.get("versions", [])
    for key, value in wanted.items():
        if key == "place":
            fits = parts[1] == value
        elif key == "method":
            fits = bool(versions) and versions[0]["method"] == value
        elif key == "versions":
            fits = len(versions) == value
        elif key == "reason":
            fits = (data.get("cancelled") or {}).get("reason") == value
        else:
            fits = data.get(key) == value
        if not fits:
            return False
    return True


def _changed(data: Any, change: dict[str, Any]) -> Any:
    for path, value in change.get("set", {}).items():
        node, last = _holder(data, path)
        if isinstance(node, list) and last == len(node):
            node.append(value)
        else:
            node[last] = value
    for path in change.get("drop", []):
        node, last = _holder(data, path)
        del node[last]
    return data


def _holder(data: Any, path: str) -> tuple[Any, Any]:
    parts = [int(p) if p.isdigit() else p for p in path.split(".")]
    for part in parts[:-1]:
        data = data[part] if isinstance(part, int) else data.setdefault(part, {})
    return data, parts[-1]


def _write(file: Path, path: str, data: Any) -> None:
    """Canonical where the model allows it, in the same style where not, so that only the intended fault shows."""
    known = classify(path)
    file_type = known[0] if known else BY_NAME["item"]
    try:
        text = canonical.dump(msgspec.convert(data, file_type.record))
    except msgspec.ValidationError:
        text = canonical.dump_data(data)
    file.write_text(text, "utf-8", newline="")


def with_leaves(profile: Profile, group: str, **leaves: Any) -> Profile:
    """A profile with other values in some leaves of a group, set by the document itself."""
    found = getattr(profile, group)
    values = {name: Leaf(value=value, source=("YY-NTC-1",)) for name, value in leaves.items()}
    return msgspec.structs.replace(profile, **{group: msgspec.structs.replace(found, **values)})
