"""Pages of items: the answer word, what each place's rules add, what held before."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from lxml import html as lxml_html

from mianzheng.catalog_files.loading import Loaded
from mianzheng.site.setting import Setting
from mianzheng.views.atlas import draw
from mianzheng.views.items import facts
from tests.alterations import alter
from tests.sites import build, item_pages, page_of, text_of

carries = pytest.mark.carries


class TestItems:
    @carries("site", "BS-PL-2-2b", where="mianzheng.views.items:item_values")
    @pytest.mark.parametrize(
        ("place", "method", "word"),
        [
            ("test-boshan", "数据共享", "不用交证明"),
            ("test-boshan", "告知承诺", "不用交证明·签承诺书"),
            ("test-boshan", "部门核验", "不用交证明"),
            ("test-boshan", "干部代办", "不用交证明·单位帮您取"),
            ("test-qingshen", "容缺受理", "可以先办后补"),
            ("test-qingshen", "先办后验", "可以先办后补"),
            ("test-wuhai", "数据调用", "不用带证照"),
        ],
    )
    def test_the_answer_word_follows_from_the_method(self, place: str, method: str, word: str, built: Path) -> None:
        page = page_of(built, place, f"免交方式{method}")
        tree = lxml_html.fromstring(page.read_bytes())
        assert tree.find_class("answer__word")[0].text_content().strip() == word

    def test_what_is_still_needed_excluded_or_cancelled_says_so(self, built: Path) -> None:
        words = set()
        for page in item_pages(built):
            words.add(lxml_html.fromstring(page.read_bytes()).find_class("answer__word")[0].text_content().strip())
        assert {"还要交证明", "已取消·不要再开"} <= words

    @carries("site", "WH-N-2b", where="mianzheng.views.method_facts:method_facts")
    def test_what_happens_when_the_method_fails_is_the_places_own_rule(self, built: Path) -> None:
        """S-SITE-05."""
        wuhai = text_of(page_of(built, "test-wuhai", "数据调用"))
        assert "两个系统都用不了的，仍由您提供材料" in wuhai
        yiyuan = text_of(page_of(built, "test-yiyuan", "数据共享"))
        assert "不用您交。您自己愿意交的，窗口不能拒收" in yiyuan
        assert "仍由您提供" not in yiyuan

    @carries("site", "FX-2-2-3", where="catalog/profiles/fangxian.yaml#methods.labels_zh")
    def test_each_place_uses_its_own_words_for_the_methods(self, built: Path) -> None:
        """S-SITE-03."""
        boshan, fangxian = text_of(built / "test-boshan/index.html"), text_of(built / "test-fangxian/index.html")
        assert all(label in boshan for label in ("数据共享", "告知承诺", "部门核验", "干部代办"))
        assert all(label in fangxian for label in ("告知承诺", "数据共享", "部门代办"))
        assert "部门核验" not in fangxian
        assert "干部代办" not in fangxian

    def test_a_cancelled_item_goes_on_answering_with_reason_and_proposal(self, setting: Setting) -> None:
        """S-CAT-08 (page)."""
        change = {"item": {"place": "test-yiyuan", "reason": "X1_law"}, "set": {"cancelled.proposal": "TZ-2024-001"}}
        path = alter(setting.catalog, change)
        site = build(setting, day="2024-05-06")
        page = text_of(site / f"test-yiyuan/items/{Path(path).stem}/index.html")
        assert "从2024年4月28日起取消" in page
        assert "TZ-2024-001" in page
        assert "拿到外地去用的，本地单位应当给您开" in page
        label = next(r.label for r in _reasons(setting) if r.code == "X1_law")
        assert label in page

    def test_a_cancelled_item_says_what_is_done_instead_and_that_this_is_how_it_stands(self, setting: Setting) -> None:
        said = {"explain": "您带病历就行。", "note": "取消的是复印件。"}
        cancelled = {"place": "test-yiyuan", "status": "cancelled"}
        path = Path(alter(setting.catalog, {"item": cancelled, "set": said}))
        folder = build(setting) / f"test-yiyuan/items/{path.stem}"
        page = text_of(folder / "index.html")
        assert "您带病历就行。" in page and "说明取消的是复印件。" in page
        assert page.count("现在就是这样") == 1 and "看当时的说明" not in page
        assert not (folder / "v").exists()

    @carries("catalog", "FX-3-1-5", where="mianzheng.views.items:_outside_facts")
    @pytest.mark.parametrize(("material", "stopped"), [("certificate", True), ("licence", False)])
    def test_only_certificates_are_no_longer_issued_once_cancelled(
        self, loaded: Loaded, material: Literal["certificate", "licence"], stopped: bool
    ) -> None:
        atlas = draw(loaded.catalog, "2026-11-25")
        entry = next(e for e in atlas.by_place["test-fangxian"] if e.answer == "cancelled")
        kind = msgspec.structs.replace(entry.kind, material_class=material)
        rows = facts(atlas, replace(entry, kind=kind), atlas.phrases(entry.home.profile), "", None)
        assert ("取消以后本地不再开这份证明" in [row.text[:13] for row in rows]) == stopped
        assert ("谁发的" in [row.label for row in rows]) != stopped

    def test_the_list_of_a_day_is_that_days_list_and_both_versions_stay(self, setting: Setting) -> None:
        """S-SITE-04, S-CAT-04."""
        path = alter(
            setting.catalog,
            {
                "item": {"place": "test-yiyuan", "status": "active", "versions": 2},
                "set": {"versions.0.from": "2025-10-11", "versions.1.until": "2025-10-10"},
            },
        )
        folder = f"test-yiyuan/items/{Path(path).stem}"
        before = build(setting, day="2025-10-10")
        assert "免交方式告知承诺" in text_of(before / folder / "index.html")
        assert "从2025年10月11日起改为“数据共享”" in text_of(before / folder / "index.html")
        assert (before / folder / "v/2025-10-11/index.html").is_file()
        after = build(setting, day="2025-10-11")
        assert "免交方式数据共享" in text_of(after / folder / "index.html")
        assert "现在已经不用了" in text_of(after / folder / "v/2021-03-10/index.html")

    def test_the_letter_in_force_is_printed_and_the_older_one_keeps_its_address(self, setting: Setting) -> None:
        """S-SITE-10."""
        forms = setting.catalog / "forms.yaml"
        text = forms.read_text("utf-8")
        start = text.index("  - id: cl-v1\n")
        block = text[start : text.index("\n  - ", start + 5) + 1]
        newer = block.replace("id: cl-v1", "id: cl-v2").replace("    use:", "    use:", 1)
        newer = re.sub(r"    content: .*\n", "    content: 第二版的证明内容\n", newer)
        forms.write_text(text.replace(block, block + newer), "utf-8")
        commit = {"letter": "cl-v2", "check": {"when": "after", "how": "onsite", "exempt": False}}
        path = alter(
            setting.catalog,
            {
                "item": {"place": "test-yiyuan", "status": "active", "method": "commit", "versions": 1},
                "set": {
                    "versions.0.until": "2026-02-13",
                    "versions.1": {"from": "2026-02-14", "method": "commit", "commit": commit},
                },
            },
        )
        site = build(setting, day="2026-02-14")
        folder = site / f"test-yiyuan/items/{Path(path).stem}"
        now, then = text_of(folder / "index.html"), text_of(folder / "v/2021-03-10/index.html")
        assert "版本 cl-v2" in now
        assert "第二版的证明内容" in now
        assert all(word in now for word in ("您的义务", "不属实的责任", "愿意承担"))
        assert "版本 cl-v1" in then
        assert "第二版的证明内容" not in then

    def test_the_card_has_a_short_id_a_code_a_day_and_the_telephone(self, built: Path) -> None:
        page = item_pages(built)[0]
        card = lxml_html.fromstring(page.read_bytes()).get_element_by_id("card")
        said = card.text_content()
        assert page.parent.name in said
        assert "2026年11月25日" in said
        assert "12345" in said
        code = card.find(".//img")
        assert code is not None
        assert code.get("alt") == f"{page.parent.name} 的二维码"


def _reasons(setting: Setting) -> Any:
    from mianzheng.catalog_files.loading import load
    from mianzheng.catalog_files.sources import FolderSource

    reasons = load(FolderSource(setting.catalog)).catalog.vocabularies.reasons
    assert reasons is not None
    return reasons.cancel
