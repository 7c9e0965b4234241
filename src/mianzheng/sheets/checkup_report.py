"""The check of a list as a Word report that an office can pass on."""

from __future__ import annotations

import re
from collections import Counter

from mianzheng.model import Catalog, Finding
from mianzheng.sheets.checkup import Checkup
from mianzheng.sheets.word import blank, heading, saved, table

_LEVELS = {"error": "要改", "warning": "请核对", "hint": "提示"}
_TOPICS = {
    "basis-repealed": "依据已经废止",
    "basis-rank": "依据的效力层级不够",
    "basis-missing": "没有依据",
    "basis-article-unknown": "条款不对或者没有写",
    "basis-not-yet": "依据还没有施行",
    "reference-unknown": "依据没有核对",
    "name-vague": "含糊的说法",
    "circular-proof": "循环证明",
    "duplicate-proof": "重复证明",
    "item-duplicate": "同一条写了两遍",
    "field-missing": "缺少栏目",
    "issuer-is-applicant": "开具单位是申请人自己",
    "issuer-may-not-issue": "开具单位不对",
}
_RULE = re.compile(r"[A-Z]{2,3}(?:-[A-Z]+)*-\d+[0-9a-z-]*")
_WIDTHS = (6, 18, 8, 34, 28, 34)


def report(done: Checkup, catalog: Catalog, title: str, today: str) -> bytes:
    """The report on a table called `title`: sums by topic, then each finding with its mending and the rule in words."""
    word = blank(f"{title}体检报告", across=True, demonstration=False)
    every = [(line, one) for line in sorted(done.findings) for one in done.findings[line]]
    troubled = len({line for line, one in every if line and one.level != "hint"})
    lines = [
        f"体检日期 {today}",
        f"表内 {len(done.names)} 行，合 {done.items} 条证明事项；{troubled} 行有要改或者要核对的地方。",
        "本报告由程序按公开的法律法规和政策条文核对，只供修改清单参考，不是任何单位的决定。",
    ]
    heading(word, f"{title}体检报告", lines)
    word.add_heading("一、总的情况", 1)
    topics = Counter(one.code for _, one in every)
    rows = [[_TOPICS.get(code, code), str(count)] for code, count in topics.most_common()]
    table(word, ["问题", "处数"], rows or [["没有发现问题", "0"]], [40, 10])
    word.add_heading("二、逐条问题和改法", 1)
    cells = [_cells(line, done.names.get(line, ""), one, catalog) for line, one in every]
    table(word, ["行", "证明", "程度", "发现的问题", "怎么改", "依据的规则"], cells, _WIDTHS)
    return saved(word, today)


def _cells(line: int, name: str, one: Finding, catalog: Catalog) -> list[str]:
    return [str(line) if line else "全表", name, _LEVELS[one.level], one.message, one.fix, quoted(one.basis, catalog)]


def quoted(basis: str, catalog: Catalog) -> str:
    """What a finding rests on, with the words of each policy rule that it names."""
    register = catalog.vocabularies.rules
    texts = {rule.id: rule.text for rule in register.rules} if register else {}
    named = [f"{rule}：{texts[rule]}" for rule in dict.fromkeys(_RULE.findall(basis)) if rule in texts]
    return "\n".join([basis, *named])
