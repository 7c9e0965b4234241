"""Receipts: one value, two spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mianzheng.complaints import receipts

SECRET = b"k" * 32


@given(st.text(max_size=60))
def test_both_spellings_of_any_draft_lead_back_to_the_same_value(nonce: str) -> None:
    value = receipts.receipt(SECRET, nonce)
    spelled = receipts.spelled(value)
    assert receipts.read(spelled.letters) == value == receipts.read(spelled.characters)
    assert receipts.UNWANTED.isdisjoint(spelled.characters)


def test_the_spellings_are_grouped_for_reading_aloud() -> None:
    spelled = receipts.spelled(receipts.receipt(SECRET, "n-1"))
    assert [len(group) for group in spelled.letters.split("-")] == [5, 5, 5, 5, 6]
    assert [len(group) for group in spelled.characters.split(" ")] == [4, 4, 4]


def test_the_same_draft_has_the_same_receipt_and_another_secret_another_one() -> None:
    assert receipts.receipt(SECRET, "n-1") == receipts.receipt(SECRET, "n-1")
    assert len({receipts.receipt(SECRET, f"n-{n}") for n in range(200)}) == 200
    assert receipts.receipt(SECRET, "n-1") != receipts.receipt(b"other", "n-1")


def test_a_code_is_read_however_it_was_typed() -> None:
    value = bytes.fromhex("00000000000000000000000000000421")
    letters = receipts.spelled(value).letters
    assert letters.endswith("00111")
    for typed in (
        letters.lower(),
        letters.replace("-", " "),
        letters.replace("0", "O").replace("1", "l"),
        letters.translate(str.maketrans("01", "０１")),
        f" {letters}。",
    ):
        assert receipts.read(typed) == value


@pytest.mark.parametrize("typed", ["", "abc", "的" * 12, "龘" * 12, "Z" * 26, "U" * 26, "0" * 25, "<script>" * 3])
def test_what_is_no_code_is_nothing(typed: str) -> None:
    assert receipts.read(typed) is None


def test_one_wrong_character_is_noticed_nearly_always() -> None:
    characters = receipts.spelled(receipts.receipt(SECRET, "n-1")).characters.replace(" ", "")
    wrong = sum(
        receipts.read(word + characters[1:]) is None for word in "的一是在不了有和人这中大为上个国我以要他时来用们"
    )
    assert wrong >= 18


def test_the_digest_is_stable_and_hides_the_code() -> None:
    value = receipts.receipt(SECRET, "n-1")
    name = receipts.digest(SECRET, value)
    assert name == receipts.digest(SECRET, value)
    assert name.startswith("receipt:") and value.hex() not in name
    assert name != receipts.digest(b"other", value)
