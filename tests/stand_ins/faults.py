"""A forge that fails once, where it is told: the way to try every moment at which things may break."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mianzheng.errors import Unavailable
from mianzheng.ports.forge import Forge


class FailingForge:
    """Passes calls on; the `nth` raises Unavailable `before` anything happened or `after` all of it did."""

    def __init__(self, forge: Forge, nth: int, when: str) -> None:
        self._forge, self._nth, self._when = forge, nth, when
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._forge, name)

        def call(*arguments: Any) -> Any:
            self.calls += 1
            fails = self.calls == self._nth
            if fails and self._when == "before":
                raise Unavailable("没有送到")
            answer = method(*arguments)
            if fails:
                raise Unavailable("回答没有收到")
            return answer

        return call


def counted(work: Callable[[Any], object], forge: Forge) -> int:
    """How many calls a piece of work makes."""
    counting = FailingForge(forge, 0, "before")
    work(counting)
    return counting.calls
