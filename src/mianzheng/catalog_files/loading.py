"""A whole catalog: every file read, every record in its place, and all findings about files as such."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mianzheng.catalog_files import cache, strict_yaml
from mianzheng.catalog_files.cache import without_collection
from mianzheng.catalog_files.layout import BY_NAME, REQUIRED, classify
from mianzheng.catalog_files.reading import Reading, read_file
from mianzheng.catalog_files.sources import Entry, Source
from mianzheng.model import (
    BodiesFile,
    CalendarYear,
    Catalog,
    CertificateItem,
    CertificateKind,
    Edition,
    Finding,
    LegalBasis,
    Place,
    PlaceCatalog,
    Profile,
    PublicationsFile,
    PublicService,
    Record,
    Vocabularies,
    sorted_findings,
)
from mianzheng.rules.wording import finding

FEW = 0.005
"""What share of the files may be read again with every run, before all readings are kept anew."""
_NOTHING = ("", None)
Progress = Callable[[int, int], None]


@dataclass
class Loaded:
    """What was read: the catalog, what is wrong with its files, and how to find lines in them.

    `readings` holds stamp and reading of every file, for another state of the same catalog that shares most of them.
    """

    catalog: Catalog
    findings: list[Finding]
    source: Source
    records: dict[str, Record] = field(default_factory=dict)
    readings: dict[str, tuple[str, Reading]] = field(default_factory=dict)

    def located(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings with line and column filled in from their field, in report order."""
        by_file: dict[str, list[Finding]] = {}
        done: list[Finding] = []
        for one in findings:
            if one.line or one.file not in self.records:
                done.append(one)
            else:
                by_file.setdefault(one.file, []).append(one)
        for path, raw in self.source.contents(sorted(by_file)):
            document = strict_yaml.read(raw.decode("utf-8", "replace"))
            for one in by_file[path]:
                parts = tuple(int(p) if p.isdigit() else p for p in one.field.split(".") if p)
                line, column = document.where(parts)
                done.append(_at(one, line, column))
        return sorted_findings(done)


def _at(one: Finding, line: int, column: int) -> Finding:
    return Finding(
        code=one.code, level=one.level, file=one.file, line=line, column=column, field=one.field,
        message=one.message, fix=one.fix, basis=one.basis,
    )  # fmt: skip


def load(
    source: Source,
    *,
    cache_file: Path | None = None,
    progress: Progress | None = None,
    only: Container[str] | None = None,
    known: dict[str, tuple[str, Reading]] | None = None,
) -> Loaded:
    """Read a catalog. Raises CatalogNotFound when there is none; everything else becomes a finding.

    `only` reads the named file types (such as `profile`) and nothing else: not to be cached, not to be checked.
    `known` are the readings of a source of the same kind: files with the same stamp are not read again.
    """
    entries = source.entries()
    findings = [finding("file-unknown", e.kind, file=e.path, path=e.path) for e in entries if e.kind != "file"]
    files = [e for e in entries if e.kind == "file" and (only is None or _type_name(e.path) in only)]
    kept = cache.recall(cache_file) if cache_file else known or {}
    same = {e.path: kept[e.path][1] for e in files if kept.get(e.path, _NOTHING)[0] == e.stamp}
    with without_collection():
        readings = _readings(source, files, same, findings, progress)
    # writing all readings takes as long as reading a few again
    if cache_file and max(len(kept), len(files)) - len(same) > len(files) * FEW:
        cache.keep(cache_file, {e.path: e.stamp for e in files}, readings.values())
    for reading in readings.values():
        findings.extend(reading.findings)
    assembly = _Assembly(findings)
    for reading in readings.values():
        if reading.record is not None:
            assembly.take(reading.path, reading.record)
    catalog = assembly.finish({entry.path for entry in entries})
    read = {entry.path: (entry.stamp, readings[entry.path]) for entry in files if entry.path in readings}
    return Loaded(catalog, findings, source, assembly.records, read)


def _type_name(path: str) -> str:
    known = classify(path)
    return known[0].name if known else ""


def _readings(
    source: Source,
    files: list[Entry],
    same: Mapping[str, Reading],
    findings: list[Finding],
    progress: Progress | None,
) -> dict[str, Reading]:
    readings = dict(same)
    fresh = [entry.path for entry in files if entry.path not in same]
    done = 0
    while done < len(fresh):
        try:
            for path, raw in source.contents(fresh[done:]):
                readings[path] = read_file(path, raw)
                done += 1
                if progress:
                    progress(done, len(fresh))
        except OSError as error:  # one unreadable file must not hide the others
            why = error.strerror or type(error).__name__
            findings.append(finding("file-unknown", "unreadable", file=fresh[done], path=fresh[done], why=why))
            done += 1
    return {entry.path: readings[entry.path] for entry in files if entry.path in readings}


