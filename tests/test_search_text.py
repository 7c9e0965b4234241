"""How text becomes terms and shards: Python and JavaScript do the same, held by the same vectors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mianzheng.site.search.documents import likeness
from mianzheng.site.search.everyday import office_names
from mianzheng.site.search.sounds import character_table, initials, pairs, syllables
from mianzheng.site.search.text import fold, grams, key, shard_of
from tests.conftest import ROOT
from tests.javascript import run

VECTORS = json.loads((ROOT / "tests" / "data" / "search" / "vectors.json").read_text("utf-8"))
WORK = """async (engine, load, texts) => texts.map((text) => ({
  fold: engine.fold(text), key: engine.key(text), grams: engine.grams(engine.key(text)),
  shards: [1, 7, 64, 1000].map((count) => engine.shardOf(engine.key(text), count)), likeness: engine.likeness(text)
}))"""


def worked(text: str) -> dict[str, Any]:
    return {
        "fold": fold(text),
        "key": key(text),
        "grams": grams(key(text)),
        "shards": [shard_of(key(text), count) for count in (1, 7, 64, 1000)],
        "likeness": likeness(text),
    }


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: repr(vector["text"])[:40])
def test_python_keeps_to_the_vectors(vector: dict[str, Any]) -> None:
    assert {"text": vector["text"], **worked(vector["text"])} == vector


def test_javascript_keeps_to_the_vectors() -> None:
    expected = [{name: value for name, value in vector.items() if name != "text"} for vector in VECTORS]
    assert run(WORK, [vector["text"] for vector in VECTORS]) == expected


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cn")))
        | st.text("申请证明（无）ＡＢ１２ \t登记犬㐀〇éß", min_size=2),
        min_size=30,
        max_size=60,
    )
)
def test_both_sides_agree_on_any_text(texts: list[str]) -> None:
    assert run(WORK, texts) == [worked(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("银行流水", "yin hang liu shui"),
        ("机动车行驶证", "ji dong che xing shi zheng"),
        ("重庆", "chong qing"),
        ("校长", "xiao zhang"),
        ("长期居住", "chang qi ju zhu"),
        ("15位升18位", "1 5 wei sheng 1 8 wei"),
    ],
)
def test_characters_with_several_readings_are_read_as_the_phrase_is(text: str, read: str) -> None:
    assert " ".join(syllables(text)) == read


def test_both_readings_find_a_character_that_is_easily_misread() -> None:
    assert pairs("还款") == ["hai kuan", "huan kuan"]
    assert pairs("户口") == ["hu kou"]


def test_initials_grow_from_two_letters_to_all() -> None:
    assert initials("婚姻状况") == ["!hy", "!hyz", "!hyzk"]


def test_the_table_of_characters_simplifies_what_the_index_has_and_reads_the_rest() -> None:
    table = dict(character_table("证关系"))
    assert table["證"] == "证zheng"
    assert table["關"].startswith("关guan")
    assert table["係"].startswith("系xi")
    assert table["蜀"] == "shu"
    assert "龜" not in table, "its simple form is not in the index"


@pytest.mark.parametrize(
    ("letters", "read"),
    [
        ("wufanzuijilu", [5, "wu fan", "fan zui", "zui ji", "ji lu"]),
        ("hunyin", [2, "hun yin"]),
        ("zhengming", [2, "zheng ming"]),
        ("fangan", [2, "fan gan", "fang an"]),
        ("jineng", [2, "ji neng", "jin eng"]),
        ("biangeng", [2, "bian geng", "bi an", "an geng", "bi ang", "ang eng"]),
        ("shouruzh", [2, "shou ru"]),
        ("xian", [1, "xi an"]),
        ("qsgxzm", [0]),
    ],
)
def test_pinyin_without_spaces_falls_into_syllables_in_every_way_it_can(letters: str, read: list[Any]) -> None:
    found = run("async (engine, load, letters) => engine.syllables(letters)", letters)
    assert [found["length"], *sorted({term for terms in found["pairs"] for term in terms}, key=read.index)] == read


@pytest.mark.parametrize(
    ("office", "said", "not_said"),
    [
        ("示例县民政局", "婚姻登记处", ""),
        ("示例县人民政府办公室", "", "民政局"),
        ("示例县民政局驻示例镇人民政府窗口", "婚姻登记处", ""),
        ("示例镇人民政府", "镇政府", "民政局"),
        ("示例县特殊教育学校", "学校", "教育局"),
        ("示例县教育和体育局", "教体局", "学校"),
        ("示例司法鉴定中心", "", "司法局"),
    ],
)
def test_an_office_is_not_taken_for_one_whose_name_stands_within_its_own(office: str, said: str, not_said: str) -> None:
    names = office_names(office)
    assert (not said or said in names) and (not not_said or not_said not in names)
