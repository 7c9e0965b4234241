"""An application examined as a whole: its own guards, its operations on the list, and the list's rules on the result.

The same rules judge here and in the check of the pull request, so what passes the form does not fail later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from mianzheng.model import Catalog, CertificateItem, Finding, PlaceCatalog, Record
from mianzheng.proposals.forms import Application, operations_of
from mianzheng.proposals.guards import UPSTREAM, form_problems
from mianzheng.proposals.newcomers import created, namesakes
from mianzheng.proposals.operations import Applied, Operation, Render, attempted, files, with_records
from mianzheng.rules import check

MOVED_ON = "您填写的时候，这一条已经被别的调整改过，请看过现在的内容再填。"
"""A field has three values now; `Applied.conflicts` holds them."""


class OpenProposal(Record, kw_only=True):
    """Another proposal that is on its way, as far as a form or a report speaks of it."""

    id: str
    title: str
    state: str
    items: tuple[str, ...]


class Hint(Record, kw_only=True):
    """Something to think of before sending: a warning of the rules, a look-alike, another proposal on the item."""

    field: str
    sentence: str
    about: str = ""


@dataclass(frozen=True)
class Examined:
    """What an application comes to. `problems` maps fields (`items.0.version.other`) to one sentence; empty: valid.

    `created` are records that are new in the catalog; `catalog` is the one in which the items find them.
    """

    problems: Mapping[str, str]
    hints: tuple[Hint, ...]
    operations: tuple[Operation, ...]
    applied: Applied
    files: Mapping[str, str]
    catalog: Catalog
    created: tuple[Record, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        """Everything that it writes."""
        return (*self.created, *self.applied.records)


def examine(
    application: Application,
    catalog: Catalog,
    today: str,
    *,
    new_id: Callable[[], str],
    render: Render,
    proposal: str = "",
    open_proposals: Collection[OpenProposal] = (),
) -> Examined:
    """All problems and hints of an application on a Shanghai day, and what it would write if there were none."""
    home = catalog.places.get(application.place)
    if home is None:
        unknown = {"place": f"没有“{application.place[:40]}”这个地区。"}
        return Examined(unknown, (), (), Applied((), ()), {}, catalog)
    made, problems = created(application, catalog, today)
    before, catalog = catalog, with_records(catalog, application.place, made.values(), render)
    home = catalog.places[application.place]
    for name, sentence in form_problems(application, catalog, home, today):
        problems.setdefault(name, sentence)
    operations = operations_of(application, catalog, today, new_id, proposal)
    applied = attempted(catalog, application.place, operations, today)
    for fault in applied.faults:
        problems.setdefault(_on_form(application, fault.operation, fault.field), fault.sentence)
    texts = files(before, application.place, (*made.values(), *applied.records), render)
    numbers = {operation.id: i for i, operation in enumerate(operations)}
    for name, sentence in _unchanged(applied, operations):
        problems.setdefault(name, sentence)
    hints = [Hint(field=name, sentence=sentence) for name, sentence in namesakes(application, made, before)]
    after = with_records(catalog, application.place, applied.records, render)
    of_file = {after.files[record.id]: f"items.{numbers[record.id]}" for record in applied.records}
    of_file |= {after.files[getattr(record, "id", "")]: f"new.{number}" for number, record in made.items()}
    for start, finding in _judged(before, after, application.place, of_file, today):
        name = _where(application, start, finding.field)
        if finding.level != "error":
            hints.append(Hint(field=name, sentence=_plainly(finding)))
        elif not _covered(problems, name):
            problems[name] = _plainly(finding)
    for record in applied.records:
        if isinstance(record, CertificateItem) and application.type != "cancel":
            hints += alike(catalog, home, record, _field(numbers[record.id], "kind"))
    hints += _stale_sentences(home, applied, numbers)
    hints += _elsewhere(operations, open_proposals)
    return Examined(problems, tuple(dict.fromkeys(hints)), operations, applied, texts, catalog, tuple(made.values()))


def alike(catalog: Catalog, home: PlaceCatalog, item: CertificateItem, field: str) -> Iterator[Hint]:
    """Items of the place that could be the same thing: same kind and service, or same kind and requesting body."""
    for other in home.items.values():
        if other.id == item.id or other.kind != item.kind or other.status in ("cancelled", "excluded"):
            continue
        kind, service = catalog.kinds.get(other.kind), home.services.get(other.service)
        if kind is None or service is None:
            continue
        if other.service == item.service:
            said = f"清单里已有“{kind.name}”用于“{service.name}”（{other.id}），请看看是不是同一件。"
            yield Hint(field=field, sentence=said, about=other.id)
        elif other.requesting_body == item.requesting_body:
            said = f"同一单位办“{service.name}”也要“{kind.name}”（{other.id}），请看看要不要一起调整。"
            yield Hint(field=field, sentence=said, about=other.id)


def _judged(
    before: Catalog, after: Catalog, place: str, of_file: Mapping[str, str], today: str
) -> Iterator[tuple[str, Finding]]:
    """What the list's rules newly find in this place, with the part of the form that it is said of."""
    known = {(f.code, f.file, f.field, f.message) for f in check(_alone(before, place), today=today)}
    for finding in check(_alone(after, place), today=today, changed=set(of_file)):
        new = (finding.code, finding.file, finding.field, finding.message) not in known
        if finding.file in of_file and (new or (finding.level == "error" and not _shared(finding.file))):
            yield of_file[finding.file], finding
        elif new and finding.level == "error" and finding.file.startswith(f"places/{place}/"):
            yield _turned(finding, of_file)


