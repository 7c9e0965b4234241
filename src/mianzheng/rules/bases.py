"""Rules about legal bases: enough rank, the article exists, in force, not repealed; and the records themselves."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from mianzheng.model import BasisUse, CertificateItem, LegalBasis, first_day
from mianzheng.model.findings import ErrorLevel
from mianzheng.rules.examination import Examination
from mianzheng.rules.labels import RANKS, quoted_list

_NUMERAL = "[零〇一二三四五六七八九十百千]+|[0-9]+"
_ARTICLE = re.compile(
    rf"""(?:第(?:{_NUMERAL})[编章节](?:第(?:{_NUMERAL})节)?)?      # 第三章
         第(?P<article>{_NUMERAL})条(?:之(?:{_NUMERAL}))?
         (?:第(?:{_NUMERAL})款)?(?:第[（(]?(?:{_NUMERAL})[）)]?项)?(?:第[（(]?(?:{_NUMERAL})[）)]?目)?
         (?:[和、及](?:第(?:{_NUMERAL})款)?(?:第[（(]?(?:{_NUMERAL})[）)]?项)?)?\Z""",
    re.VERBOSE,
)
_HEADED = re.compile(
    r"(?:附件|附表|第[零〇一二三四五六七八九十百0-9]+[部编章节]|[（(]?[一二三四五六七八九十]+[）)、]|序号|清单).*"
)
WITHOUT_ARTICLES = frozenset({"normative_document", "state_council_decision"})
"""Documents that are often not divided into articles; their parts are cited as they are headed."""


def chinese_number(numeral: str) -> int:
    """The value of a Chinese or Arabic numeral up to 9999: 三十二 → 32, 第 excluded. Raises ValueError."""
    if numeral.isascii():
        return int(numeral)
    total = digit = 0
    for character in numeral:
        value = int(unicodedata.numeric(character))
        if value >= 10:
            total += (digit or 1) * value
            digit = 0
        else:
            digit = value
    return total + digit


@lru_cache(maxsize=1 << 12)
def article_number(article: str) -> int | None:
    """The number of the article that a citation names, or None if the citation cannot be read."""
    match = _ARTICLE.match(article)
    return chinese_number(match["article"]) if match else None


def article_order(article: str) -> tuple[int, ...]:
    """What citations of one law are sorted by: 第七条第二款 before 第七条第十款; what is not an article comes last."""
    numbers = tuple(map(chinese_number, re.findall(_NUMERAL, article)))
    return numbers if article_number(article) is not None else (9999, *numbers)


def check_bases_of_item(run: Examination, item: CertificateItem, file: str) -> None:
    """The bases that one item cites."""
    if item.status in ("cancelled", "excluded"):
        return
    if not item.legal_bases:
        # No basis leaves only one way: cancel (BS-PL-2-1b, FX-2-1-2).
        if not (item.versions and all(v.method == "cancel" for v in item.versions if not v.until)):
            run.add("basis-missing", file=file, field="legal_bases")
        return
    known = []
    for i, use in enumerate(item.legal_bases):
        basis = run.catalog.legal_bases.get(use.basis)
        if basis is not None:
            known.append(basis)
            _article(run, use, basis, file, f"legal_bases.{i}")
            _in_time(run, item, basis, file, f"legal_bases.{i}.basis")
    if known and not any(basis.carries_items for basis in known):
        new = run.is_new(file) or item.provenance.standing == "adopted"
        run.add(
            "basis-rank", file=file, field="legal_bases", severity="error" if new else "warning",
            ranks=quoted_list(list(dict.fromkeys(RANKS[b.rank] for b in known))),
            titles=quoted_list([b.marked_title for b in known]),
        )  # fmt: skip


def _article(run: Examination, use: BasisUse, basis: LegalBasis, file: str, at: str) -> None:
    if not use.article:
        if basis.rank not in WITHOUT_ARTICLES:
            run.add("basis-article-unknown", "absent", file=file, field=at, title=basis.marked_title)
        return
    number = article_number(use.article)
    if number is None:
        if basis.rank not in WITHOUT_ARTICLES or not _HEADED.match(use.article):
            run.add("basis-article-unknown", "form", file=file, field=f"{at}.article", article=use.article)
        return
    latest = run.latest_text.get(basis.id)
    if latest is not None and not 1 <= number <= latest.articles:
        run.add(
            "basis-article-unknown", "beyond", file=file, field=f"{at}.article", title=basis.marked_title,
            version=latest.from_, articles=latest.articles, article=use.article,
        )  # fmt: skip


def _in_time(run: Examination, item: CertificateItem, basis: LegalBasis, file: str, field: str) -> None:
    start = run.first_effective[basis.id]
    newest = max([v.from_ for v in item.versions], default=item.in_force.from_ if item.in_force else "")
    if start and newest and start > first_day(newest):
        severity: ErrorLevel = "error" if start > run.today else "warning"
        words: dict[str, Any] = {"title": basis.title, "effective": start, "since": newest}
        run.add("basis-not-yet", file=file, field=field, severity=severity, **words)
    if basis.repealed and first_day(basis.repealed.on) <= run.today:
        by = basis.repealed.by + basis.repealed.article
        run.add("basis-repealed", file=file, field=field, title=basis.marked_title, on=basis.repealed.on, by=by)


def check_basis_records(run: Examination) -> None:
    """The legal bases themselves: ordered versions, plausible dates, one record a document."""
    titles: dict[str, str] = {}
    for basis in run.catalog.legal_bases.values():
        file = run.file_of(basis.id)
        _successor(run, basis, file)
        days = [first_day(v.from_) for v in basis.versions]
        if days != sorted(days):
            run.add("basis-incomplete", "order", file=file, field="versions")
        if basis.published and basis.effective and first_day(basis.effective) < first_day(basis.published):
            words: dict[str, Any] = {"effective": basis.effective, "published": basis.published}
            run.add("basis-incomplete", "dates", file=file, field="effective", **words)
        key = basis.title + basis.region
        if key in titles:
            run.add(
                "basis-incomplete",
                "duplicate",
                file=file,
                field="title",
                title=basis.marked_title,
                other=titles[key],
            )
        titles.setdefault(key, basis.id)


def _successor(run: Examination, basis: LegalBasis, file: str) -> None:
    """Where a repealed law's articles went: a law that is there, citations that can be read."""
    if basis.repealed is None:
        return
    if basis.repealed.successor and basis.repealed.successor not in run.catalog.legal_bases:
        run.unknown(file, "repealed.successor", basis.repealed.successor, "依据")
    for old, new in basis.repealed.articles.items():
        for article in filter(None, (old, new)):
            if article_number(article) is None:
                run.add("basis-article-unknown", "form", file=file, field="repealed.articles", article=article)
    if any(basis.repealed.articles.values()) and not basis.repealed.successor:
        run.add("basis-incomplete", "successor", file=file, field="repealed.successor")
