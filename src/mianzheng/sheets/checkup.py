"""清单体检: the list of a county that is not online yet, judged by the rules of this system.

The table becomes a place of its own for as long as the check takes: its errands, bodies and unknown certificates are
records with passing ids, so the rules that judge the catalog judge it too, in their own sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from mianzheng.model import (
    BasisUse,
    Catalog,
    CertificateItem,
    CertificateKind,
    Finding,
    Place,
    PlaceCatalog,
    PublicBody,
    PublicService,
    sorted_findings,
)
from mianzheng.model.ids import Prefix, new_id
from mianzheng.model.items import Provenance
from mianzheng.model.places import Coverage
from mianzheng.model.reference import BodyKind
from mianzheng.rules import Examination
from mianzheng.rules.bases import check_bases_of_item
from mianzheng.rules.items import check_issuer
from mianzheng.rules.labels import quoted_list
from mianzheng.rules.names import normalised, vague_words
from mianzheng.rules.proofs import check_proofs
from mianzheng.rules.wording import finding
from mianzheng.sheets.citations import citations
from mianzheng.sheets.headings import COLUMNS
from mianzheng.sheets.importing import split
from mianzheng.sheets.matching import kind_register, law_register
from mianzheng.sheets.reading import Reading, SheetRow, tidy

STATUTORY = ("name", "service", "basis", "requesting_body", "issuing_body", "guide")
"""What each line of a kept list must say (优化营商环境条例第四十四条), with the certificate and the errand."""
ARTICLE_44 = "《优化营商环境条例》第四十四条"
_GIVES = ("开具", "出具", "核发", "办理", "申领", "补领", "换领", "申请")
"""An errand whose name has one of these and the name of a certificate gives that certificate."""
_COMMITTEE = ("村委会", "居委会", "村民委员会", "居民委员会", "村（居）委会", "村(居)委会", "社区")
_APPLICANT = ("申请人", "本人", "当事人", "经营者", "申请单位")


@dataclass
class Checkup:
    """What the check found: findings by line of the table, those about the table as a whole under line 0."""

    findings: dict[int, list[Finding]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    items: int = 0

    def add(self, line: int, one: Finding) -> None:
        known = self.findings.setdefault(line, [])
        if not any((one.code, one.message) == (other.code, other.message) for other in known):
            known.append(one)


def check_up(
    reading: Reading, catalog: Catalog, today: str, progress: Callable[[int, int], None] | None = None
) -> Checkup:
    """Judge a table on a Shanghai day against the catalog's kinds and legal bases."""
    done = Checkup()
    _columns(reading, done)
    trial = _Trial(catalog, done, today)
    for number, row in enumerate(reading.rows, 1):
        trial.take(row)
        if progress:
            progress(number, len(reading.rows))
    done.items = len(trial.items)
    for line, one in trial.judged():
        done.add(line, one)
    return done


def _columns(reading: Reading, done: Checkup) -> None:
    """Columns that the law asks for and that the table has none of, then cells of the others that are empty."""
    absent = [code for code in STATUTORY if not reading.head.of(code)]
    if absent:
        done.add(0, _missing(absent))
    for row in reading.rows:
        empty = [code for code in STATUTORY if code not in absent and code != "basis" and code not in row.says]
        if empty:
            done.add(row.line, _missing(empty))


def _missing(codes: list[str]) -> Finding:
    fields = quoted_list([COLUMNS[code] for code in codes])
    return _on_paper(finding("field-missing", file="", fields=fields, count=len(codes), basis=ARTICLE_44))


_FIXES = {
    "field-missing": "请补上；保留的证明事项要逐项列明设定依据、索要单位、开具单位、办理指南。",
    "basis-missing": "请补上法律、法规或国务院决定的依据；确实没有的，提出取消。",
    "reference-unknown": "本系统没有收录这部依据，没有核对；请自己核对是否现行有效、效力层级够不够。",
    "item-duplicate": "请合并成一行。",
}
"""How to mend it on paper, where the usual sentence speaks of files: a county that is not online has none."""


def _on_paper(one: Finding) -> Finding:
    return msgspec.structs.replace(one, fix=_FIXES.get(one.code, one.fix))


def _gives(service: str, kind: str) -> bool:
    """Whether the name of an errand says that this certificate is what one gets."""
    return kind in service and any(word in service for word in _GIVES)


_PLACE = Place(
    id="checkup", name="体检", short_name="体检", level="county", profile="none", coverage=Coverage(value="sample")
)


