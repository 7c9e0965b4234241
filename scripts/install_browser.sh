#!/usr/bin/env bash
# 浏览器测试要用 Chromium 和一套中文字体。缺了就装：只在 Debian、Ubuntu 上，并且是 root（或 CI 里能免密 sudo）。
# 装不了也不算失败：说清缺什么，浏览器测试随后带着原因跳过（CI=true 时不通过）。
set -euo pipefail

missing() {
    command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null || echo chromium
    [ -n "$(fc-list :lang=zh family 2>/dev/null)" ] || echo fonts-noto-cjk
}
say() { printf '【浏览器】%s\n' "$*"; }

packages=$(missing | xargs)
if [ -z "$packages" ]; then exit 0; fi

as_root=
if [ "$(id -u)" != 0 ] && [ "${CI:-}" = true ] && sudo -n true 2>/dev/null; then as_root='sudo -n'; fi
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || [ -n "$as_root" ]; }; then
    say "安装 $packages（只有第一次需要，约一两分钟）"
    log=$(mktemp)
    # shellcheck disable=SC2086  # 两个变量都是要拆开的单词
    { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends $packages fontconfig; } >"$log" 2>&1 || tail -n 3 "$log"
    rm -f "$log"
    packages=$(missing | xargs)
fi
if [ -n "$packages" ]; then
    say "缺 $packages，浏览器测试会跳过；请安装（Debian：apt install chromium fonts-noto-cjk；Ubuntu 可装 Google Chrome）。"
fi
