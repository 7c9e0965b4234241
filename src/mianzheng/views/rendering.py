"""The templates: Jinja2, autoescaped, undefined names are errors."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

WEEKDAYS = "一二三四五六日"


@cache
def environment() -> Environment:
    """The one environment of all templates."""
    made = Environment(
        loader=PackageLoader("mianzheng"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["zh_date"] = zh_date
    made.filters["zip"] = zip
    return made


@cache
def template(name: str) -> Template:
    """A compiled template, such as `pages/item.html`."""
    return environment().get_template(name)


def render(name: str, **values: Any) -> str:
    """A template filled with values; runs of white space between tags are closed up to keep pages small."""
    lines = template(name).render(**values).split("\n")
    return "\n".join(stripped for line in lines if (stripped := line.strip()))


def said(date: str) -> str:
    """A date inside a sentence: full dates as they are, 2019 as 2019年."""
    return date if len(date) == 10 else zh_date(date)


def zh_date(date: str) -> str:
    """`2026-11-25` as 2026年11月25日; years and months as far as they go."""
    units = ("年", "月", "日")
    return "".join(f"{int(part)}{unit}" for part, unit in zip(date.split("-"), units, strict=False))
