"""The part of the form for what the catalog does not have yet: which fields each sort of record needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mianzheng.proposals.fields import of_row, rows_of
from mianzheng.proposals.newcomers import SORTS
from mianzheng.rules.labels import BODY_KINDS, LEVELS, MATERIALS, RANKS
from mianzheng.views.controls import Control, Option

if TYPE_CHECKING:
    from mianzheng.proposals.forms import Sort
    from mianzheng.views.proposal_form import FormView

_CASE_KINDS = [("instant", "即办件"), ("promised", "承诺件")]
_AUDIENCES = [("person", "个人"), ("enterprise", "企业、单位"), ("both", "个人和单位")]


@dataclass(frozen=True)
class NewRow:
    """A new record in the form: its number, what it is, its id and the fields to fill in."""

    number: int
    label: str
    sort: str
    id: str
    fields: Sequence[Control]


def new_rows(view: FormView, bodies: Sequence[Option]) -> list[NewRow]:
    """Every record that the form writes anew; `bodies` can be chosen, those that are new themselves among them."""
    found = []
    for number in map(int, rows_of(view.fields, "new")):
        said = of_row(view.fields, number, "new")
        sort = said.get("sort", "")
        if sort in SORTS:
            fields = [_placed(one, number) for one in _fields(view, sort, bodies)]
            found.append(NewRow(number, f"新的{SORTS[sort].label}", sort, said.get("id", ""), fields))
    return found


def _placed(field: Control, number: int) -> Control:
    return replace(field, name=f"new.{number}.fields.{field.name}")


def _fields(view: FormView, sort: Sort, bodies: Sequence[Option]) -> list[Control]:
    topics = view.catalog.vocabularies.topics
    match sort:
        case "kind":
            categories = [(one.code, one.label) for one in topics.categories] if topics else []
            return [
                Control("name", "证明的名称", hint="写正式的名称，不写“等相关材料”", required=True),
                Control("material_class", "是证明还是证照", list(MATERIALS.items()), required=True),
                Control("category", "类别", categories, required=True),
            ]
        case "service":
            types = [(one.code, one.label) for one in topics.service_types] if topics else []
            return [
                Control("name", "事项的名称", hint="和政务服务事项目录写得一样", required=True),
                Control("body", "办理单位", bodies, required=True),
                Control("kind", "事项类型", types, required=True),
                Control("audience", "谁来办", _AUDIENCES),
                Control("case_kind", "办件类型", _CASE_KINDS),
                Control("promised_days", "承诺几个工作日办完", type="number", hint="承诺件才填"),
                Control("code", "事项编码"),
            ]
        case "body":
            return [
                Control("name", "单位的全称", required=True),
                Control("short_name", "简称"),
                Control("kind", "单位的性质", list(BODY_KINDS.items())[:-1], required=True),
                Control("level", "层级", list(LEVELS.items()), required=True),
                Control("phone", "办公电话", hint="窗口或者办公室的电话，不写个人手机号"),
            ]
    return [
        Control("title", "法规或者文件的名称", hint="不带书名号", required=True),
        Control("rank", "效力层级", list(RANKS.items()), required=True),
        Control("issuer", "制定机关", required=True),
        Control("document_number", "文号"),
        Control("published", "公布日期", type="date"),
        Control("effective", "施行日期", type="date"),
        Control("register", "在哪里核对的", hint="例如：国家法律法规数据库", required=True),
    ]
