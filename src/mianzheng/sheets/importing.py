"""A department's table as a batch proposal: each line an item to add, an item that is there already, or a question.

Nothing is guessed: what no record bears as its name stays empty, its words go into the note, and the report names what
could be meant. The proposal is what `POST /api/v1/proposals` takes; people complete it in the form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mianzheng.model import Catalog, CertificateItem, PlaceCatalog
from mianzheng.model.findings import ErrorLevel
from mianzheng.proposals.forms import Application, CitedBasis, ItemWish
from mianzheng.rules.labels import STATUSES, quoted_list
from mianzheng.rules.names import vague_words
from mianzheng.rules.wording import finding
from mianzheng.sheets.citations import citations
from mianzheng.sheets.headings import COLUMNS, Head
from mianzheng.sheets.matching import Register, Registers, registers
from mianzheng.sheets.reading import Reading, Remark, SheetRow, tidy

BATCH = 200
"""Items that one application holds."""
NOTE = 1000
_NUMBERED = re.compile(r"^\s*[（(]?\d{1,2}[）).、．]\s*")
_KEPT = ("reason", "note")
_NOT_CARRIED = {
    "clause": "条文原文不带入，清单只写条号和自己的话。",
    "rank": "效力层级由依据库给出，不带入。",
    "level": "层级由索要单位给出，不带入。",
    "service_type": "事项类型由办事事项给出，不带入。",
    "guide": "办事指南记在办事事项里，不带入。",
    "code": "事项编码记在办事事项里，不带入。",
}


@dataclass
class Imported:
    """What a table came to: applications of up to `BATCH` items, and for each item the line it stands on.

    `listed` maps lines to items that the list has already.
    """

    applications: list[Application] = field(default_factory=list)
    lines: list[list[SheetRow]] = field(default_factory=list)
    listed: dict[int, list[str]] = field(default_factory=dict)
    repeated: dict[int, int] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def import_rows(
    reading: Reading,
    catalog: Catalog,
    home: PlaceCatalog,
    today: str,
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """The batch of a table for one place; `today` (`YYYY-MM-DD`) is the day of application."""
    work = _Work(catalog, home, reading.head)
    for c, code in enumerate(reading.head.columns, 1):
        if code in _NOT_CARRIED:
            work.done.remarks.append(Remark(reading.head.first + 1, c, _NOT_CARRIED[code]))
    for number, row in enumerate(reading.rows, 1):
        work.take(row)
        if progress:
            progress(number, len(reading.rows))
    wishes = work.wishes
    for start in range(0, len(wishes), BATCH):
        part = wishes[start : start + BATCH]
        bodies = {wish.requesting_body for wish, _ in part}
        applicant = bodies.pop() if len(bodies) == 1 else ""
        items = tuple(wish for wish, _ in part)
        done = Application(place=home.place.id, type="add", applied_on=today, applicant=applicant, items=items)
        work.done.applications.append(done)
        work.done.lines.append([row for _, row in part])
    return work.done


class _Work:
    """One table on its way through."""

    def __init__(self, catalog: Catalog, home: PlaceCatalog, head: Head) -> None:
        self.known: Registers = registers(catalog, home)
        self.column = {code: head.columns.index(code) + 1 for code in head.columns}
        self.done = Imported()
        self.wishes: list[tuple[ItemWish, SheetRow]] = []
        self.seen: dict[tuple[str, str, str], int] = {}
        self.there: dict[tuple[str, str, str], CertificateItem] = {
            (item.kind, item.service, item.requesting_body): item for item in home.items.values()
        }

    def say(self, row: SheetRow, code: str, said: str, level: ErrorLevel | None = None) -> None:
        self.done.remarks.append(Remark(row.line, row.at.get(code) or self.column.get(code, 0), said, level))

    def take(self, row: SheetRow) -> None:
        row = self._turned(row)
        kept: list[str] = [f"{COLUMNS[code]}：{tidy(row.says[code])}" for code in _KEPT if code in row.says]
        kinds = self._several(row, "name", self.known.kinds, kept)
        services = self._several(row, "service", self.known.services, kept)
        requesting = self._one(row, "requesting_body", self.known.bodies, kept)
        issuing = self._one(row, "issuing_body", self.known.bodies, kept)
        method = self._one(row, "method", self.known.methods, kept)
        bases = tuple(self._bases(row, kept))
        note = "；".join(kept)
        if len(note) > NOTE:
            self.say(row, "note", f"备注和没认出的内容超过 {NOTE} 字，只带入前面的部分。", "warning")
        for kind in kinds:
            for service in services:
                wish = ItemWish(
                    kind=kind, service=service, requesting_body=requesting, issuing_body=issuing, legal_bases=bases,
                    version={"method": method} if method else None, note=note[:NOTE],
                )  # fmt: skip
                self._keep(row, wish)

    def _turned(self, row: SheetRow) -> SheetRow:
        """A line whose certificate and errand stand in each other's column; said, and only when both are certain."""
        name, service = row.says.get("name", ""), row.says.get("service", "")
        kinds, services = self.known.kinds, self.known.services
        if kinds.find(tidy(name)) or not services.find(tidy(name)):
            return row
        if not kinds.find(tidy(service)):
            self.say(row, "name", "“证明名称”里写的是办理的事项，请改成证明的名称。", "error")
            return row
        self.say(row, "name", "“证明名称”和办理的事项填反了，已经换过来，请核对。", "warning")
        says = {**row.says, "name": service, "service": name}
        return SheetRow(row.line, says, {**row.at, "name": row.at["service"], "service": row.at["name"]})

    def _several(self, row: SheetRow, code: str, register: Register, kept: list[str]) -> list[str]:
        """The records that a cell names, one or more; words that no record bears are kept and give an empty id."""
        text = row.says.get(code, "")
        if not text:
            self.say(row, code, f"“{COLUMNS[code]}”没有填。", "error")
            return [""]
        pieces = split(text, register)
        if len(pieces) > 1:
            self.say(row, code, f"一格里有 {len(pieces)} 项，分成 {len(pieces)} 条：{quoted_list(pieces)}。")
        return [self._found(row, code, piece, register, kept) for piece in pieces]

    def _one(self, row: SheetRow, code: str, register: Register, kept: list[str]) -> str:
        text = tidy(row.says.get(code, ""))
        return self._found(row, code, text, register, kept) if text else ""

    def _found(self, row: SheetRow, code: str, text: str, register: Register, kept: list[str]) -> str:
        if found := register.find(text):
            said = register.shown[found]
            self.say(row, code, f"“{text[:60]}”认作“{said}”（{found}）。")
            return found
        near = register.near(text)
        hint = f"是不是{'或者'.join(f'“{one}”' for one in near)}？" if near else "请先登记，或者改正名称。"
        if code == "name" and (found := vague_words(text)):
            judged = finding("name-vague", file="", label="证明名称", value=text, found=found)
            self.say(row, code, judged.message + judged.fix, "error")
        else:
            self.say(row, code, f"没有登记名为“{text[:60]}”的{COLUMNS[code]}，没有填。{hint}", "error")
        kept.append(f"原表写的{COLUMNS[code]}：{text}")
        return ""

    def _bases(self, row: SheetRow, kept: list[str]) -> Iterator[CitedBasis]:
        cited = citations(row.says.get("basis", ""))
        if not cited:
            self.say(row, "basis", "“设定依据”没有填。", "error")
        for one in cited[:20]:
            found = self.known.laws.find(one.title)
            if not found:
                near = self.known.laws.near(one.title)
                hint = f"是不是{'或者'.join(f'《{title}》' for title in near)}？" if near else "请先登记这部依据。"
                self.say(row, "basis", f"依据库里没有“{one.title[:60]}”，没有填。{hint}", "error")
                kept.append(f"原表写的依据：《{one.title}》{one.article}")
                continue
            left = "条文原文没有带入。" if one.has_clause else ""
            law = self.known.laws.shown[found]
            self.say(row, "basis", f"“{one.title[:60]}”{one.article}认作《{law}》（{found}）。{left}")
            yield CitedBasis(basis=found, article=one.article)
        if len(cited) > 20:
            self.say(row, "basis", f"有 {len(cited)} 个依据，一条最多 20 个，后面的没有带入。", "error")

    def _keep(self, row: SheetRow, wish: ItemWish) -> None:
        key = (wish.kind, wish.service, wish.requesting_body)
        if all(key) and key in self.there:
            self._listed(row, wish, self.there[key])
            return
        if all(key) and key in self.seen:
            self.done.repeated[row.line] = self.seen[key]
            self.say(row, "name", f"和第 {self.seen[key]} 行是同一条，没有再写一遍。", "warning")
            return
        self.seen.setdefault(key, row.line)
        self.wishes.append((wish, row))

    def _listed(self, row: SheetRow, wish: ItemWish, item: CertificateItem) -> None:
        self.done.listed.setdefault(row.line, []).append(item.id)
        self.say(row, "name", f"清单里已经有这一条（{item.id}，{STATUSES[item.status]}），没有再加。")
        newest = max(item.versions, key=lambda v: v.from_, default=None)
        wanted = (wish.version or {}).get("method", "")
        other = {
            "issuing_body": bool(wish.issuing_body) and wish.issuing_body != item.issuing_body,
            "method": bool(wanted) and newest is not None and wanted not in (newest.method, newest.agency),
            "basis": bool(wish.legal_bases)
            and {(u.basis, u.article) for u in wish.legal_bases} != {(u.basis, u.article) for u in item.legal_bases},
        }
        for code in (code for code, differs in other.items() if differs):
            self.say(row, code, f"“{COLUMNS[code]}”和清单里的不一样；要改请另提变更。", "warning")


def split(text: str, register: Register) -> list[str]:
    """The names in a cell. Breaks and 、 part names only where every part is a record; ；and numbers always do."""
    whole = tidy(text)
    if register.find(whole):
        return [whole]
    lines = [line for line in re.split(r"[\n；;]", text) if line.strip()]
    certain = "；" in text or ";" in text or (len(lines) > 1 and all(_NUMBERED.match(line) for line in lines))
    for pattern in (r"[\n；;]", r"[\n；;、]"):
        pieces = [tidy(_NUMBERED.sub("", piece)) for piece in re.split(pattern, text)]
        pieces = list(dict.fromkeys(filter(None, pieces)))
        if pieces and all(register.find(piece) for piece in pieces):
            return pieces
    if certain:
        return list(dict.fromkeys(tidy(_NUMBERED.sub("", line)) for line in lines))
    return [whole]
