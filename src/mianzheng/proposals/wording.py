"""Fields of items and services in words: what a change means, for somebody who knows neither git nor YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from mianzheng.model import (
    Catalog,
    CertificateItem,
    Duration,
    ItemVersion,
    PlaceCatalog,
    PublicService,
    Record,
    first_day,
)
from mianzheng.rules.items import part_label
from mianzheng.rules.labels import FALLBACKS, STATUSES, field_label, quoted_list

NOTHING = "—"


class Line(Record, kw_only=True):
    """One line of a was → now table; `NOTHING` where there was, or is, nothing."""

    field: str
    label: str
    was: str
    now: str


_CODES = {
    "time_class": {"electronic": "有电子档案的", "paper": "查纸质档案", "hard": "档案不全、不好查的",
                   "ordinary": "一般的", "complex": "复杂的"},
    "when": {"before": "办理前", "during": "办理中", "after": "办结后"},
    "how": {"onsite": "上门看", "online": "上网查", "sampling": "抽查", "internal": "单位内部查",
            "cooperation": "请有关单位协查"},
    "agency": {"verify": "部门核验", "proxy": "单位代办"},
    "valid_until": {"own_expiry": "材料自己的有效期", "facts_change": "情况变化为止"},
    "fields": {"name": "名称", "number": "编号", "code": "代码"},
    "extent": {"whole": "全程网办", "part": "有几步能上网办", "none": "还不能上网办"},
    "standing": {"illustrative": "示例", "imported": "从已公布的清单转入", "adopted": "正式"},
    "fallback": FALLBACKS,
    "status": STATUSES,
}  # fmt: skip
_UNITS = {"minute": "分钟", "hour": "小时", "workday": "个工作日", "day": "天", "month": "个月"}
_SKIPPED = frozenset({"id", "versions", "status", "cancelled"})
"""Fields of an item that have lines of their own, or never change."""


@dataclass(frozen=True)
class Wording:
    """Says what stands in the records of one place."""

    catalog: Catalog
    home: PlaceCatalog

    def lines(
        self, before: CertificateItem | PublicService | None, after: CertificateItem | PublicService
    ) -> list[Line]:
        """What has changed in a record, or all of a new one, in the order in which people ask."""
        if isinstance(after, PublicService):
            return list(self._fields(before, after))
        was = before if isinstance(before, CertificateItem) else None
        return [*self._standing(was, after), *self._newest(was, after), *self._fields(was, after)]

    def title(self, record: CertificateItem | PublicService) -> str:
        """What the record is about: the certificate and what it is for, or the service."""
        if isinstance(record, PublicService):
            return f"办事事项“{record.name}”"
        return f"“{self._kind(record.kind)}”（{self._service(record.service)}）"

    def body(self, id: str) -> str:
        """A body's name."""
        found = self.home.bodies.get(id)
        return found.name if found else id

    def basis(self, id: str, article: str) -> str:
        """A legal basis with its article."""
        found = self.catalog.legal_bases.get(id)
        return f"{found.marked_title if found else id}{article}"

    def method(self, version: ItemVersion) -> str:
        """What the place calls the method of a version."""
        labels = (self.home.profile.methods.labels_zh.value if self.home.profile else None) or {}
        known = self.catalog.vocabularies.methods.get(version.method)
        return labels.get(version.method) or (known.label if known else version.method)

    def said(self, name: str, value: Any) -> str:
        """A field's plain value in words; of the versions the newest with its terms."""
        if name == "versions" and isinstance(value, list | tuple) and value:
            newest = self._version(msgspec.convert(value[0], ItemVersion))
            return "；".join(f"{label}：{text}" for label, text in newest.values() if text)
        if name == "cancelled" and isinstance(value, dict):
            value = {**value, "reason": self.reason("cancel", value.get("reason", ""))}
        return self._value(name, value) or NOTHING

    def reason(self, type: str, code: str) -> str:
        """A reason of an adjustment in words."""
        entries = getattr(self.catalog.vocabularies.reasons, type, ())
        return next((entry.label for entry in entries if entry.code == code), code)

    def _standing(self, before: CertificateItem | None, after: CertificateItem) -> Iterator[Line]:
        was = STATUSES[before.status] if before else NOTHING
        if before is None or before.status != after.status:
            yield Line(field="status", label=field_label("status"), was=was, now=STATUSES[after.status])
        ended = after.cancelled
        if ended is not None and ended != (before.cancelled if before else None):
            said = {"on": ended.on, "reason": self.reason("cancel", ended.reason), "reason_text": ended.reason_text,
                    "upstream": ended.upstream, "successor": ended.successor}  # fmt: skip
            for name, text in said.items():
                if text:
                    label = {"on": "取消日期", "reason": "取消事由"}.get(name, field_label(name))
                    yield Line(field=f"cancelled.{name}", label=label, was=NOTHING, now=text)

    def _newest(self, before: CertificateItem | None, after: CertificateItem) -> Iterator[Line]:
        """The newest version against the one before the change; older ones in one line."""
        olds, news = (_ordered(item) for item in (before, after))
        if after.status == "cancelled" or olds == news:
            return
        old, new = (self._version(versions[0]) if versions else {} for versions in (olds, news))
        for name, label in {**new, **old}.items():
            yield from _line(f"versions.0.{name}", label[0], old.get(name, ("", ""))[1], new.get(name, ("", ""))[1])
        if _past(olds, news) != list(news[1:]):
            texts = [quoted_list([self._span(version) for version in versions]) for versions in (olds, news)]
            yield from _line("versions", field_label("versions"), *texts)

    def _version(self, version: ItemVersion) -> dict[str, tuple[str, str]]:
        """A version as label and text, by field; the terms of its method among them."""
        said = {"method": ("免提交方式", self.method(version)), "from": ("从哪天起", version.from_)}
        data: dict[str, Any] = msgspec.to_builtins(version)
        for name, value in data.items():
            if name == "time_class":
                said[name] = ("核验时限", self._time(value))
            elif name == "reason":
                said[name] = ("调整事由", self.reason("add", self.reason("change", value)))
            elif isinstance(value, dict):
                said |= {path: (label, text) for path, label, text in self._terms(name, value)}
            elif name not in said:
                said[name] = (field_label(name), self._value(name, value))
        return said

    def _terms(self, path: str, terms: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        for name, value in terms.items():
            if isinstance(value, dict):
                yield from self._terms(f"{path}.{name}", value)
            else:
                label = "数据来源单位" if name == "source" else field_label(name)
                yield f"{path}.{name}", label, self._value(name, value)

    def _time(self, code: str) -> str:
        leaf = getattr(self.home.profile.verify.classes, code, None) if self.home.profile else None
        length: Duration | None = leaf.value if leaf is not None else None
        label = _CODES["time_class"].get(code, code)
        return f"{length.n}{_UNITS[length.unit]}（{label}）" if length is not None else label

    def _span(self, version: ItemVersion) -> str:
        return f"{version.from_}至{version.until or '今后'}{self.method(version)}"

    def _fields(self, before: Record | None, after: Record) -> Iterator[Line]:
        for spec in msgspec.structs.fields(type(after)):
            name = spec.encode_name
            if name in _SKIPPED or (before is None and name in ("provenance", "in_force", "missing")):
                continue
            was, now = (getattr(record, spec.name) if record is not None else None for record in (before, after))
            if was != now:
                texts = (self._value(name, msgspec.to_builtins(value)) for value in (was, now))
                yield from _line(name, field_label(name), *texts)

    def _value(self, name: str, value: Any) -> str:
        """A field's value in words; empty for nothing."""
        if value in (None, "", (), [], {}):
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if name in self._names and isinstance(value, str):
            return self._names[name](value)
        if name == "missing" and isinstance(value, dict):
            return quoted_list([part_label(part) for part in value])
        if name == "legal_bases":
            said = [self.basis(use["basis"], use.get("article", "")) + _asks(use) for use in value]
            return "；".join(said)
        if isinstance(value, list | tuple):
            return quoted_list([self._value(name, one) for one in value])
        if isinstance(value, dict):
            labels = {"kind": "类型"} if name == "authorisation" else {}
            said = [f"{labels.get(key) or field_label(key)}：{self._value(key, one)}" for key, one in value.items()]
            return "；".join(said)
        return _CODES.get(name, {}).get(value, str(value))

    @cached_property
    def _names(self) -> dict[str, Callable[[str], str]]:
        """How ids and codes of other records are said, by the field that holds them."""
        forms = self.catalog.vocabularies.forms

        def form(id: str) -> str:
            return f"{forms[id].title}（{id}）" if id in forms else id

        bodies = dict.fromkeys(("requesting_body", "issuing_body", "by", "source", "body"), self.body)
        names = ("letter", "template", "request_template", "reply_template", "authorisation", "promise")
        papers = dict.fromkeys(names, form)
        return {**bodies, **papers, "kind": self._kind, "service": self._service, "problem_tags": self._tag,
                "ground": self._ground}  # fmt: skip

    def _kind(self, id: str) -> str:
        found = self.catalog.kinds.get(id)
        return found.name if found else id

    def _service(self, id: str) -> str:
        found = self.home.services.get(id)
        return found.name if found else id

    def _ground(self, code: str) -> str:
        entries = self.catalog.vocabularies.exclusions.online if self.catalog.vocabularies.exclusions else ()
        return next((entry.label for entry in entries if entry.code == code), code)

    def _tag(self, code: str) -> str:
        entries = self.catalog.vocabularies.reasons.problem_tags if self.catalog.vocabularies.reasons else ()
        return next((entry.label for entry in entries if entry.code == code), code)


def _asks(use: Mapping[str, Any]) -> str:
    return f"（{use['requires']}）" if use.get("requires") else ""


def _line(name: str, label: str, was: str, now: str) -> Iterator[Line]:
    if was != now:
        yield Line(field=name, label=label, was=was or NOTHING, now=now or NOTHING)


def _ordered(item: CertificateItem | None) -> list[ItemVersion]:
    return sorted(item.versions, key=lambda v: first_day(v.from_), reverse=True) if item else []


def _past(olds: list[ItemVersion], news: list[ItemVersion]) -> list[ItemVersion]:
    """What the older versions look like when all that happened is that a new one began, or the newest was edited."""
    if len(news) == len(olds) + 1 and olds:
        return [msgspec.structs.replace(olds[0], until=news[1].until), *olds[1:]]
    return olds[1:]
