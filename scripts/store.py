"""Back up, restore and check the store of cases: scripts/store.py backup|restore|drill|check|export|import [FILE].

Exit status: 0 all is well, 1 faults were found, 2 it could not be done.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from mianzheng.adapters import dump_files, sqlite_backup
from mianzheng.adapters.disk_files import FOLDER, DiskFileStore
from mianzheng.adapters.sqlite_store import FILE_NAME, SQLiteRecordStore
from mianzheng.cases.integrity import Integrity, examine
from mianzheng.errors import BadArgument, MianzhengError
from mianzheng.jobs.files import copy_files
from mianzheng.local.stores import the_store
from mianzheng.terminal import progress_line

TASKS = {
    "backup": "备份到新文件（服务可以照常运行）",
    "restore": "恢复：用备份换下数据库（先停掉服务；原文件留在旁边）",
    "drill": "演练恢复，检查，并与正在使用的比较",
    "check": "检查数据库文件和全部事件链",
    "export": "导出全部数据（每行一条 JSON，末行是校验值）",
    "import": "把导出的数据导入空的数据库",
}


def main(argv: list[str] | None = None) -> int:
    """Do one task; see the module's head."""
    parser = argparse.ArgumentParser(description="数据库的备份、恢复、检查和搬家")
    parser.add_argument("task", choices=TASKS, help="；".join(map(" ".join, TASKS.items())))
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="备份或导出文件（check 不用）")
    parser.add_argument("--data", type=Path, default=Path("var"), metavar="DIR", help="动态数据文件夹")
    parser.add_argument("--table", default="", metavar="NAME", help="云上的数据表（check、export、import）")
    options = parser.parse_args(argv)
    try:
        if (options.file is None) != (options.task == "check"):
            raise BadArgument("check 不用写文件，其余都要写一个文件。")
        if options.task not in ("backup", "restore", "drill"):
            done = _moved(options.task, options.data, options.table, options.file)
        elif options.table:
            raise BadArgument("云上的数据表由 DynamoDB 自己备份和恢复，见 docs/deploy/aws.md。")
        else:
            done = _kept(options.task, options.data / FILE_NAME, options.file)
        return done if options.table else max(done, _files(options.task, options.data, options.file))
    except (MianzhengError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _kept(task: str, store_file: Path, file: Path) -> int:
    """Backup, restore, drill: of the file in the data folder."""
    progress = progress_line(TASKS[task][:2])
    if task == "backup":
        return _said(sqlite_backup.back_up(store_file, file, progress))
    if task == "restore":
        restored = sqlite_backup.restore(file, store_file, progress)
        aside = f"原来的文件留在 {restored.aside}" if restored.aside else "原来没有数据库文件。"
        print(*(gap.said for gap in restored.gaps), aside, sep="\n")
        return _said(restored.integrity)
    drill = sqlite_backup.drill(file, store_file, progress)
    if drill.newer_records is not None:
        print(f"备份之后又有新记录 {drill.newer_records} 条、新事件 {drill.newer_events} 个。")
    return _said(drill.integrity)


def _moved(task: str, data: Path, table: str, file: Path) -> int:
    """Check, export, import: of any store."""
    if task != "import" and not table and not (data / FILE_NAME).is_file():
        raise BadArgument(f"没有 {data / FILE_NAME} 这个文件。")
    with the_store(data, table) as store:
        if task == "check":
            return _said(examine(store, progress_line(TASKS[task][:2])), *store.check())
        if task == "export":
            print(f"已导出到 {file}，校验值 {dump_files.write(store.dump(), file)}")
        else:
            print(f"已导入 {dump_files.read(store, file)} 条。")
    return 0


def _files(task: str, data: Path, file: Path | None) -> int:
    """The pictures and PDFs of the cases: they lie beside the backup or export, in a folder of the same name."""
    used, beside = DiskFileStore(data / FOLDER), DiskFileStore(file.with_name(file.name + ".files")) if file else None
    copying = {
        "check": (data / FILE_NAME, used, None),
        "drill": (file, beside, None),
        "backup": (file, used, beside),
        "export": (data / FILE_NAME, used, beside),
    }
    of, source, target = copying.get(task, (data / FILE_NAME, beside, used))
    assert of is not None and source is not None
    with closing(SQLiteRecordStore(of)) as store:
        copied = copy_files(store, source, target)
    if copied.found or copied.missing:
        print(f"照片和文件 {copied.found} 个" + (f"，放在 {file.name}.files" if target is beside and file else ""))
    for name in copied.missing:
        print(f"缺少文件 {name}")
    return 1 if copied.missing else 0


def _said(integrity: Integrity, *faults: str) -> int:
    found = [*faults, *integrity.faults]
    print(f"记录 {integrity.records} 条，事件 {integrity.events} 个，事件链首 {integrity.head}")
    print(*(found or ["没有发现问题。"]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
