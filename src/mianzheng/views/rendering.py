"""The templates: Jinja2, autoescaped, undefined names are errors.

Pages repeat themselves: the same rows, the same letter on thousands of them. So parts that were drawn once are
remembered, and texts of many rows are escaped at once. This changes how fast pages are made, not what they say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined, Template
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup

from mianzheng.views.blanks import Blank, Cut, cut, escaped, escaped_all, getter
from mianzheng.views.inputs import holding
from mianzheng.views.method_facts import Fact

PARTS = 1 << 12
"""How many drawn parts of each sort are remembered."""


class _Generator(CodeGenerator):
    """Compiles templates as Jinja does, but for asking the environment to escape (as its native types do, too)."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.escape(")
            if finalize.src is not None:
                self.write(finalize.src)
        else:
            super()._output_child_pre(node, frame, finalize)


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates between runs, as Python keeps its own; what cannot be written is compiled again."""

    def __init__(self, folder: str, program: str) -> None:
        super().__init__(folder)
        self._program = program

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(self._program + source)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


class _Environment(Environment):
    code_generator_class = _Generator
    escape = staticmethod(escaped)


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
    made.filters["holding"] = holding
    made.globals["icon"] = _remembered(made, "_icons.html", "icon")
    for name in ("tag", "crumbs", "letter_of", "timeline"):
        made.globals[name] = _remembered(made, "_parts.html", name)
    made.globals["rows"] = rows
    made.globals["table_lines"] = table_lines
    return made


def keep_compiled(folder: str, program: str) -> None:
    """Keep compiled templates in a folder if it can be had, for this `program` (any text that changes when it does)."""
    with suppress(OSError):
        Path(folder).mkdir(parents=True, exist_ok=True)
        environment().bytecode_cache = _Compiled(folder, program)


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
    for kept in (environment, template, templates_digest, _row, _line, _fact):
        kept.cache_clear()


@cache
def template(name: str) -> Template:
    """A compiled template, such as `pages/item.html`."""
    return environment().get_template(name)


def render(name: str, **values: Any) -> str:
    """A template filled with values."""
    return template(name).render(values)


def timeline(periods: tuple[object, ...]) -> Markup:
    """An item's periods as a list."""
    draw: Any = environment().globals["timeline"]
    return Markup(draw(periods))


@cache
def _row(macro: str, root: str, *how: str) -> tuple[Cut, Callable[[object], Iterable[object]]]:
    """The row of a record in lists, cut at what differs, and how to get that from a record."""
    draw: Any = getattr(environment().get_template("_parts.html").module, macro)
    one = cut(lambda record: str(draw(root, record, *how)), {}, ["record"])
    return one, getter([name.removeprefix("record.") for name in one.names])


def rows(macro: str, root: str, records: Iterable[object], *how: str) -> Markup:
    """Rows of records in lists, as a macro of `_parts.html` draws them; `how` is passed on to it."""
    one, get = _row(macro, root, *how)
    return Markup(one.repeated(escaped_all(chain.from_iterable(map(get, records)))))


@cache
def _line(root: str, width: int, linked: int) -> Cut:
    """A line of a table, cut at its cells and, before the one that is linked, at the address."""
    draw: Any = environment().get_template("_parts.html").module
    cells = [Blank(f"line.cell{place}") for place in range(width)]
    return cut(lambda line: str(draw.table_line(root, line, linked)), {"line.cells": cells}, ["line"])


def table_lines(root: str, linked: int, lines: Sequence[tuple[str, Sequence[str]]]) -> Markup:
    """Lines of a table, each an address and as many cells as the others; the cell at `linked` leads to the address."""
    one = _line(root, len(lines[0][1]), linked)
    texts = chain.from_iterable((*cells[:linked], url, *cells[linked:]) for url, cells in lines)
    return Markup(one.repeated(escaped_all(texts)))


@cache
def _fact(links: bool, lines: int, project: bool) -> Cut:
    """A row of facts of one shape, cut at its texts."""
    small = [Blank(f"fact.small{number}") for number in range(lines)]
    known = {"fact.project": project, "fact.small": small} | ({} if links else {"fact.link": ""})
    macro = environment().get_template("_parts.html").module.fact_row  # type: ignore[attr-defined]
    return cut(macro, known, ["fact"], ["fact.link"])


def fact_rows(facts: Iterable[Fact]) -> Markup:
    """Rows under an answer. Many facts are said of thousands of items, so each remembers its row."""
    return Markup("".join([fact.row or _drawn(fact) for fact in facts]))


def _drawn(fact: Fact) -> str:
    link, text = fact.link, fact.text
    shape = _fact(bool(link), len(fact.small), fact.project)
    fact.row = shape.filled(escaped_all([fact.label, *((link, text) if link else (text,)), *fact.small]))
    return fact.row


@lru_cache(PARTS)
def zh_date(date: str) -> str:
    """`2026-11-25` as 2026年11月25日; years and months as far as they go."""
    units = ("年", "月", "日")
    return "".join(f"{int(part)}{unit}" for part, unit in zip(date.split("-"), units, strict=False))
