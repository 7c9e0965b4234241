"""The first start: the catalog folder becomes the first commit of the local forge's repository."""

from __future__ import annotations

import datetime
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mianzheng.adapters.forge.git_branches import GitBranches
from mianzheng.adapters.forge.paths import FILE, FOLDER, MAIN
from mianzheng.adapters.forge.signing import Bot, Signature, seconds
from mianzheng.errors import CatalogNotFound

if TYPE_CHECKING:
    from dulwich.objects import ObjectID, ShaFile, Tree


def founded(catalog: Path, repository: Path, at: datetime.datetime, *, bot: Bot | None = None) -> bool:
    """Make the bare repository from a catalog folder, with or without git around it; False when it is there already.

    It appears whole or not at all, also when several processes start at once. Links and hidden files stay out. Raises
    CatalogNotFound.
    """
    if repository.exists():
        return False
    if not catalog.is_dir():
        raise CatalogNotFound(f"找不到清单文件夹：{catalog}")
    repository.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{repository.name}-", dir=repository.parent))
    try:
        _fill(beside, catalog, at, bot or Bot())
        beside.rename(repository)
    except OSError:
        if not repository.exists():
            raise
        return False  # another process was faster
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return True


def _fill(path: Path, catalog: Path, at: datetime.datetime, bot: Bot) -> None:
    from dulwich.repo import Repo

    with Repo.init_bare(str(path), default_branch=MAIN.encode()) as repo:
        git = GitBranches(repo, path, catalog.name, bot)
        objects: list[tuple[ShaFile, str | None]] = []
        folder = _tree(catalog, objects)
        root = _made_tree([(catalog.name, FOLDER, folder)], objects)
        repo.object_store.add_objects(objects)
        first = git.write(root.id.decode(), [], Signature(bot.name, seconds(at), "清单仓库建立时的内容\n"))
        git.create(MAIN, first)


def _tree(folder: Path, objects: list[tuple[ShaFile, str | None]]) -> ObjectID:
    from dulwich.objects import Blob

    entries = []
    for name in _names(folder):
        if name.is_dir():
            entries.append((name.name, FOLDER, _tree(name, objects)))
        else:
            blob = Blob.from_string(name.read_bytes())
            objects.append((blob, None))
            entries.append((name.name, FILE, blob.id))
    return _made_tree(entries, objects).id


def _names(folder: Path) -> Iterator[Path]:
    for name in sorted(folder.iterdir()):
        mode = name.lstat().st_mode
        if not name.name.startswith(".") and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            yield name


def _made_tree(entries: list[tuple[str, int, ObjectID]], objects: list[tuple[ShaFile, str | None]]) -> Tree:
    from dulwich.objects import Tree

    tree = Tree()
    for name, mode, blob in entries:
        tree[name.encode()] = (mode, blob)
    objects.append((tree, None))
    return tree