class _Assembly:
    """Puts records in their places and notes what does not fit."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self.records: dict[str, Record] = {}
        self.files: dict[str, str] = {}
        self.shared: dict[str, dict[Any, Any]] = {
            "kind": {},
            "legal-basis": {},
            "profile": {},
            "calendar": {},
        }
        self.places: dict[str, dict[str, Any]] = {}

    def take(self, path: str, record: Record) -> None:
        self.records[path] = record
        known = classify(path)
        assert known is not None
        file_type, parts = known
        place = parts.get("place", "")
        if isinstance(record, BodiesFile):
            for i, body in enumerate(record.bodies):
                self.claim(body.id, path, f"bodies.{i}.id")
            self.place(place)["bodies"] = {b.id: b for b in record.bodies}
        elif isinstance(record, Place):
            self.expect(path, "place", place, record.id)
            self.place(place)["place"] = record
            self.files[f"place:{place}"] = path
        elif isinstance(record, CertificateItem | PublicService):
            self.expect(path, "name", parts["id"], record.id)
            if self.claim(record.id, path, "id") and not (isinstance(record, CertificateItem) and record.secret):
                self.place(place)[file_type.name + "s"][record.id] = record
        elif isinstance(record, Edition):
            self.expect(path, "name", parts["id"], record.id)
            self.expect(path, "place", place, record.place)
            self.place(place)["editions"][record.id] = record
        elif isinstance(record, PublicationsFile):
            self.place(place).update(publications=record.editions, announced=record.lists)
        elif isinstance(record, CalendarYear):
            if int(parts["id"]) != record.year:
                self.findings.append(
                    finding(
                        "file-misplaced",
                        "year",
                        file=path,
                        field="year",
                        found=parts["id"],
                        expected=record.year,
                    )
                )
            self.shared["calendar"][record.year] = record
            self.files[f"calendar:{record.year}"] = path
        elif isinstance(record, CertificateKind | LegalBasis):
            self.expect(path, "name", parts["id"], record.id)
            if isinstance(record, CertificateKind) and parts["shelf"] != record.id[3:5]:
                words: dict[str, Any] = {"id": record.id, "found": parts["shelf"], "expected": record.id[3:5]}
                self.findings.append(finding("file-misplaced", "shelf", file=path, field="id", **words))
            if self.claim(record.id, path, "id"):
                self.shared[file_type.name][record.id] = record
        elif isinstance(record, Profile):
            self.expect(path, "name", parts["id"], record.id)
            self.shared["profile"][record.id] = record
            self.files[f"profile:{record.id}"] = path

    def place(self, name: str) -> dict[str, Any]:
        kinds = ("bodies", "services", "items", "editions", "publications", "announced")
        return self.places.setdefault(name, {"place": None, **{kind: {} for kind in kinds}})

    def expect(self, path: str, variant: str, found: str, expected: str) -> None:
        if found != expected:
            self.findings.append(
                finding("file-misplaced", variant, file=path, field="id", found=found, expected=expected)
            )

    def claim(self, identifier: str, path: str, field_path: str) -> bool:
        """Whether the id was free; a second use is a finding and stays out of the catalog."""
        if identifier in self.files:
            other = self.files[identifier]
            self.findings.append(finding("id-duplicate", file=path, field=field_path, id=identifier, other=other))
            return False
        self.files[identifier] = path
        return True

    def finish(self, present: set[str]) -> Catalog:
        """The catalog. `present` holds all paths: what is there but could not be read is neither absent nor deleted."""
        for path in sorted(present - self.records.keys()):
            known = classify(path)
            if known is not None and known[0].name in ("item", "service", "kind", "legal-basis"):
                self.files.setdefault(known[1]["id"], path)
        for name in REQUIRED:
            path = f"{name}.yaml"
            if path not in present:
                self.findings.append(finding("file-unknown", "absent", file=path, path=path, label=BY_NAME[name].label))
        places: dict[str, PlaceCatalog] = {}
        for name, parts in sorted(self.places.items()):
            place: Place | None = parts["place"]
            if place is None:
                path = f"places/{name}/place.yaml"
                if path not in present:
                    self.findings.append(finding("file-unknown", "absent", file=path, path=path, label="地区"))
                continue
            places[name] = PlaceCatalog(
                place=place,
                profile=self.shared["profile"].get(place.profile),
                bodies=parts["bodies"],
                services=dict(sorted(parts["services"].items())),
                items=dict(sorted(parts["items"].items())),
                editions=dict(sorted(parts["editions"].items())),
                publications=parts["publications"],
                announced=parts["announced"],
            )
        backlog: Any = self.records.get("backlog.yaml")
        return Catalog(
            places=places,
            profiles=self.shared["profile"],
            kinds=self.shared["kind"],
            legal_bases=self.shared["legal-basis"],
            vocabularies=self._vocabularies(),
            calendars=self.shared["calendar"],
            backlog=backlog.entries if backlog else (),
            files=self.files,
        )

    def _vocabularies(self) -> Vocabularies:
        records: dict[str, Any] = {name: self.records.get(f"{name}.yaml") for name in REQUIRED}
        keyed = {
            "methods": ("methods", "code"),
            "forms": ("forms", "id"),
            "lists": ("lists", "code"),
            "roles": ("roles", "code"),
        }
        values: dict[str, Any] = {}
        repeated: dict[str, tuple[tuple[int, str], ...]] = {}
        for name, (attribute, key) in keyed.items():
            entries = getattr(records[name], attribute) if records[name] else ()
            codes = [getattr(entry, key) for entry in entries]
            values[name] = dict(zip(codes, entries, strict=True))
            repeated[name] = tuple((i, code) for i, code in enumerate(codes) if code in codes[:i])
        whole = {name: records[name] for name in ("reasons", "exclusions", "topics", "rules")}
        answers = {a.code: a for a in records["methods"].answers} if records["methods"] else {}
        phrases = records["phrases"].phrases if records["phrases"] else ()
        return Vocabularies(**values, **whole, answers=answers, phrases=phrases, repeated=repeated)
