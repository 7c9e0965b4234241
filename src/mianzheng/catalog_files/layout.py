"""Where everything lies in the catalog folder: path ↔ type of file. Pinned: read from outside."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mianzheng.model import (
    BacklogFile,
    BodiesFile,
    CalendarYear,
    CertificateItem,
    CertificateKind,
    Edition,
    ExclusionsFile,
    FormsFile,
    LegalBasis,
    ListsFile,
    MethodsFile,
    PhrasesFile,
    Place,
    Profile,
    PublicationsFile,
    PublicService,
    ReasonsFile,
    Record,
    RolesFile,
    RulesFile,
    TopicsFile,
)

MAX_BYTES = 1_000_000
"""Of a file, unless its type says otherwise."""


@dataclass(frozen=True)
class FileType:
    """One type of file: its name (also the schema's), its label, its record type and its path."""

    name: str
    label: str
    record: type[Record]
    pattern: re.Pattern[str]
    max_bytes: int = MAX_BYTES


def _type(name: str, label: str, record: type[Record], pattern: str, max_bytes: int = MAX_BYTES) -> FileType:
    return FileType(name, label, record, re.compile(rf"{pattern}\.yaml\Z"), max_bytes)


EDITION_BYTES = 20_000_000
"""An edition holds a whole list: ten thousand lines are about 7 MB."""
_PLACE = r"places/(?P<place>[^/]+)"
FILE_TYPES = (
    _type("item", "证明事项", CertificateItem, rf"{_PLACE}/items/(?P<body>[^/]+)/(?P<id>[^/]+)"),
    _type("service", "政务服务事项", PublicService, rf"{_PLACE}/services/(?P<id>[^/]+)"),
    _type("bodies", "单位", BodiesFile, rf"{_PLACE}/bodies"),
    _type("place", "地区", Place, rf"{_PLACE}/place"),
    _type("edition", "半年度清单", Edition, rf"{_PLACE}/editions/(?P<id>[^/]+)", EDITION_BYTES),
    _type("publications", "公布渠道登记", PublicationsFile, rf"{_PLACE}/publications"),
    _type("kind", "证明种类", CertificateKind, r"kinds/(?P<shelf>[^/]+)/(?P<id>[^/]+)"),
    _type("legal-basis", "设定依据", LegalBasis, r"legal-bases/(?P<id>[^/]+)"),
    _type("profile", "规则", Profile, r"profiles/(?P<id>[^/]+)"),
    _type("calendar", "工作日历", CalendarYear, r"calendar/(?P<id>[0-9]{4})"),
    _type("methods", "免提交方式", MethodsFile, "methods"),
    _type("phrases", "页面用语", PhrasesFile, "phrases"),
    _type("reasons", "理由代码", ReasonsFile, "reasons"),
    _type("exclusions", "不纳入情形", ExclusionsFile, "exclusions"),
    _type("forms", "文书", FormsFile, "forms"),
    _type("lists", "清单种类", ListsFile, "lists"),
    _type("topics", "生活场景", TopicsFile, "topics"),
    _type("roles", "角色", RolesFile, "roles"),
    _type("rules", "规则条文登记", RulesFile, "rules"),
    _type("backlog", "待办清单", BacklogFile, "backlog"),
)
BY_NAME = {t.name: t for t in FILE_TYPES}
BY_RECORD = {t.record: t for t in FILE_TYPES}
REQUIRED = ("methods", "phrases", "reasons", "exclusions", "forms", "lists", "topics", "roles", "rules")
"""Vocabularies without which nothing can be checked."""


def classify(path: str) -> tuple[FileType, dict[str, str]] | None:
    """The type of a file by its path relative to the catalog folder, with the parts of the path; None if unknown."""
    for file_type in FILE_TYPES:
        match = file_type.pattern.match(path)
        if match:
            return file_type, match.groupdict()
    return None


def path_of(record: Record, place: str = "") -> str:
    """Where a new record has to be written, relative to the catalog folder. `place` for what lies in a place."""
    name = BY_RECORD[type(record)].name
    if isinstance(record, CertificateItem):
        return f"places/{place}/items/{record.requesting_body}/{record.id}.yaml"
    if isinstance(record, PublicService):
        return f"places/{place}/services/{record.id}.yaml"
    if isinstance(record, Edition):
        return f"places/{record.place}/editions/{record.id}.yaml"
    if isinstance(record, CertificateKind):
        return f"kinds/{record.id[3:5]}/{record.id}.yaml"
    if isinstance(record, LegalBasis):
        return f"legal-bases/{record.id}.yaml"
    if isinstance(record, Profile):
        return f"profiles/{record.id}.yaml"
    if isinstance(record, CalendarYear):
        return f"calendar/{record.year}.yaml"
    if isinstance(record, Place):
        return f"places/{record.id}/place.yaml"
    if isinstance(record, BodiesFile | PublicationsFile):
        return f"places/{place}/{name}.yaml"
    return f"{name}.yaml"
