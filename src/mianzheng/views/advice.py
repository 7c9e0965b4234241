"""The advice knowledge base of the window (咨询知识库): questions and answers for each service (QS-SP-1-3-3).

What the department wrote comes first; what the list itself says of each certificate follows, so that it is never older
than the list. Only places whose rules have one window show it.
"""

from __future__ import annotations

from typing import NamedTuple

from mianzheng.model import PlaceCatalog, PublicService
from mianzheng.views.atlas import Atlas, Entry, basis_said
from mianzheng.views.rendering import render


class Answer(NamedTuple):
    """One question with its answer; `basis` where the law asks for it, `updated` for what the department wrote."""

    question: str
    answer: str
    basis: str = ""
    updated: str = ""


def has_window(home: PlaceCatalog) -> bool:
    """Whether a place's rules want one window for everything (一窗受理)."""
    return home.profile is not None and home.profile.window.enabled.value == "yes"


def answers_of(atlas: Atlas, home: PlaceCatalog, service: PublicService) -> list[Answer]:
    """What the window answers about a service; nothing where the rules know no window."""
    if not has_window(home):
        return []
    written = [Answer(one.question, one.answer, updated=one.updated) for one in service.advice]
    return [*written, *(_answer(atlas, entry) for entry in atlas.by_service.get(service.id, []))]


def _answer(atlas: Atlas, entry: Entry) -> Answer:
    condition = f"（{entry.item.condition}）" if entry.item.condition else ""
    said = "。".join(part.rstrip("。") for part in (entry.word, entry.item.explain) if part)
    return Answer(f"要不要交{entry.kind.name}{condition}？", f"{said}。", basis_said(atlas.catalog, entry.item))


def advice_page(atlas: Atlas, home: PlaceCatalog, root: str) -> str:
    """All services of a place by the body that does them, with how many answers each has and when one was written."""
    groups: dict[str, list[tuple[PublicService, int, str]]] = {}
    for service in home.services.values():
        answers = answers_of(atlas, home, service)
        if answers:
            newest = max((one.updated for one in answers), default="")
            groups.setdefault(home.bodies[service.body].name, []).append((service, len(answers), newest))
    return render(
        "pages/advice.html",
        root=root,
        place=home.place,
        day=atlas.day,
        groups=[(body, sorted(rows, key=lambda row: row[0].name)) for body, rows in sorted(groups.items())],
    )
