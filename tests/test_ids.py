"""Permanent ids: their check character tells a mistyped id from an unknown one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mianzheng.model.ids import PREFIXES, check_character, is_valid_id, new_id
from mianzheng.model.values import CROCKFORD

BODIES = st.text(CROCKFORD, min_size=5, max_size=5)


@given(st.sampled_from(sorted(PREFIXES)), BODIES, st.integers(0, 5), st.sampled_from(CROCKFORD))
def test_one_wrong_character_never_gives_a_valid_id(prefix: str, body: str, at: int, wrong: str) -> None:
    right = body + check_character(body)
    assert is_valid_id(f"{prefix}-{right}")
    typo = right[:at] + wrong + right[at + 1 :]
    assert is_valid_id(f"{prefix}-{typo}") is (typo == right)


def test_a_new_id_is_not_one_that_is_taken() -> None:
    letters = iter("00000" + "00001")
    first = f"zm-00000{check_character('00000')}"
    assert new_id("zm", {first}, lambda _: next(letters)) == f"zm-00001{check_character('00001')}"


def test_what_is_no_id_is_no_id() -> None:
    for text in ("", "zm-", "zm-0000", "zm-0000il", "xx-000000", "zm-ABCDEF", "zm_00000f"):
        assert not is_valid_id(text)
