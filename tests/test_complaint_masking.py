"""Numbers of persons are masked in what people write."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from mianzheng.complaints.masking import masked

BODY = "37032319900101123"
IDENTITY = BODY + mod_11_2.calc_check_digit(BODY)
CARD = "622202123456789012" + luhn.calc_check_digit("622202123456789012")
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"我的号码是{IDENTITY}。", "我的号码是【身份证号码已遮住】。"),
        (f"{IDENTITY[:6]} {IDENTITY[6:14]}－{IDENTITY[14:]}", "【身份证号码已遮住】"),
        (IDENTITY.translate(WIDE), "【身份证号码已遮住】"),
        (f"x{IDENTITY}9", "x【身份证号码已遮住】9"),
        ("老证370323900101123", "老证【身份证号码已遮住】"),
        ("打13800138000找我", "打【手机号码已遮住】找我"),
        ("１３８ ００１３ ８０００", "【手机号码已遮住】"),
        ("138\u200b0013\u200b8000", "【手机号码已遮住】"),
        ("第一13800138000", "第一【手机号码已遮住】"),
        ("幺三八零零幺三八零零零", "【手机号码已遮住】"),
        ("20250925 13800138000", "20250925 【手机号码已遮住】"),
        ("0533-3241234转8", "【固定电话号码已遮住】转8"),
        ("办公电话：3241234", "办公电话：【固定电话号码已遮住】"),
        (f"卡号{CARD}", "卡号【银行卡号已遮住】"),
        (f"13800138000{IDENTITY}", "【一长串数字已遮住】"),
        ("2025-09-25 10:00到2025-09-26", "2025-09-25 10:00到2025-09-26"),
        ("编号TS-2026-0001，1,000,000元", "编号TS-2026-0001，1,000,000元"),
        ("文号11370323004222", "文号11370323004222"),
        ("", ""),
    ],
)
def test_numbers_of_persons_are_masked_and_other_numbers_stay(text: str, shown: str) -> None:
    assert masked(text).text == shown


def test_what_was_found_is_said_in_chinese() -> None:
    both = masked(f"{IDENTITY}，13800138000，13900139000")
    assert both.sentence == "1个身份证号码、2个手机号码"
    assert masked("没有号码").sentence == ""


_NOISE = st.text(st.sampled_from("0123456789Xx０１９Ｘ一九〇 -－.()，我ab\n\u200b"), max_size=40)
_NARROW = str.maketrans("０１９Ｘ", "019X")
_BETWEEN = re.compile(r"[\s\-－.()\u200b]")
_EIGHTEEN = re.compile("(?=([0-9]{17}[0-9X]))")


@given(
    before=_NOISE,
    body=st.text("0123456789", min_size=17, max_size=17),
    gap=st.sampled_from(["", " ", "-", "\u3000", "\u200b"]),
    after=_NOISE,
)
@example("", BODY, "", "")
@example("1", BODY, " ", "9")
def test_masking_never_leaves_a_valid_identity_number(before: str, body: str, gap: str, after: str) -> None:
    number = body + mod_11_2.calc_check_digit(body)
    left = masked(f"{before}，{gap.join(number)}，{after}").text.translate(_NARROW).upper()
    assert number not in _BETWEEN.sub("", left)
    assert not [found[1] for found in _EIGHTEEN.finditer(left) if mod_11_2.is_valid(found[1])]


@given(_NOISE)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = masked(text).text
    assert masked(once).text == once


@pytest.mark.parametrize(
    "text", ["1" * 10**6, ("3" * 19 + "x") * 50_000, "138001380 " * 100_000, "0533-" * 200_000, "一" * 10**6]
)
def test_a34_a_megabyte_meant_to_stall_the_search_is_gone_through(text: str) -> None:
    assert len(masked(text).text) <= len(text)
