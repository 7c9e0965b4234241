"""Words of users in pull requests: what they try, and what stands there instead (A13, A16)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mianzheng.adapters.forge.text import CUT, capped, inert, plain

CASES = [
    ("请交证明。", "请交证明。", "请交证明。"),
    ("@everyone", "＠everyone", "＠everyone"),
    ("Closes #1", "Closes ＃1", "Closes ＃1"),
    ("fixes GH-12", "fixes GH－12", "fixes GH－12"),
    ("county/list#3", "county/list＃3", "county\\/list＃3"),
    ("Closes https://github.com/a/b/issues/1", "Closes https：//github.com/a/b/issues/1", None),
    ("www.evil.example", "www．evil.example", "www．evil\\.example"),
    ("a@b.cn", "a＠b.cn", "a＠b\\.cn"),
    ("[点这里](javascript:x)", "[点这里](javascript:x)", "\\[点这里\\]\\(javascript\\:x\\)"),
    ("![](//evil/beacon.png)", "![](//evil/beacon.png)", None),
    ("<img src=x onerror=y>", "<img src=x onerror=y>", "\\<img src\\=x onerror\\=y\\>"),
    ("<!-- mianzheng:report -->", "<!-- mianzheng:report -->", None),
    ("```\ncode\n```", "``` code ```", "\\`\\`\\`\ncode\n\\`\\`\\`"),
    ("# 标题\n- 项", "＃ 标题 - 项", "＃ 标题\n\\- 项"),
    ("&#64;all", "&＃64;all", "\\&＃64\\;all"),
    ("\u202e反\u2066向\u200b隐\ufeff藏\x07", "反向隐藏", "反向隐藏"),
    ("一行\r\n两行\u2028三行", "一行 两行 三行", "一行\n两行 三行"),
    ("    缩进", "缩进", "缩进"),
]


@pytest.mark.parametrize(("text", "title", "markdown"), CASES, ids=[repr(text) for text, *_ in CASES])
def test_a13_what_users_write_does_nothing(text: str, title: str, markdown: str | None) -> None:
    assert plain(text, 1000) == title
    assert markdown is None or inert(text, 1000) == markdown


def _shown(markdown: str) -> tuple[str, set[str]]:
    """The words that a renderer shows, and the elements it makes."""
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    elements = set(re.findall(r"<([a-z0-9!/-]+)", html)) - {"p", "/p"}
    words = re.sub(r"<[^>]*>", "", html)
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        words = words.replace(entity, letter)
    return words.strip(), elements


@given(st.text(alphabet=st.sampled_from("ab12 \n\\`*_{}[]()<>#+-.!|~&$^=:@/;'\"%,?wGH证"), max_size=60))
def test_a13_whatever_is_written_shows_as_text_and_makes_no_element(text: str) -> None:
    words, elements = _shown(inert(text, 1000))
    assert elements == set()
    lines = [" ".join(line.split()) for line in words.split("\n")]
    assert " ".join(" ".join(lines).split()) == plain(text, 1000)
    assert not re.search(r"[@#]|://", words)


def test_a13_a_megabyte_is_cut() -> None:
    assert inert("长" * 1_000_000, 500) == "长" * (500 - len(CUT)) + CUT
    assert len(plain("@" * 1_000_000, 250)) == 250
    assert capped("短", 5) == "短"
