#!/usr/bin/env bash
# 把运行环境装进 .venv/：scripts/setup.sh serve|test（由 Makefile 调用）。
#
# 装好一份锁定清单就写下 .venv/.serve 或 .venv/.test，内容是清单的指纹：一致就什么也不做，
# 不一致就重新同步。.venv/.origin 记着目录和 Python 版本，搬动过、换过 Python 就从头再装。
# 安装途中立有 .venv/.unfinished，中断后它还在，下次也从头再装。
# 只装带校验和的 wheel，不运行任何软件包的安装脚本。
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=${1:?用法：scripts/setup.sh serve|test}
python=${PYTHON:-python3}

say() { printf '【环境】%s\n' "$*"; }
fail() { printf '【环境】%s\n' "$*" >&2; exit 1; }
origin() { pwd -P && .venv/bin/python -VV 2>/dev/null; }
healthy() { [ ! -e .venv/.unfinished ] && [ "$(origin)" = "$(cat .venv/.origin 2>/dev/null)" ]; }
locks() { echo "locks/$1.txt"; if [ "$1" = test ]; then echo locks/stand-in.txt; fi; }
# shellcheck disable=SC2046
fingerprint() { cat scripts/setup.sh locks/bootstrap.txt $(locks "$1") | git hash-object --stdin; }
current() { [ -f ".venv/.$1" ] && [ "$(cat ".venv/.$1")" = "$(fingerprint "$1")" ]; }

command -v git >/dev/null || fail '找不到 git，请先安装（Debian、Ubuntu：apt install git）。'
# 两个 make 同时跑时，后来的等先来的装完
if command -v flock >/dev/null; then exec 9<scripts/setup.sh; flock 9; fi

if healthy && current "$wanted"; then exit 0; fi

command -v "$python" >/dev/null ||
    fail "找不到 $python，请先安装 Python 3.11 或更新的版本（Debian、Ubuntu：apt install python3 python3-venv）。"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "需要 Python 3.11 或更新的版本，现在是 $("$python" -V)；可用 make PYTHON=python3.12 … 指定另一个。"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "$python 缺少 venv 模块，请先安装（Debian、Ubuntu：apt install python3-venv）。"

# 装过测试清单的环境继续按测试清单同步：它包含服务清单
if healthy && [ -f .venv/.test ]; then wanted=test; fi

if ! healthy; then
    if [ -e .venv ]; then say '上次没有装完，或环境已损坏、搬动过：清空 .venv 重来'; rm -rf .venv; fi
    say "第 1 步，共 3 步：建立 .venv（$("$python" -V)）"
    mkdir .venv && touch .venv/.unfinished
    "$python" -m venv .venv
    origin > .venv/.origin
fi
touch .venv/.unfinished
rm -f .venv/.serve .venv/.test

# 用户给 pip 配好的镜像和证书，uv 也照用；文件的校验和以 locks/ 为准
pip_setting() { .venv/bin/python -m pip config get "$1" 2>/dev/null || true; }
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    mirror=${PIP_INDEX_URL:-$(pip_setting global.index-url)}
    if [ -n "$mirror" ]; then export UV_DEFAULT_INDEX=$mirror; fi
fi
if [ -z "${SSL_CERT_FILE:-}" ]; then
    certificate=${PIP_CERT:-$(pip_setting global.cert)}
    if [ -n "$certificate" ]; then export SSL_CERT_FILE=$certificate; fi
fi
quiet=--quiet
if [ -t 2 ]; then quiet=--color=auto; fi

uv=.venv/uv/bin/uv
if [ "$($uv --version 2>/dev/null | cut -d' ' -f2)" != "$(sed -n 's/^uv==\([^ ]*\).*/\1/p' locks/bootstrap.txt)" ]; then
    say '第 2 步，共 3 步：取安装工具 uv'
    rm -rf .venv/uv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes --requirement locks/bootstrap.txt --target .venv/uv
fi

say "第 3 步，共 3 步：按 locks/$wanted.txt 安装约 $(grep -c '^[a-z].*==' "locks/$wanted.txt") 个软件包（第一次要下载，约一两分钟）"
$uv pip sync $quiet --python .venv/bin/python --require-hashes --no-build "locks/$wanted.txt"
# 云上替身钉住自己的 botocore，另装一处；测试在 127.0.0.1 上启动它
if [ "$wanted" = test ]; then
    $uv venv $quiet --clear --python .venv/bin/python .venv/stand-in
    $uv pip sync $quiet --python .venv/stand-in/bin/python --require-hashes --no-build locks/stand-in.txt
fi
# 相对路径：包就地可用，改了源码不必重装
site_packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo ../../../../src > "$site_packages/mianzheng.pth"

rm .venv/.unfinished
fingerprint serve > .venv/.serve
if [ "$wanted" = test ]; then fingerprint test > .venv/.test; fi
say '就绪'