def _shared(file: str) -> bool:
    """Whether a file holds more records than the one that is new in it."""
    return file.endswith("/bodies.yaml")


def _turned(finding: Finding, of_file: Mapping[str, str]) -> tuple[str, Finding]:
    """A finding that the rules state at the other of two records, said from the side of the proposal's own."""
    own = next((file for file in of_file if file in finding.message), "")
    message = finding.message.replace(own, finding.file) if own else finding.message
    return of_file.get(own, "items.0"), msgspec.structs.replace(finding, message=message)


def _alone(catalog: Catalog, place: str) -> Catalog:
    return replace(catalog, places={place: catalog.places[place]})


def _unchanged(applied: Applied, operations: Iterable[Operation]) -> Iterator[tuple[str, str]]:
    """Operations that leave the list as it is, or meet a list that has changed since the form was filled in."""
    written = {record.id for record in applied.records}
    failed = {fault.operation for fault in applied.faults}
    against = {conflict.id for conflict in applied.conflicts}
    for i, operation in enumerate(operations):
        if operation.id in against:
            yield _field(i, "item"), MOVED_ON
        elif operation.id not in written and i not in failed:
            yield _field(i, "item"), "清单里现在就是这样，没有要改的。"


def _stale_sentences(home: PlaceCatalog, applied: Applied, numbers: Mapping[str, int]) -> Iterator[Hint]:
    """What people read of an item may no longer fit when its method changes."""
    for record in applied.records:
        before = home.items.get(record.id)
        if not isinstance(record, CertificateItem) or before is None or record.status != "active":
            continue
        methods = [item.versions[0].method if item.versions else "" for item in (before, record)]
        if methods[0] != methods[1] and before.explain == record.explain != "":
            said = f"方式变了，给群众的一句话没有变：“{record.explain}”请看看还对不对。"
            yield Hint(field=_field(numbers[record.id], "explain"), sentence=said)


def _elsewhere(operations: Iterable[Operation], open_proposals: Collection[OpenProposal]) -> Iterator[Hint]:
    for i, operation in enumerate(operations):
        for other in open_proposals:
            if operation.id in other.items:
                said = f"另有一件调整涉及同一事项：{other.id} {other.title}（{other.state}）。"
                yield Hint(field=_field(i, "item"), sentence=said, about=other.id)


_PATH = re.compile(r"places/\S+?/((?:zm|sv)-[0-9a-z]{6})\.yaml")


def _plainly(finding: Finding) -> str:
    """The finding for somebody who knows no files: a path is said by the number of its record."""
    return _PATH.sub(r"\1", f"{finding.message}{finding.fix}")


def _where(application: Application, start: str, path: str) -> str:
    """Where a finding about a record stands on the form."""
    sort, _, number = start.partition(".")
    if sort == "items":
        return _on_form(application, int(number), path)
    whole = not path or path.startswith("bodies.")
    return f"{start}.fields.{'name' if whole else path}"


def _on_form(application: Application, number: int, path: str) -> str:
    """Where a record's field stands on the form: the newest version is `version`, cancelling is the reason."""
    head, _, rest = path.partition(".")
    if head == "versions":
        inner = rest.partition(".")[2]
        return _field(number, f"version.{inner}" if inner else "version")
    if head == "cancelled" and application.type == "cancel":
        return _field(number, rest or "upstream") if rest or application.reason in UPSTREAM else "reason_text"
    return _field(number, "item" if path in ("", "id") else path)


def _field(number: int, name: str) -> str:
    return f"items.{number}.{name}"


def _covered(problems: Mapping[str, str], name: str) -> bool:
    """Whether a problem stands at this field already, or inside it."""
    return name in problems or any(known.startswith(f"{name}.") for known in problems)
