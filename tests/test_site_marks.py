"""Marks: after a change of anything that pages are made from, building on gives what building from nothing gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml
from lxml import html as lxml_html

from mianzheng import publishing
from mianzheng.editions.freezing import Release
from mianzheng.local.releasing import release
from mianzheng.publishing import sound_catalog
from mianzheng.site import marks
from mianzheng.site.setting import Setting
from mianzheng.views import rendering
from tests.alterations import alter
from tests.sites import item_pages, text_of, tree

Change = Callable[[Setting], Setting]


def altered(**change: Any) -> Change:
    """A change of a record of the catalog."""

    def change_it(setting: Setting) -> Setting:
        alter(setting.catalog, change)
        return setting

    return change_it


def replaced(name: str, old: str, new: str) -> Change:
    """A change of some words in a file of the catalog."""

    def change_it(setting: Setting) -> Setting:
        file = setting.catalog / name
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
        return setting

    return change_it


def of_setting(**values: Any) -> Change:
    """A change of the setting."""
    return lambda setting: replace(setting, **values)


def of_shell(setting: Setting) -> Setting:
    for shell in setting.shells.rglob("index.html"):
        shell.write_text(shell.read_text("utf-8").replace("免证清单", "清单"), "utf-8")
    return setting


def of_live(setting: Setting) -> Setting:
    live = setting.out.parent / "live"
    live.mkdir()
    item = next((setting.catalog / "places/test-yiyuan/items").rglob("zm-*.yaml")).stem
    (live / "interims.json").write_text(json.dumps([{"item": item, "since": "2026-11-20"}]), "utf-8")
    return replace(setting, live=live)


def of_neighbour(setting: Setting) -> Setting:
    """Rename the service of an item that is named on another item's page."""
    page = next(p for p in item_pages(setting.out, "test-boshan") if "别的事也要它吗" in text_of(p))
    link = lxml_html.fromstring(page.read_bytes()).find_class("page__side")[0].find(".//li/a")
    assert link is not None
    item = str(link.get("href")).split("/")[-2]
    text = next((setting.catalog / "places/test-boshan/items").rglob(f"{item}.yaml")).read_text("utf-8")
    service = yaml.safe_load(text)["service"]
    assert service not in page.read_text("utf-8").partition("page__side")[0]
    return replaced(f"places/test-boshan/services/{service}.yaml", "name: ", "name: 改")(setting)


def of_edition(setting: Setting) -> Setting:
    """Release one, without another change."""
    wanted = Release("2026-H2", setting.day, setting.day)
    release(setting.catalog, sound_catalog(setting.catalog, setting.day), "test-boshan", wanted)
    return setting


def other(part: str, folder: str) -> Change:
    """Let an item name another body or law, which is there already."""

    def change_it(setting: Setting) -> Setting:
        item = next(
            f
            for f in sorted((setting.catalog / "places/test-boshan/items").rglob("zm-*.yaml"))
            if part in f.read_text("utf-8")
        )
        text = item.read_text("utf-8")
        named = re.search(rf"{part}: ([a-z0-9-]+)", text)[1]  # type: ignore[index]
        known = "".join(f.read_text("utf-8") for f in sorted(setting.catalog.glob(folder)))
        instead = next(id for id in re.findall(r"\bid: ([a-z0-9-]+)", known) if id != named)
        item.write_text(text.replace(f"{part}: {named}", f"{part}: {instead}"), "utf-8")
        return setting

    return change_it


