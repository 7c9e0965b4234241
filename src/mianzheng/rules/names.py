"""Rules about names: no vague wording where a person must know what to bring, and one kind for each name.

Official titles of laws are never touched, whatever they contain (QS-PL-4-2b, QS-SP-1-3-1a, S-CAT-05).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mianzheng.model import CertificateItem, CertificateKind
from mianzheng.model.findings import ErrorLevel
from mianzheng.rules.examination import Examination, PlaceRules
from mianzheng.rules.labels import field_label

VAGUE = re.compile(
    r"(?:…|\.\.\.)?等(?:相关|有关|其他|其它)?(?:证明)?(?:材料|文件|证件|资料|证明|手续)"
    r"|(?:其他|其它|相关|有关|必要的?|相应的?)(?:的)?(?:证明)?(?:材料|文件|资料|证件|手续|证明)"
    r"|(?:(?<![功性职技效节智产机动])能够?|可以)证明.{0,30}(?:材料|文件|证明)"  # 性能证明 is a name
    r"|(?:…|\.\.\.)?等\Z"
)


def vague_words(text: str) -> str:
    """The vague expression in a name, or an empty string."""
    match = VAGUE.search(text)
    return match[0] if match else ""


def check_names_of_item(run: Examination, rules: PlaceRules, item: CertificateItem, file: str) -> None:
    """Vague wording in what the item says of itself; the profile decides how serious it is."""
    strict = rules.profile.items.lint_vague_wording.value == "error"
    texts = [("condition", item.condition)]
    texts += [
        (f"versions.{i}.tolerate.condition", v.tolerate.condition) for i, v in enumerate(item.versions) if v.tolerate
    ]
    kind = run.catalog.kinds.get(item.kind)
    if strict and kind is not None:
        texts.append(("kind", kind.name))
    for field, text in texts:
        if text and (found := vague_words(text)):
            severity: ErrorLevel = "error" if strict else "warning"
            label = "证明名称" if field == "kind" else field_label(field)
            run.add("name-vague", file=file, field=field, severity=severity, label=label, value=text, found=found)


@lru_cache(maxsize=1 << 14)
def normalised(name: str) -> str:
    """A name for comparing: full and half width alike, no spaces, one kind of brackets."""
    return unicodedata.normalize("NFKC", name).replace(" ", "").replace("〔", "(").replace("〕", ")").lower()


def check_kind_names(run: Examination) -> None:
    """Names of kinds: not vague, and each belongs to one kind only."""
    owners: dict[str, CertificateKind] = {}
    for kind in run.catalog.kinds.values():
        file = run.file_of(kind.id)
        if found := vague_words(kind.name):
            run.add("name-vague", file=file, field="name", label="证明名称", value=kind.name, found=found)
        for i, name in enumerate(kind.names):
            other = owners.setdefault(normalised(name), kind)
            if other is not kind:
                field = "name" if i == 0 else f"aliases.{i - 1}"
                run.add("id-duplicate", "name", file=file, field=field, name=name, id=kind.id, other=other.id)