class _Trial:
    """The passing place that a table becomes."""

    def __init__(self, catalog: Catalog, done: Checkup, today: str) -> None:
        self.catalog, self.done, self.today = catalog, done, today
        self.kinds, self.laws = kind_register(catalog), law_register(catalog)
        self.taken = set(catalog.files)
        self.own: dict[tuple[Prefix, str], str] = {}
        self.new_kinds: dict[str, CertificateKind] = {}
        self.services: dict[str, PublicService] = {}
        self.bodies: dict[str, PublicBody] = {}
        self.items: dict[str, CertificateItem] = {}
        self.lines: dict[str, int] = {}
        self.unchecked: set[int] = set()

    def take(self, row: SheetRow) -> None:
        name = tidy(row.says.get("name", ""))[:120]
        service = tidy(row.says.get("service", ""))[:120]
        self.done.names[row.line] = name or service
        bases = self._bases(row)
        for one in split(row.says.get("name", ""), self.kinds) if name else []:
            kind = self._kind(one[:120])
            requesting = self._body(tidy(row.says.get("requesting_body", "未写明的单位"))[:120])
            issuer = tidy(row.says.get("issuing_body", ""))[:120]
            item = CertificateItem(
                id=self._fresh("zm"),
                kind=kind,
                service=self._service(service or "未写明的事项", requesting),
                requesting_body=requesting,
                issuing_body=self._body(issuer) if issuer else "",
                status="candidate",
                legal_bases=bases,
                provenance=Provenance(
                    standing="imported", basis_source="published_list", method_source="none", checked_on=self.today
                ),
            )
            self.items[item.id], self.lines[item.id] = item, row.line
            if found := vague_words(one):
                words: dict[str, Any] = {"label": "证明名称", "value": one, "found": found}
                self.done.add(row.line, finding("name-vague", file="", field="name", **words))

    def judged(self) -> Iterator[tuple[int, Finding]]:
        """The findings of the catalog's own rules on the passing place, with their lines."""
        kinds = {**self.catalog.kinds, **self.new_kinds}
        makes = {normalised(k.name): k.id for k in kinds.values() if len(k.name) >= 4}
        services = {
            i: msgspec.structs.replace(
                s, produces=tuple(k for name, k in makes.items() if _gives(normalised(s.name), name))
            )
            for i, s in self.services.items()
        }
        home = PlaceCatalog(_PLACE, None, self.bodies, services, self.items, {})
        files = {**self.catalog.files, **{i: f"第 {line} 行" for i, line in self.lines.items()}}
        run = Examination(replace(self.catalog, places={_PLACE.id: home}, kinds=kinds, files=files), self.today)
        check_proofs(run, home)
        at = {f"第 {line} 行": line for line in self.lines.values()}
        for item in self.items.values():
            file = files[item.id]
            if item.legal_bases or at[file] not in self.unchecked:
                check_bases_of_item(run, item, file)
            if item.issuing_body:
                check_issuer(run, item, file, self.bodies[item.issuing_body])
        for one in sorted_findings(run.findings):
            yield at[one.file], _on_paper(one)

    def _bases(self, row: SheetRow) -> tuple[BasisUse, ...]:
        uses = []
        for one in citations(row.says.get("basis", "")):
            if found := self.laws.find(one.title):
                uses.append(BasisUse(basis=found, article=one.article[:60]))
            else:
                self.unchecked.add(row.line)
                words: dict[str, Any] = {
                    "label": "设定依据",
                    "value": f"《{one.title}》{one.article}",
                    "target": "依据",
                    "hint": "",
                }
                unknown = finding("reference-unknown", file="", field="basis", severity="hint", **words)
                self.done.add(row.line, _on_paper(unknown))
        return tuple(dict.fromkeys(uses))

    def _kind(self, name: str) -> str:
        if known := self.kinds.find(name):
            return known
        record = self._own("kd", name)
        self.new_kinds[record] = CertificateKind(id=record, name=name, material_class="certificate", category="other")
        return record

    def _service(self, name: str, body: str) -> str:
        record = self._own("sv", name)
        self.services.setdefault(record, PublicService(id=record, name=name, body=body, kind="government"))
        return record

    def _body(self, name: str) -> str:
        record = self._own("bd", name)
        kind: BodyKind = "organ"
        if any(word in name for word in _COMMITTEE):
            kind = "committee"
        elif any(name.startswith(word) for word in _APPLICANT):
            kind = "applicant"
        self.bodies[record] = PublicBody(id=record, name=name, kind=kind, level="county")
        return record

    def _own(self, prefix: Prefix, name: str) -> str:
        key = (prefix, normalised(name))
        if key not in self.own:
            self.own[key] = self._fresh(prefix)
        return self.own[key]

    def _fresh(self, prefix: Prefix) -> str:
        fresh = new_id(prefix, self.taken)
        self.taken.add(fresh)
        return fresh