CHANGES: dict[str, Change] = {
    "an edition": of_edition,
    "an item's sentence": altered(item={"place": "test-yiyuan", "method": "share"}, set={"explain": "换一句话。"}),
    "an item's day": altered(item={"place": "test-boshan", "method": "share"}, set={"versions.0.from": "2021-04-01"}),
    "an item's answer": altered(
        item={"place": "test-boshan", "method": "share"}, set={"versions.0.from": "2027-04-01"}
    ),
    "the body that asks": other("requesting_body", "places/test-boshan/bodies.yaml"),
    "the body that issued": other("issuing_body", "places/test-boshan/bodies.yaml"),
    "an item's law": other("basis", "legal-bases/*.yaml"),
    "an item's note": altered(item={"place": "test-qingshen", "status": "active"}, set={"note": "注"}),
    "a kind's name": altered(kind={"name": "测试收入证明"}, set={"name": "改名后的证明"}),
    "a kind's words": altered(kind={"name": "测试在学证明"}, set={"words": ["上学的证明"]}),
    "a service's name": altered(service={"place": "test-qingshen", "name": "测试社会救助"}, set={"name": "改名后的事"}),
    "the service of another item of the kind": of_neighbour,
    "a body's name": replaced("places/test-boshan/bodies.yaml", "name: ", "name: 改"),
    "a law's title": replaced("legal-bases/lb-m9s34g.yaml", "title: ", "title: 改"),
    "a place's name": replaced("places/test-wuhai/place.yaml", "name: ", "name: 改"),
    "a profile's word for a method": replaced("profiles/yiyuan.yaml", "数据共享", "共享数据"),
    "a phrase": replaced("phrases.yaml", "打12345", "请拨12345"),
    "a method's sentence": replaced("methods.yaml", "sentence: ", "sentence: 改"),
    "a list's title": replaced("lists.yaml", "title: ", "title: 改"),
    "a topic's label": replaced("topics.yaml", "label: ", "label: 改"),
    "the day": of_setting(day="2026-11-26"),
    "the day's list": of_setting(day="2021-01-01"),
    "the address": of_setting(base_url="https://example.invalid/"),
    "a shell": of_shell,
    "what goes on with an item": of_live,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_building_on_gives_what_building_from_nothing_gives(change: Change, own_shells: Setting) -> None:
    publishing.publish(own_shells)
    before = tree(own_shells.out)
    setting = change(own_shells)
    publishing.publish(setting)
    fresh = replace(setting, out=setting.out.with_name("fresh"))
    publishing.publish(fresh)
    after = tree(setting.out)
    assert after == tree(fresh.out)
    assert after != before


def test_a_changed_template_is_seen(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    publishing.publish(setting)
    monkeypatch.setattr(rendering, "templates_digest", lambda: b"other templates")
    monkeypatch.setattr(marks, "templates_digest", lambda: b"other templates")
    made = []
    real = rendering.Template.render
    monkeypatch.setattr(rendering.Template, "render", lambda *given: made.append(given) or real(*given))
    publishing.publish(setting)
    assert len(made) > 100


def test_the_digest_of_templates_is_that_of_their_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = rendering.templates_digest()
    loader = rendering.environment().loader
    assert loader is not None
    real = loader.get_source
    monkeypatch.setattr(loader, "get_source", lambda *given: (real(*given)[0] + " ", None, None))
    assert rendering.templates_digest() == before
    rendering.templates_digest.cache_clear()
    assert rendering.templates_digest() != before
    rendering.forget()


def test_nothing_is_made_anew_but_what_speaks_of_everything(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    publishing.publish(setting)
    made = []
    real = rendering.Template.render
    monkeypatch.setattr(rendering.Template, "render", lambda *given: made.append(given[0].name) or real(*given))
    publishing.publish(setting)
    assert sorted(made) == [f"pages/{name}.html" for name in ("changes", "deadlines", "home", "notices", "statistics")]


def test_lists_of_marks_cannot_run_into_one_another(setting: Setting) -> None:
    from mianzheng.catalog_files.checking import Order, check_folder
    from mianzheng.site.shells import read_shells
    from mianzheng.views.atlas import draw

    atlas = draw(check_folder(Order(setting.catalog, setting.day))[0].catalog, setting.day)
    one, two, *_ = atlas.entries.values()
    of = marks.Marks(atlas, setting, read_shells(setting.shells)).of
    assert len({of([one, two]), of([one], [two]), of([two, one]), of([one]), of(one), of("x"), of(["x"])}) == 7
