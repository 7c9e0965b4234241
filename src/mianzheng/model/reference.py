"""The things that items point to: kinds of certificate, legal bases, public services, public bodies."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta, field

from mianzheng.model.values import (
    BasisId,
    BodyId,
    Code,
    Day,
    KindId,
    Name,
    PartialDate,
    Period,
    Record,
    ServiceId,
    Text,
    first_day,
)

MaterialClass = Literal["certificate", "licence", "approval"]
"""证明 · 证照 · 批文 (FX-4-2, WH-OR-02)."""

BodyKind = Literal[
    "organ", "authorised_org", "township", "centre", "public_service",
    "committee", "institution", "company", "judicial", "applicant",
]  # fmt: skip
"""organ 行政机关 · authorised_org 法律法规授权组织 · township 乡镇、街道 · centre 政务服务中心 ·
public_service 公用企事业单位 · committee 村（居）委会 · institution 医院学校等 · company 银行、用人单位等 ·
judicial 法院、公证等 · applicant 申请人自己."""

Level = Literal["national", "province", "city", "district", "county", "township", "town", "village"]

Rank = Literal[
    "law", "administrative_regulation", "state_council_decision", "local_regulation",
    "department_rule", "local_government_rule", "judicial_interpretation", "normative_document",
]  # fmt: skip
"""Only the first four can carry a certificate item (优化营商环境条例第四十四条)."""

CARRYING_RANKS = frozenset({"law", "administrative_regulation", "state_council_decision", "local_regulation"})

NotPublished = Literal["not_published"]


class MayNotIssue(Record, kw_only=True):
    """Bodies that must not issue this kind of certificate, and on which ground (FX-3-1-1)."""

    bodies: Annotated[tuple[BodyKind, ...], Meta(min_length=1)]
    basis: BasisId
    instead: Annotated[str, Meta(title="改为怎么办", max_length=300)] = ""


class CertificateKind(Record, kw_only=True):
    """证明种类: the reusable noun, such as 婚姻状况证明, with the names and words people use."""

    id: KindId
    name: Name
    aliases: tuple[Name, ...] = ()
    words: tuple[Name, ...] = ()
    material_class: MaterialClass
    category: Code
    may_not_issue: tuple[MayNotIssue, ...] = ()
    topics: tuple[Code, ...] = ()
    same_fact: tuple[KindId, ...] = ()
    priority: Annotated[int, Meta(ge=0, le=9)] = 0
    note: Text = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All names it is known by, the official one first."""
        return (self.name, *self.aliases)


class Guide(Record, kw_only=True):
    """The parts of a service guide (办事指南) that an item list asks for (QS-PL-4-2a)."""

    conditions: Text = ""
    procedure: Text = ""
    time_limit: Text = ""
    fee: Text = ""


class Authorisation(Record, kw_only=True):
    """What a township may decide and on whose behalf (QS-PL-4-2d)."""

    basis: Text
    kind: Text
    term: Text
    area: Text


class Online(Record, kw_only=True):
    """How far a service can be done on line (QS-PL-4-2c, QS-PL-4-4b).

    `whole`: from filing to result (全程网办) · `part`: some of its steps · `none`: not yet, for the `reason` that is
    made public, or never, on a `ground` of `exclusions.yaml` (`online`: QS-PL-4-4a).
    """

    extent: Literal["whole", "part", "none"]
    ground: Code = ""
    reason: Text = ""


class Advice(Record, kw_only=True):
    """One entry of the advice knowledge base (咨询知识库): what people ask at the window, and the answer.

    The department that does the service supplies and updates it (QS-SP-1-3-3).
    """

    question: Annotated[str, Meta(title="问", min_length=1, max_length=120)]
    answer: Annotated[str, Meta(title="答", min_length=1, max_length=600)]
    updated: Day


