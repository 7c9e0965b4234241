#!/bin/bash
# 备份一台机器：docs/deploy/backup.sh 数据文件夹 备份文件夹 [留几天，默认 30]
#
# 数据库、清单和登记册两个仓库、它们的审核记录。两个密钥文件（keys、secret）不在里面：另外保管，见 docs/deploy.md。
# 先写成 .unfinished，全部写好、演练过恢复才改成正式的名字；出了错就以失败结束，旧的备份一个不少。
set -euo pipefail
data=${1:?用法：backup.sh 数据文件夹 备份文件夹 [留几天]}
target=${2:?用法：backup.sh 数据文件夹 备份文件夹 [留几天]}
keep=${3:-30}
cd "$(dirname "$0")/../.."
python=.venv/bin/python

name=$target/$(TZ=Asia/Shanghai date +%Y-%m-%d-%H%M%S)
rm -rf "$target"/*.unfinished
mkdir -p "$name.unfinished"
"$python" scripts/store.py backup "$name.unfinished/cases.sqlite" --data "$data"
"$python" scripts/store.py drill "$name.unfinished/cases.sqlite" --data "$data"
for repository in forge register; do
    [ -d "$data/$repository.git" ] || continue
    git -C "$data/$repository.git" bundle create --quiet "$(realpath "$name.unfinished")/$repository.bundle" --all
    git bundle verify --quiet "$name.unfinished/$repository.bundle" 2>/dev/null ||
        git -C "$data/$repository.git" bundle verify --quiet "$(realpath "$name.unfinished")/$repository.bundle"
    "$python" - "$data/$repository.reviews.sqlite3" "$name.unfinished/$repository.reviews.sqlite3" <<'PYTHON'
import contextlib, pathlib, sqlite3, sys

source, copy = map(pathlib.Path, sys.argv[1:])
if source.is_file():
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(copy)) as new:
        old.backup(new)
PYTHON
done
[ ! -f "$data/mailboxes.yaml" ] || cp "$data/mailboxes.yaml" "$name.unfinished/"
sync "$name.unfinished"/*
mv "$name.unfinished" "$name"
find "$target" -mindepth 1 -maxdepth 1 -type d -name '20*' -mtime "+$keep" -exec rm -rf {} +
echo "备份好了：$name"
