"""What an installation needs before anybody can log in, and now and then afterwards.

    scripts/administer.py admin --place ID --login NAME [--label TEXT] [--catalog DIR] [--data DIR | --table NAME]
    scripts/administer.py new-key [--data DIR]
    scripts/administer.py rewrap FILE NEW --from KEYS --to KEYS

`admin` makes an administrator's account and prints its first password once; all other accounts are made in the
workbench. `new-key`: from now on personal data is sealed under a new master key (the earlier ones go on opening).
`rewrap`: puts the data keys of an export (`scripts/store.py export`) under another master key, into a new file; KEYS is
a key file, or the ARN of a key in KMS. So cases move to AWS and back, or an old master key goes out of use.
Exit status: 0 done, 1 it does not fit (the message says why), 2 unusable arguments.
"""

from __future__ import annotations

import argparse
import datetime
import secrets
import sys
from pathlib import Path

from mianzheng.accounts import NewAccount, found_account
from mianzheng.adapters import dump_files, dump_lines
from mianzheng.adapters.local_keys import add_master_key
from mianzheng.adapters.rewrapping import master_key, rewrapped
from mianzheng.cases.actors import AT_WORK
from mianzheng.cases.steps import Step
from mianzheng.catalog_files.loading import load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.errors import GuardFailed, MianzhengError
from mianzheng.local.clocks_and_ids import new_id
from mianzheng.local.stores import the_store
from mianzheng.web.passwords import hashed

PROJECT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Do one task; see the module's head."""
    options = _parser().parse_args(argv)
    try:
        if options.task == "new-key":
            add_master_key(options.data / "keys")
            print(f"新的主密钥已加进 {options.data / 'keys'}：请马上另外备份这个文件，再重启服务。")
            return 0
        print(_rewrap(options) if options.task == "rewrap" else _admin(options))
    except GuardFailed as error:
        print(*error.problems.values(), sep="\n", file=sys.stderr)
        return 1
    except (MianzhengError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _admin(options: argparse.Namespace) -> str:
    """Make the account; what to tell whoever gets it. Raises GuardFailed, AlreadyExists, Unavailable, BadArgument."""
    catalog = load(FolderSource(options.catalog)).catalog
    label = options.label or "管理员"
    wanted = NewAccount(login=options.login, label=label, role="admin", place=options.place)
    given = {"login": wanted.login, "role": wanted.role, "place": wanted.place, "label": label}
    password = secrets.token_urlsafe(12)
    step = Step("create", AT_WORK, datetime.datetime.now(datetime.UTC), given)
    change = found_account(wanted, hashed(password), new_id("ac"), step, catalog)
    with the_store(options.data, options.table) as store:
        store.commit(change)
    return f"账号 {wanted.login} 已建好，第一个密码（只显示这一次，登录后请马上改）：{password}"


def _rewrap(options: argparse.Namespace) -> str:
    """Write the export anew; what to do next. Raises BadArgument, AlreadyExists, Unavailable, Rejected, OSError."""
    source, target = master_key(options.source), master_key(options.target)
    with options.file.open("rb") as lines:
        anew = dump_lines.written(rewrapped(dump_lines.read(lines), source, target))
        digest = dump_files.write(anew, options.new)
    return f"改包好了：{options.new}，校验值 {digest}。导入空的库以后，用新的主密钥打开一件试试，再处理旧的。"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="建第一个管理员账号；换主密钥")
    tasks = parser.add_subparsers(dest="task", required=True)
    admin = tasks.add_parser("admin", help="建管理员账号")
    admin.add_argument("--place", required=True, metavar="ID", help="地区编号")
    admin.add_argument("--login", required=True, metavar="NAME", help="账号名，例如 mouxian.admin")
    admin.add_argument("--label", default="", metavar="TEXT", help="显示的名称（默认“管理员”）")
    admin.add_argument("--catalog", type=Path, default=PROJECT / "catalog", metavar="DIR", help="清单文件夹")
    admin.add_argument("--table", default="", metavar="NAME", help="云上的数据表；不写就用 --data 里的数据库")
    key = tasks.add_parser("new-key", help="以后用新的主密钥（只在一台机器上；云上由 KMS 自己轮换）")
    rewrap = tasks.add_parser("rewrap", help="把导出文件里的数据密钥改用另一把主密钥包")
    rewrap.add_argument("file", type=Path, metavar="FILE", help="导出文件（scripts/store.py export）")
    rewrap.add_argument("new", type=Path, metavar="NEW", help="写到哪个新文件")
    rewrap.add_argument(
        "--from", dest="source", required=True, metavar="KEYS", help="现在的：密钥文件，或者 KMS 的 ARN"
    )
    rewrap.add_argument("--to", dest="target", required=True, metavar="KEYS", help="以后的密钥文件或者 ARN")
    for one in (admin, key):
        one.add_argument("--data", type=Path, default=PROJECT / "var", metavar="DIR", help="动态数据文件夹")
    return parser


if __name__ == "__main__":
    sys.exit(main())
