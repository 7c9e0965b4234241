"""The fields that come with each event: their names, what they hold, and which of them are free text.

Free text is masked and sealed; everything else is a code, a number, an instant or an id, and may stand in an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(max_length=4000)]
Word = Annotated[str, Meta(max_length=60)]
Words = Annotated[list[Word], Meta(max_length=20)]

TEXTS = frozenset({"reply", "why", "malice_note", "how_it_went", "question", "text"})
LABELS = {
    "reply": "答复",
    "why": "理由",
    "malice_note": "恶意举报的核实情况",
    "how_it_went": "联系的情况",
    "question": "要补充什么",
    "text": "内容",
    "ground": "理由",
    "grounds": "反映的问题",
    "about": "涉及的单位",
    "parts": "成立的条件",
    "linked_case": "正在办的那一件",
    "remedy": "救济途径",
    "remedy_on": "申请的日期",
    "leader": "先收到的那一件",
    "same_matter": "是同一件事",
    "handling_body": "承办单位",
    "lead_body": "牵头单位",
    "joint_bodies": "联合办理的单位",
    "days": "延期天数",
    "findings": "核查结论",
    "way": "方式",
    "told_at": "告知的时刻",
    "score": "评分",
    "external_ref": "来件编号",
    "purpose": "用途",
    "file": "照片或者文件",
    "files": "照片和文件",
}
SHAPES: Mapping[str, Any] = {
    "days": int,
    "score": int,
    "same_matter": bool,
    "parts": Annotated[list[int], Meta(max_length=9)],
    "grounds": Words,
    "about": Words,
    "joint_bodies": Words,
    "files": Words,
    "findings": Annotated[dict[Word, Word], Meta(max_length=20)],
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "release": (),
    "accept": ("grounds", "about"),
    "refuse": ("ground", "parts", "linked_case", "malice_note", "remedy", "why", "reply"),
    "link": ("leader", "same_matter"),
    "transfer": ("handling_body", "why"),
    "investigate": (),
    "join": ("lead_body", "joint_bodies"),
    "ask_extension": ("days", "why"),
    "extend": ("days",),
    "decline_extension": ("why",),
    "propose_conclusion": ("findings", "reply", "why"),
    "return_conclusion": ("why",),
    "conclude": ("findings", "reply"),
    "attempt": ("way", "how_it_went"),
    "inform": ("way", "told_at"),
    "propose_termination": ("ground", "remedy", "remedy_on", "why"),
    "decline_termination": ("why",),
    "terminate": ("ground", "remedy", "remedy_on", "reply"),
    "withdraw": ("why",),
    "supplement": ("text",),
    "attach": ("files",),
    "ask_supplement": ("question",),
    "rate": ("score",),
    "object": ("text",),
    "note": ("text",),
    "import_reference": ("external_ref",),
    "urge": ("why",),
    "reveal": ("purpose",),
    "open_file": ("file", "purpose"),
}
"""Events that people cause; those of the system bring what the system knows."""
_SENTENCES = {
    int: "请填数字，只写整数",
    bool: "请打勾确认",
}


def misshapen(event: str, given: Mapping[str, Any]) -> dict[str, str]:
    """Fields that an event does not have, or that hold something else than they should, each with a sentence."""
    wrong = {}
    for name, value in given.items():
        shape = SHAPES.get(name, Text if name in TEXTS else Word)
        if name not in FIELDS.get(event, ()):
            wrong[name] = "这一步没有这一栏"
            continue
        try:
            msgspec.convert(value, shape, strict=True)
        except msgspec.ValidationError:
            wrong[name] = _SENTENCES.get(shape, f"“{LABELS[name]}”填得不对，或者太长")
    return wrong
