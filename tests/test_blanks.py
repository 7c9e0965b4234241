"""Templates cut at blanks: they say what the template says, and refuse to guess."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment
from markupsafe import Markup, escape

from mianzheng.catalog_files.loading import Loaded
from mianzheng.site.setting import Setting
from mianzheng.views import rendering
from mianzheng.views.atlas import draw as draw_atlas
from mianzheng.views.blanks import BlankAsked, Cut, Variants, cut, escaped_all
from mianzheng.views.items import facts
from tests.sites import build, tree


def draw(text: str):  # type: ignore[no-untyped-def]
    environment = Environment(autoescape=True)
    return lambda **values: environment.from_string(text).render(**values)


def variants(text: str, **names: tuple[str, ...]) -> Variants:
    return Variants(draw(text), **{"key": (), "given": (), **names})


def test_blanks_are_printed_joined_and_passed_on() -> None:
    one = cut(draw("<a href='{{ root ~ item.id }}/'>{{ item.kind.name }}</a>"), {"root": "../"}, ["item"])
    assert one == Cut(("<a href='../", "/'>", "</a>"), ("item.id", "item.kind.name"))
    assert one.fill({"item.id": "zm-1", "item.kind.name": "x"}) == "<a href='../zm-1/'>x</a>"


@pytest.mark.parametrize(
    "text",
    [
        "{% if item.name %}x{% endif %}",
        "{% if item.name == 'a' %}x{% endif %}",
        "{{ item.name or 'x' }}",
        "{% for part in item.name %}x{% endfor %}",
        "{{ item.name|length }}",
        "{{ item.name|upper }}{{ item.name.upper() }}",
        "{{ item.name < 'b' }}",
        "{{ 'a' in item.name }}",
    ],
)
def test_what_a_template_asks_about_must_be_known(text: str) -> None:
    values = SimpleNamespace(item=SimpleNamespace(name="a"))
    with pytest.raises(BlankAsked, match=r"(?i)item\.name"):
        variants(text).draw(values)
    known = variants(text, key=("item.name",)).draw(values)
    assert known.decode() == draw(text)(item=values.item)


def test_values_are_escaped_and_markup_is_not() -> None:
    page = variants("{{ a }}|{{ b }}|{{ a }}")
    assert page.draw(SimpleNamespace(a="<&\"'", b=Markup("<b>"))) == b"&lt;&amp;&#34;&#39;|<b>|&lt;&amp;&#34;&#39;"
    assert page.draw(SimpleNamespace(a=Markup("<b>"), b="<b>")) == b"<b>|&lt;b&gt;|<b>"


def test_each_variant_is_cut_once() -> None:
    calls = []

    def drawn(**values: object) -> str:
        calls.append(values)
        return str(draw("{% if big %}B{% endif %}{% if note %}<i>{{ note }}</i>{% endif %}{{ text }}")(**values))

    page = Variants(drawn, key=("big",), given=(), optional=("note",))
    made = [
        page.draw(SimpleNamespace(big=big, note=note, text=t)) for big in (0, 1) for note in ("", "n") for t in "ab"
    ]
    assert made == [b"a", b"b", b"<i>n</i>a", b"<i>n</i>b", b"Ba", b"Bb", b"B<i>n</i>a", b"B<i>n</i>b"]
    assert len(calls) == 4


def test_the_site_is_the_same_with_every_template_drawn_anew(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_once = tree(build(setting))
    monkeypatch.setattr(Variants, "draw", lambda self, values: self._draw(**vars(values)).encode())
    drawn = tree(build(replace(setting, out=setting.out.with_name("anew"))))
    assert [name for name in cut_once if cut_once[name] != drawn.get(name)] == []
    assert cut_once.keys() == drawn.keys()


def test_rows_are_what_their_macros_draw(loaded: Loaded) -> None:
    atlas = draw_atlas(loaded.catalog, "2026-11-25")
    parts: Any = rendering.environment().get_template("_parts.html").module
    for entry in atlas.entries.values():
        rows = facts(atlas, entry, atlas.phrases(entry.home.profile), "../", entry.standing.version)
        assert rendering.fact_rows(rows) == "".join(map(parts.fact_row, rows))
        for show in ("kind", "service", "both"):
            assert rendering.rows("entry_row", "../", [entry], show) == parts.entry_row("../", entry, show)


def test_nothing_of_a_blank_is_left_behind(setting: Setting) -> None:
    pages = {name: content for name, content in tree(build(setting)).items() if name.endswith(".html")}
    assert [name for name, content in pages.items() if b"\x02" in content] == []


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["<"],
        ["a", "<b>", "", "&"],
        ["\x1f<", "b"],
        ["\x1f", ""],
        ["<i>", Markup("<i>"), "&"],
        [Markup("&")],
        [3, "<"],
    ],
)
def test_values_escaped_together_are_those_escaped_one_by_one(values: list[Any]) -> None:
    assert escaped_all(values) == [str(escape(value)) for value in values]
    assert escaped_all(iter(values)) == escaped_all(values)


def test_a_row_is_repeated_for_all_its_records() -> None:
    row = Cut(("<", "|", ">"), ("a", "b"))
    assert row.repeated(["1", "2", "3", "4"]) == row.filled(["1", "2"]) + row.filled(["3", "4"]) == "<1|2><3|4>"
    assert row.repeated([]) == ""
    with pytest.raises(ValueError, match="size"):
        row.repeated(["1", "2", "3"])
