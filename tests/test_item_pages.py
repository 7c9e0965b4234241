"""Every sentence of an item page comes from a field, a vocabulary or a profile leaf; the page's words are kept."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from lxml import html as lxml_html

from mianzheng.catalog_files.loading import Loaded, load
from mianzheng.catalog_files.sources import FolderSource
from mianzheng.model import Catalog
from mianzheng.rules.bases import article_order
from mianzheng.views.atlas import Atlas, Entry, draw
from mianzheng.views.rendering import zh_date
from tests.conftest import ROOT
from tests.sites import item_pages

SNAPSHOTS = ROOT / "tests" / "data" / "item-pages"
LABELS = [
    "您在这里", "给窗口看（可打印）", "他们还是让我开证明", "还能怎么反映", "给清单提意见",
    "依据和责任", "法律依据", "以前谁要", "谁要",
    "以前去哪开", "去哪开", "谁发的", "免交方式", "万一走不通", "我想交行不行", "要拿到外地用", "从什么时候起",
    "事项编码", "什么情形才要", "说明", "为什么取消", "为什么不在范围内", "调整编号", "前后变化", "现在就是这样",
    "看当时的说明", "他们还是让我带它",
    "要交证明", "已取消", "别的事也要它吗？", "这份证明", "办这件事", "打印承诺书", "打印这张卡片", "要证明的事",
    "您的义务", "不属实的责任", "您的承诺", "愿意承担", "承诺人签字：", "日期：",
]  # fmt: skip
FRAMES = [
    r"办“.+”(?:时，以前)?要向.+提交",
    r"数据截至\d+年\d+月\d+日",
    r"依据：.+",
    r"版本 [a-z0-9-]+(?:，自 .+ 起使用)?",
    r"演示(?: · .+)?",
    r".+：各处怎么办",
    r".+：哪些不用带、哪些还要带",
    r"所有要“.+”的事",
    r"\d{4}(?:-\d\d){0,2}",
    r"zm-[0-9a-z]{6}",
]
"""Labels and frames of the template: they name what stands beside them and promise nothing."""


def known_texts(catalog: Catalog, entry: Entry) -> set[str]:
    """All texts that an item's page may quote."""
    home, item, vocabularies = entry.home, entry.item, catalog.vocabularies
    texts = {item.explain, item.condition, item.note, entry.kind.name, entry.service.name, entry.service.code}
    texts |= {a.word for a in vocabularies.answers.values()} | {a.licence_word for a in vocabularies.answers.values()}
    texts |= {home.place.name, home.place.short_name}
    texts |= {text for body in home.bodies.values() for text in (body.name, body.short_name)}
    texts |= {service.name for service in home.services.values()}
    for use in item.legal_bases:
        texts |= {f"{catalog.legal_bases[use.basis].marked_title}{use.article}", use.requires}
    texts |= {version.other for version in item.versions}
    for method in vocabularies.methods.values():
        texts |= {method.label, method.sentence, method.note, *method.steps}
    if home.profile is not None:
        texts |= set((home.profile.methods.labels_zh.value or {}).values())
    for form in vocabularies.forms.values():
        texts |= {form.title, form.duty, form.content, form.liability, form.promise, form.acceptance}
    if vocabularies.reasons is not None:
        texts |= {reason.label for reason in vocabularies.reasons.cancel}
    for block in (item.cancelled, item.excluded):
        texts |= {getattr(block, name, "") for name in ("reason_text", "upstream", "proposal", "reason")}
    return texts - {""}


def phrase_patterns(catalog: Catalog) -> list[re.Pattern[str]]:
    """The phrases with any words filled in; two may stand in one line."""
    parts = []
    for phrase in catalog.vocabularies.phrases:
        pieces = re.split(r"\{\w+\}", phrase.text)
        parts.append(".+".join(re.escape(piece) for piece in pieces))
    one = "|".join(parts)
    return [re.compile(f"(?:{one})+")]


