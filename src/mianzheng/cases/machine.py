"""State machines as tables: what is not listed is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from mianzheng.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class State:
    """A state: its name on pages for staff and for citizens, and whether the case is still running in it."""

    label: str
    public: str
    open: bool = True


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: an event, from which states it leads where, who may cause it and what it needs.

    `target` None keeps the state. `needs` are fields that must be given. A transition that `decides` is closed to the
    bodies the case is about (recusal). `other_than` names an event whose actor must be another person (two-person
    rule). `tells`: whoever brought the case is told. `rules` are the source; a step without any is this system's own
    and pages say so.
    """

    event: str
    label: str
    sources: frozenset[str]
    target: str | None
    roles: frozenset[str]
    needs: tuple[str, ...] = ()
    decides: bool = False
    other_than: str = ""
    tells: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Machine:
    """The life of one kind of case."""

    kind: str
    label: str
    initial: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]

    @cached_property
    def events(self) -> tuple[str, ...]:
        """All events, in table order, each once."""
        return tuple(dict.fromkeys(t.event for t in self.transitions))

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """All roles that may do anything at all."""
        return tuple(sorted({role for t in self.transitions for role in t.roles}))

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], tuple[Transition, ...]]:
        rows: dict[tuple[str, str], list[Transition]] = {}
        for transition in self.transitions:
            for source in transition.sources:
                rows.setdefault((source, transition.event), []).append(transition)
        return {key: tuple(found) for key, found in rows.items()}

    def find(self, state: str, event: str, role: str) -> Transition:
        """The row for an event in a state by a role. Raises NotAllowed, saying which of the three does not fit."""
        rows = self._rows.get((state, event), ())
        for row in rows:
            if role in row.roles:
                return row
        label = next((t.label for t in self.transitions if t.event == event), event)
        if rows:
            raise NotAllowed(f"您的角色不能“{label}”。")
        raise NotAllowed(f"现在是“{self.states[state].label}”，不能“{label}”。")

    def offered(self, state: str, role: str) -> Iterator[Transition]:
        """What a role may do in a state, in table order."""
        for transition in self.transitions:
            if state in transition.sources and role in transition.roles:
                yield transition

    def open_states(self) -> tuple[str, ...]:
        """States in which a case is still running."""
        return tuple(name for name, state in self.states.items() if state.open)
