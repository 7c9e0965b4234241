"""The templates: Jinja2, autoescaped, undefined names are errors.

Pages repeat themselves: the same names, the same rows, the same letter on thousands of them. So what was escaped once
and parts that were drawn once are remembered. This changes how fast pages are made, not what they say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup, escape

TEXTS, PARTS = 1 << 14, 1 << 12
"""How many escaped texts, and how many drawn parts of each sort, are remembered."""


class _Generator(CodeGenerator):
    """Compiles templates as Jinja does, but for asking the environment to escape (as its native types do, too)."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.escape(")
            if finalize.src is not None:
                self.write(finalize.src)
        else:
            super()._output_child_pre(node, frame, finalize)


class _Environment(Environment):
    code_generator_class = _Generator
    escape = staticmethod(lru_cache(TEXTS, typed=True)(escape))
    """Typed, because a text and the same characters as markup are equal, but not the same."""


@cache
def environment() -> Environment:
    """The one environment of all templates."""
    made = _Environment(
        loader=PackageLoader("mianzheng"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["zh_date"] = zh_date
    made.filters["zip"] = zip
    made.globals["icon"] = _remembered(made, "_icons.html", "icon")
    for name in ("tag", "crumbs", "letter_of", "timeline"):
        made.globals[name] = _remembered(made, "_parts.html", name)
    fact_row = _remembered(made, "_parts.html", "fact_row")
    made.filters["rows"] = lambda facts: Markup("".join(map(fact_row, facts)))
    return made


def _remembered(made: Environment, file: str, name: str) -> Callable[..., Markup]:
    """A macro of plain values that remembers what it has drawn."""

    @lru_cache(PARTS, typed=True)
    def draw(*given: Any) -> Markup:
        drawn: Markup = getattr(made.get_template(file).module, name)(*given)
        return drawn

    return draw


@cache
def templates_digest() -> bytes:
    """A digest of all templates, as long as `forget` is not called."""
    made = environment()
    assert made.loader is not None
    sources = [made.loader.get_source(made, name)[0] for name in made.list_templates()]
    return hashlib.blake2b("\0".join(sources).encode(), digest_size=16).digest()


def forget() -> None:
    """Read the templates anew when they are next wanted."""
    for kept in (environment, template, templates_digest):
        kept.cache_clear()


@cache
def template(name: str) -> Template:
    """A compiled template, such as `pages/item.html`."""
    return environment().get_template(name)


def render(name: str, **values: Any) -> str:
    """A template filled with values."""
    return template(name).render(values)


def entry_row(root: str, entry: Any, show: str) -> Markup:
    """The row of an item in lists, as templates have it; for rows that many pages repeat."""
    row: Markup = template("_parts.html").module.entry_rows(root, [entry], show)  # type: ignore[attr-defined]
    return row


@lru_cache(PARTS)
def zh_date(date: str) -> str:
    """`2026-11-25` as 2026年11月25日; years and months as far as they go."""
    units = ("年", "月", "日")
    return "".join(f"{int(part)}{unit}" for part, unit in zip(date.split("-"), units, strict=False))