def pieces_of(page: Path) -> list[str]:
    """The texts of a page's main part, one for each run between tags."""
    main = lxml_html.fromstring(page.read_bytes()).get_element_by_id("main")
    return [text for raw in main.itertext() if (text := " ".join(raw.split()).strip(" →"))]


def test_every_sentence_on_an_item_page_comes_from_the_data(built: Path, shared_folder: Path) -> None:
    catalog = load(FolderSource(shared_folder)).catalog
    atlas = draw(catalog, "2026-11-25")
    phrases = phrase_patterns(catalog)
    frames = [re.compile(frame) for frame in FRAMES]
    strangers = []
    for page in item_pages(built):
        known = known_texts(catalog, atlas.entries[page.parent.name])
        for text in pieces_of(page):
            if text in known or text in LABELS or any(p.fullmatch(text) for p in [*phrases, *frames]):
                continue
            strangers.append(f"{page.parent.name}: {text}")
    assert strangers == []


@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan", "test-fangxian", "test-qingshen", "test-wuhai"])
def test_what_the_pages_of_a_place_say_is_what_was_agreed(place: str, built: Path) -> None:
    """Run `python -m tests.test_item_pages` after a wanted change, and read the difference."""
    kept = (SNAPSHOTS / f"{place}.txt").read_text("utf-8")
    assert snapshot(built, place) == kept


def snapshot(site: Path, place: str) -> str:
    """The texts of all item pages of a place."""
    pages = [f"== {page.parent.name}\n" + "\n".join(pieces_of(page)) for page in item_pages(site, place)]
    return "\n\n".join(pages) + "\n"


def test_an_item_that_cites_two_articles_of_a_law_is_listed_once_a_law(loaded: Loaded) -> None:
    atlas = draw(loaded.catalog, "2026-11-25")
    entry = next(iter(atlas.entries.values()))
    use = entry.item.legal_bases[0]
    twice = replace(entry, item=msgspec.structs.replace(entry.item, legal_bases=(use, use)))
    again = Atlas(loaded.catalog, atlas.day, {twice.item.id: twice})
    assert again.by_basis[use.basis] == [twice]


def test_dates_are_said_as_precisely_as_they_are_known() -> None:
    assert [zh_date(d) for d in ("2026-11-05", "2026-11", "2026")] == ["2026年11月5日", "2026年11月", "2026年"]


def test_marks_inside_a_title_become_single_ones(loaded: Loaded) -> None:
    basis = msgspec.structs.replace(next(iter(loaded.catalog.legal_bases.values())), title="《甲条例》实施办法")
    assert basis.marked_title == "《〈甲条例〉实施办法》"


def test_articles_stand_in_the_order_of_the_law() -> None:
    given = ["第十条", "第七条第二款", "附件2", "第七条第十款", "第七条", "第十九条第（三）项", "第2条"]
    assert sorted(given, key=article_order) == [
        "第2条", "第七条", "第七条第二款", "第七条第十款", "第十条", "第十九条第（三）项", "附件2",
    ]  # fmt: skip


def test_the_atlas_leaves_out_what_is_not_yet_in_the_scheme(loaded: Loaded) -> None:
    atlas = draw(loaded.catalog, "2026-11-25")
    kinds = {e.kind.material_class for e in atlas.by_place["test-wuhai"]}
    assert kinds == {"licence"}


if __name__ == "__main__":
    import tempfile

    from mianzheng import publishing
    from mianzheng.site.generator import make_shells
    from tests.conftest import NOW, lay_catalog

    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        make_shells(ROOT, here / "shell")
        chosen = publishing.setting(
            catalog=lay_catalog(here / "catalog"), out=here / "site", shells=here / "shell", now=NOW
        )
        publishing.publish(chosen)
        SNAPSHOTS.mkdir(parents=True, exist_ok=True)
        for home in sorted((here / "catalog" / "places").iterdir()):
            (SNAPSHOTS / f"{home.name}.txt").write_text(snapshot(here / "site", home.name), "utf-8")
