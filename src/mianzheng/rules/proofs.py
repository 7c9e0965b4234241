"""Rules across items: the same item twice, two papers for one fact, papers that need each other.

Rules: FX-2-1-1, BS-PL-2-1a.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from mianzheng.model import CertificateItem, CertificateKind, PlaceCatalog
from mianzheng.rules.examination import Examination
from mianzheng.rules.items import LISTED
from mianzheng.rules.names import normalised

MORE = 2
"""Names that differ by so few characters name one fact (收入证明, 家庭收入证明); more usually names another person."""


def check_proofs(run: Examination, home: PlaceCatalog) -> None:
    """All rules that compare items of one place."""
    _twice(run, home)
    by_service: dict[str, list[CertificateItem]] = defaultdict(list)
    for item in home.items.values():
        if item.status in LISTED:
            by_service[item.service].append(item)
    _one_fact(run, home, by_service)
    _circles(run, home, by_service)


def _twice(run: Examination, home: PlaceCatalog) -> None:
    """One valid record for each (service, kind, requesting body)."""
    seen: dict[tuple[str, str, str], str] = {}
    for item in home.items.values():
        if item.status not in LISTED:
            continue
        key = (item.service, item.kind, item.requesting_body)
        other = seen.setdefault(key, item.id)
        if other != item.id:
            run.add("item-duplicate", file=run.file_of(item.id), field="kind", other=run.file_of(other))


def _one_fact(run: Examination, home: PlaceCatalog, by_service: dict[str, list[CertificateItem]]) -> None:
    """Two certificates for the same fact in one service."""
    kinds = run.catalog.kinds
    for service, items in by_service.items():
        if len(items) < 2:
            continue
        for i, one in enumerate(items):
            for two in items[i + 1 :]:
                if one.kind == two.kind or one.kind not in kinds or two.kind not in kinds:
                    continue
                if why := _same_fact(kinds[one.kind], kinds[two.kind]):
                    name = home.services[service].name if service in home.services else service
                    words: dict[str, Any] = {
                        "first": kinds[one.kind].name,
                        "second": kinds[two.kind].name,
                        "why": why,
                    }
                    run.add("duplicate-proof", file=run.file_of(two.id), field="kind", service=name, **words)


def _same_fact(one: CertificateKind, two: CertificateKind) -> str:
    """Why two kinds show the same fact, or an empty string."""
    if two.id in one.same_fact or one.id in two.same_fact:
        return "目录里登记为可以互相代替"
    first, second = normalised(one.name), normalised(two.name)
    shorter, longer = sorted((first, second), key=len)
    if one.material_class == two.material_class and shorter in longer and len(longer) - len(shorter) <= MORE:
        return "一个名称包含另一个"
    return ""


def _circles(run: Examination, home: PlaceCatalog, by_service: dict[str, list[CertificateItem]]) -> None:
    """Services whose results are asked for by one another: service → kind it asks for → service that produces it."""
    producers: dict[str, list[str]] = defaultdict(list)
    for service in home.services.values():
        for kind_id in service.produces:
            producers[kind_id].append(service.id)
    if not producers:
        return
    needs = {
        service: {maker: item for item in items for maker in producers.get(item.kind, ()) if maker != service}
        for service, items in by_service.items()
    }
    reported: set[frozenset[str]] = set()
    for start in needs:
        circle = _shortest_circle(needs, start)
        if circle and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            names = []
            for here, there in zip(circle, circle[1:] + circle[:1], strict=True):
                kind = run.catalog.kinds.get(needs[here][there].kind)
                title = home.services[here].name if here in home.services else here
                names.append(f"办“{title}”要“{kind.name if kind else needs[here][there].kind}”")
            item = needs[circle[0]][circle[1]]
            run.add("circular-proof", file=run.file_of(item.id), field="kind", chain="，".join(names))


def _shortest_circle(needs: dict[str, dict[str, CertificateItem]], start: str) -> list[str]:
    """The shortest way from a service back to itself, as a list of services; empty if there is none."""
    paths = [[start]]
    seen = {start}
    for path in paths:
        for following in needs.get(path[-1], ()):
            if following == start:
                return path
            if following not in seen:
                seen.add(following)
                paths.append([*path, following])
    return []
