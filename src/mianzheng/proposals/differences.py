"""What has changed between two states of the list: its records, what is new beside them, other files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mianzheng.errors import BadArgument
from mianzheng.model import Catalog, CertificateItem, PublicService
from mianzheng.proposals.chains import ProposalType
from mianzheng.rules.labels import BODY_KINDS, LEVELS, RANKS, quoted_list


@dataclass(frozen=True)
class Changed:
    """A record before (None: new) and after."""

    before: CertificateItem | PublicService | None
    after: CertificateItem | PublicService
    file: str

    @property
    def type(self) -> ProposalType:
        """Whether it is added, changed or cancelled."""
        if self.before is None:
            return "add"
        ended = isinstance(self.after, CertificateItem) and self.after.cancelled is not None
        was = isinstance(self.before, CertificateItem) and self.before.cancelled is not None
        return "cancel" if ended and not was else "change"


@dataclass(frozen=True)
class Difference:
    """What has changed between two states of the list: one place, its records, what is new beside them (sort and
    name), and other files by name.
    """

    place: str
    records: tuple[Changed, ...]
    others: tuple[str, ...] = ()
    created: tuple[tuple[str, str], ...] = ()

    @property
    def type(self) -> ProposalType:
        """The strictest type among the items decides on the chain: cancelling before adding before changing.

        A service that comes along with an item does not: a change of the item stays a change.
        """
        items = [one for one in self.records if isinstance(one.after, CertificateItem)]
        types = {one.type for one in items or self.records}
        return "cancel" if "cancel" in types else "add" if "add" in types else "change"

    @property
    def bodies(self) -> tuple[str, ...]:
        """The bodies that ask for the certificates or offer the services, before and after."""
        both = [record for one in self.records for record in (one.before, one.after) if record is not None]
        return tuple(sorted({r.requesting_body if isinstance(r, CertificateItem) else r.body for r in both}))


def difference(before: Catalog, after: Catalog, changed: Collection[str]) -> Difference:
    """What the changed files (paths in the catalog folder) hold. Raises BadArgument: several places, or nothing."""
    places = sorted({path.split("/")[1] for path in changed if path.startswith("places/")})
    if len(places) > 1:
        raise BadArgument(f"一次调整只能改一个地区的清单，这里同时改了 {quoted_list(places)}。请分成几次提出。")
    if not changed:
        raise BadArgument("这次没有改动清单。")
    place = places[0] if places else ""
    if not place:
        raise BadArgument(f"改的是各地共用的数据（{quoted_list(sorted(changed)[:5])}），不是清单调整，请由维护者审查。")
    if place not in before.places or place not in after.places:
        raise BadArgument(f"“{place}”是新建或者读不出来的地区，不是清单调整，请由维护者审查。")
    found = {one.file: one for one in _records(before, after, place) if one.file in changed}
    fresh = {file: said for file, said in _created(before, after, place).items() if file in changed}
    others = sorted(set(changed) - found.keys() - fresh.keys())
    return Difference(
        place, tuple(found.values()), tuple(others), tuple(one for said in fresh.values() for one in said)
    )


def _records(before: Catalog, after: Catalog, place: str) -> Iterator[Changed]:
    home, earlier = after.places[place], before.places[place]
    records: list[CertificateItem | PublicService] = [*home.services.values(), *home.items.values()]
    for record in records:
        was = earlier.items.get(record.id) or earlier.services.get(record.id)
        if was != record:
            yield Changed(was, record, after.files[record.id])


def _created(before: Catalog, after: Catalog, place: str) -> dict[str, list[tuple[str, str]]]:
    """Files that only bring something new beside the items: what it is, and its name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for id, kind in after.kinds.items():
        if id not in before.kinds:
            found[after.files[id]] = [("证明种类", kind.name)]
    for id, basis in after.legal_bases.items():
        if id not in before.legal_bases:
            found[after.files[id]] = [("设定依据", f"《{basis.title}》（{RANKS[basis.rank]}，{basis.issuer}）")]
    was, now = before.places[place].bodies, after.places[place].bodies
    if all(now.get(id) == body for id, body in was.items()):
        fresh = [body for id, body in now.items() if id not in was]
        found[f"places/{place}/bodies.yaml"] = [
            ("单位", f"{body.name}（{BODY_KINDS[body.kind]}，{LEVELS[body.level]}）") for body in fresh
        ]
    return found
