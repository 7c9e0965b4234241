"""Faults at every step: the n-th call to the outside fails, before or after it was carried out.

for fault in every_fault():
    store, forge = fault.within(real_store), fault.within(real_forge)
    with fault.expected():
        do_something(store, forge)
    ... whatever was promised holds, and doing it again leads to the same end
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar, cast

from mianzheng.errors import Unavailable

T = TypeVar("T")
When = Literal["before", "after"]


def failure() -> Exception:
    """What fails unless a test asks for something else."""
    return Unavailable("设定的故障。")


class Fault:
    """Strikes once, at the `at`-th call (from 1) of everything that it lies within, counted together."""

    def __init__(
        self, at: int, when: When, error: Callable[[], Exception] = lambda: Unavailable("设定的故障。")
    ) -> None:
        self.at, self.when = at, when
        self.calls: list[str] = []
        self._error = error

    def __repr__(self) -> str:
        return f"{self.when} call {self.at} of {self.calls}"

    @property
    def struck(self) -> bool:
        """Whether it has come to the call."""
        return len(self.calls) >= self.at

    def within(self, target: T) -> T:
        """The same thing, with this fault in its calls."""
        return cast(T, _Faulty(target, self))

    @contextmanager
    def expected(self) -> Iterator[None]:
        """Swallow the error of this fault, and no other."""
        try:
            yield
        except Exception as error:
            if not getattr(error, "of_fault", False):
                raise

    def call(self, name: str, action: Callable[[], Any]) -> Any:
        """Carry out a call, or fail."""
        self.calls.append(name)
        now = len(self.calls) == self.at
        if now and self.when == "before":
            raise self._marked()
        result = action()
        if now:
            raise self._marked()
        return result

    def _marked(self) -> Exception:
        error = self._error()
        error.of_fault = True  # type: ignore[attr-defined]
        return error


class _Faulty:
    def __init__(self, target: object, fault: Fault) -> None:
        self._target, self._fault = target, fault

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if not callable(found):
            return found
        return lambda *args, **named: self._fault.call(name, lambda: found(*args, **named))


def every_fault(error: Callable[[], Exception] = failure) -> Iterator[Fault]:
    """Faults at call 1, 2, 3 …, each before and after, until there are no more calls to fail."""
    at = 1
    while True:
        for when in ("before", "after"):
            fault = Fault(at, cast(When, when), error)
            yield fault
            if not fault.struck:
                assert at > 1, "nothing was called"
                return
        at += 1
