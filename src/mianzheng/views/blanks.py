"""Templates drawn once with blanks, and filled thousands of times.

Pages of items differ in names, addresses and sentences, but only a few of those decide what stands on a page at all. So
a template is drawn once for each such combination (`known`), with a blank for every other value, and cut at its blanks.
A template may print a blank or pass it on; where it asks about one, drawing fails and says which value must be known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from markupsafe import Markup, escape

_BETWEEN = "\x1f"
NOTHING: Mapping[str, Any] = MappingProxyType({})
_BLANK = re.compile("\x02([^\x03]*)\x03")


def escaped(value: Any) -> str:
    """A value as HTML."""
    return value if type(value) is Markup else escape(value)


def at_once(escape: Callable[[str], str], texts: Sequence[str]) -> list[str]:
    """What `escape` makes of each text, in one call: for a short one the call costs many times what escaping does."""
    made = str.split(escape(_BETWEEN.join(texts)), _BETWEEN)
    # none at all, or one holds what was put between them
    return made if len(made) == len(texts) else list(map(escape, texts))


def escaped_all(values: Iterable[Any]) -> list[str]:
    """Values as HTML, plain texts all at once."""
    values = list(values)
    plain = [value for value in values if type(value) is str]
    made = at_once(escape, plain)
    if len(plain) == len(values):
        return made
    one_after_the_other = iter(made)
    return [next(one_after_the_other) if type(value) is str else escaped(value) for value in values]


class BlankAsked(TypeError):
    """A template asked about a value that differs from page to page."""


@dataclass(frozen=True)
class Cut:
    """A page cut into pieces: text, name, text, name, … text."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    @cached_property
    def _pieces(self) -> list[str]:
        pieces = [""] * (len(self.texts) + len(self.names))
        pieces[::2] = self.texts
        return pieces

    def filled(self, values: Iterable[str]) -> str:
        """The page with these in its blanks, one after the other. Raises ValueError when there are too many or few."""
        pieces = self._pieces.copy()
        pieces[1::2] = values
        return "".join(pieces)

    def repeated(self, values: Sequence[str]) -> str:
        """The page once for every so many values as it has names, one page after the other.

        Raises ValueError when the last gets too few.
        """
        width, size = len(self.names), len(self._pieces)
        pieces = self._pieces * (len(values) // width)
        for place in range(width):
            pieces[2 * place + 1 :: size] = values[place::width]
        return "".join(pieces)

    def fill(self, values: Mapping[str, str]) -> str:
        """The page with every name replaced. Raises KeyError when a value is missing."""
        return self.filled([values[name] for name in self.names])

    def fill_partly(self, values: Mapping[str, str]) -> Cut:
        """The page with these names replaced and the others left, for what is the same on many pages."""
        texts, names = [self.texts[0]], []
        for name, text in zip(self.names, self.texts[1:], strict=True):
            if name in values:
                texts[-1] += values[name] + text
            else:
                names.append(name)
                texts.append(text)
        return Cut(tuple(texts), tuple(names))


class Blank:
    """A value, or a record of values, that a page gets later.

    `known` holds what is certain already, by dotted name; of the values named in `full` only that they are not empty.
    """

    def __init__(self, name: str, known: Mapping[str, Any] = NOTHING, full: Container[str] = ()) -> None:
        self._name = name
        self._known = known
        self._full = full

    def __getattr__(self, part: str) -> Any:
        if part.startswith("__"):
            raise AttributeError(part)
        name = f"{self._name}.{part}"
        return self._known[name] if name in self._known else Blank(name, self._known, self._full)

    def __str__(self) -> str:
        return f"\x02{self._name}\x03"

    __html__ = __str__
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return other is self or self._refuse()

    def __bool__(self) -> bool:
        return self._name in self._full or self._refuse()

    def _refuse(self, *_: object) -> NoReturn:
        raise BlankAsked(f"{self._name} is different on each page: print it, or add it to what is known")

    __len__ = __iter__ = __contains__ = __getitem__ = __call__ = __lt__ = __gt__ = __le__ = __ge__ = _refuse
    __add__ = __radd__ = __mod__ = __int__ = __float__ = _refuse


def cut(draw: Callable[..., str], known: Mapping[str, Any], blanks: Iterable[str], full: Container[str] = ()) -> Cut:
    """What `draw` makes of known values and blanks, cut at the blanks; names are dotted for parts of a blank.

    Raises BlankAsked.
    """
    whole = {name: value for name, value in known.items() if "." not in name}
    roots = {name: Blank(name, known, full) for name in blanks}
    pieces = _BLANK.split(draw(**whole, **roots))
    texts, names = tuple(map(str, pieces[::2])), tuple(pieces[1::2])
    if strange := [name for name in names if name.partition(".")[0] not in roots]:
        raise BlankAsked(f"a filter changed a blank to {strange[0]}: it must be known")
    return Cut(texts, names)


class Variants:
    """A page cut once for each variant of it, and filled as bytes.

    `key` names the values that tell variants apart, `given` those that follow from them; `optional` ones are known to
    be empty where they are, and blanks otherwise. Names are attributes of what is drawn, dotted for parts of parts.
    """

    def __init__(
        self, draw: Callable[..., str], *, key: tuple[str, ...], given: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> None:
        self._draw = draw
        self._known = (*key, *given)
        self._optional = optional
        self._key_of = getter(key)
        self._optional_of = getter(optional)
        self._made: dict[Hashable, _Variant] = {}

    def draw(self, values: object) -> bytes:
        """The page of these values. Raises BlankAsked when the template asks about what is in none of the three."""
        key = (*self._key_of(values), *map(bool, self._optional_of(values)))
        variant = self._made.get(key)
        if variant is None:
            variant = self._made[key] = self._variant(values)
        pieces = variant.pieces.copy()
        pieces[1::2] = variant.arrange([text.encode() for text in escaped_all(variant.get(values))])
        return b"".join(pieces)

    def _variant(self, values: object) -> _Variant:
        known = {name: attrgetter(name)(values) for name in self._known}
        known |= {name: value for name in self._optional if not (value := getattr(values, name))}
        one = cut(self._draw, known, vars(values).keys() - known.keys(), self._optional)
        distinct = list(dict.fromkeys(one.names))
        pieces = [b""] * (len(one.texts) + len(one.names))
        pieces[::2] = map(str.encode, one.texts)
        return _Variant(pieces, getter(distinct), _picker([distinct.index(name) for name in one.names]))


class _Variant(NamedTuple):
    """Encoded texts with room for values between, how to get each value once, and in which order they go in."""

    pieces: list[bytes]
    get: Callable[[object], Iterable[Any]]
    arrange: Callable[[list[bytes]], Iterable[bytes]]


def getter(names: Sequence[str]) -> Callable[[object], tuple[Any, ...]]:
    """Gets attributes, by dotted names, as a tuple however many there are."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda values: tuple(attrgetter(name)(values) for name in names)


def _picker(places: Sequence[int]) -> Callable[[list[bytes]], Iterable[bytes]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: [values[place] for place in places]
