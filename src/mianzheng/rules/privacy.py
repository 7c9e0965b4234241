"""No personal data in the public catalog: looked for in the text itself, wherever it stands. Rule: YY-JM-2-1."""

from __future__ import annotations

import re
from typing import Any

from mianzheng.model import Finding
from mianzheng.rules.wording import finding

# 17 digits and a check character; an index number of a government document (18 digits, a slash, a year) is none.
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z]|/[12][0-9]{3}-)")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9A-Za-z])")
_NAME_KEY = re.compile(
    r"""^\s*(?:-\s+)?["']?(?P<key>(?:[a-z]+_)*(?:person_name|person|full_name|real_name|surname|given_name)
        |(?:contact|applicant|complainant|agent|handler|reporter|staff|legal_representative|director|leader)_name
        |complainant|(?:[\u4e00-\u9fff]*(?:姓名|人名))|联系人|填报人|经办人|负责人|承办人)["']?\s*:""",
    re.VERBOSE | re.MULTILINE,
)
_INLINE_NAME_KEY = re.compile(
    r"[{,]\s*[\"']?(?P<key>(?:contact|applicant|complainant|agent|handler|reporter|staff)_name|contact_person|person_name"
    r"|full_name|real_name|姓名|联系人|填报人|经办人)[\"']?\s*:"
)
_LABELLED = re.compile(r"(?P<found>(?:联系人|填报人|经办人|承办人|姓名|手机号?)[：:]\s*[^\s，。；、\"'}\]]{2,})")
# How every name key and every label ends: a text without this holds neither.
_WORDS = re.compile(r"(?:name|person|complainant|姓名|人名|联系人|填报人|经办人|负责人|承办人|手机号?)[\"']?\s*[:：]")
# Every digit becomes 0 and what people put between digits goes: eleven in a row may be a number of a person.
_DIGITS = bytes(48 if 48 <= byte <= 57 else byte for byte in range(256))


def personal_data(file: str, text: str) -> list[Finding]:
    """Identity numbers, mobile numbers, name fields and labelled names in a file's text."""
    if b"0" * 11 not in text.encode().translate(_DIGITS, b"- ") and not _WORDS.search(text):
        return []
    found: list[Finding] = []
    for variant, pattern in (
        ("id", _IDENTITY),
        ("mobile", _MOBILE),
        ("name", _NAME_KEY),
        ("name", _INLINE_NAME_KEY),
    ):
        for match in pattern.finditer(text):
            start = match.start("key") if variant == "name" else match.start()
            line = text.count("\n", 0, start) + 1
            column = start - (text.rfind("\n", 0, start) + 1) + 1
            words: dict[str, Any] = {"key": match["key"]} if variant == "name" else {}
            found.append(finding("personal-data", variant, file=file, line=line, column=column, **words))
    for match in _LABELLED.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        label = re.split("[：:]", match["found"])[0]
        if not any(f.line == line for f in found):
            found.append(finding("personal-data", "label", file=file, line=line, column=column, found=label))
    return found