class PublicService(Record, kw_only=True):
    """政务服务事项: what the citizen comes for. The folder of these files is the service directory (FX-2-2-1)."""

    id: ServiceId
    name: Name
    aliases: tuple[Name, ...] = ()
    words: tuple[Name, ...] = ()
    code: Annotated[str, Meta(title="事项编码", max_length=60)] = ""
    body: BodyId
    kind: Code
    audience: Literal["person", "enterprise", "both"] = "both"
    case_kind: Literal["instant", "promised", ""] = ""
    promised_days: Annotated[int, Meta(ge=0, le=400)] = 0
    topics: tuple[Code, ...] = ()
    produces: tuple[KindId, ...] = ()
    guide: Guide | None = None
    guide_url: Annotated[str, Meta(max_length=400)] = ""
    guide_updated: Day = ""
    authorisation: Authorisation | None = None
    online: Online | None = None
    one_window: Annotated[bool, Meta(title="是否纳入一窗受理")] = False
    advice: tuple[Advice, ...] = ()
    approve_first_excluded: Literal["property", "identity_core", ""] = ""
    missing: dict[Code, NotPublished] = {}
    note: Text = ""


class FormerName(Record, kw_only=True):
    """A name that a body had until some day (OQ-61)."""

    name: Name
    until: PartialDate = ""


class PublicBody(Record, kw_only=True):
    """单位: an organ, authorised organisation or public-service body. Posts and office phones only, no persons."""

    id: BodyId
    name: Name
    short_name: Name = ""
    former_names: tuple[FormerName, ...] = ()
    kind: BodyKind
    level: Level
    valid: Period | None = None
    successor: BodyId = ""
    phone: Annotated[str, Meta(title="办公电话", max_length=40)] = ""
    note: Text = ""


class BasisVersion(Record, kw_only=True):
    """One version of a law: the day it took effect and how many articles it has."""

    from_: PartialDate = field(name="from")
    articles: Annotated[int, Meta(ge=0, le=2000, title="条数")] = 0


class Repeal(Record, kw_only=True):
    """An explicit repeal found in another text.

    `successor` is the law that took its place and `articles` where each article went: old citation → new one, empty
    where nothing took its place. Articles that it does not name are nobody's guess.
    """

    on: PartialDate
    by: Annotated[str, Meta(title="废止它的文件", max_length=200)]
    article: Annotated[str, Meta(max_length=60)] = ""
    successor: BasisId | Literal[""] = ""
    articles: dict[str, str] = {}


_INNER_MARKS = str.maketrans("《》", "〈〉")


@lru_cache(maxsize=1 << 12)
def _marked(title: str) -> str:
    return f"《{title.translate(_INNER_MARKS)}》"


class LegalBasis(Record, kw_only=True):
    """设定依据: a law, regulation, decision or document that items cite."""

    id: BasisId
    title: Name
    short_title: Name = ""
    rank: Rank
    document_number: Annotated[str, Meta(title="文号", max_length=120)] = ""
    issuer: Name
    region: Annotated[str, Meta(title="适用地域", max_length=40)] = ""
    published: PartialDate = ""
    published_basis: Literal["promulgated", "passed", ""] = ""
    effective: PartialDate = ""
    versions: tuple[BasisVersion, ...] = ()
    repealed: Repeal | None = None
    checked_on: Day
    register: Annotated[str, Meta(title="在哪里核对", max_length=120)]
    missing: dict[Code, NotPublished] = {}
    note: Text = ""

    @property
    def marked_title(self) -> str:
        """The title in title marks; marks inside it become single ones (GB/T 15834): 《〈教师资格条例〉实施办法》."""
        return _marked(self.title)

    @property
    def carries_items(self) -> bool:
        """Whether its rank is high enough to demand a certificate."""
        return self.rank in CARRYING_RANKS

    def version_on(self, day: str) -> BasisVersion | None:
        """The version in force on `day`, or None when it was not yet in force or no version is recorded."""
        held = [v for v in self.versions if first_day(v.from_) <= day]
        return max(held, key=lambda v: first_day(v.from_)) if held else None
