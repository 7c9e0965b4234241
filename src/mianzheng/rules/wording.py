"""What findings say, in Chinese: where the sentences live, apart from the logic that finds the fault.

Each code has one or more variants. `message` says what was found and what is expected, `fix` how to mend it, `basis`
why. Words in braces are filled by the rule. One sentence each, no jargon, no blame. `level` is the usual level; a rule
may lower or raise it where a profile or the age of a record says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mianzheng.model import Finding
from mianzheng.model.findings import ErrorLevel


@dataclass(frozen=True)
class Wording:
    """The sentences of one variant of one code."""

    level: ErrorLevel
    message: str
    fix: str
    basis: str = ""


ART44 = "优化营商环境条例第四十四条"

WORDINGS: dict[str, dict[str, Wording]] = {
    "file-unknown": {
        "": Wording(
            "error",
            "清单文件夹里有一个不认识的文件：{path}。",
            "清单里只放约定位置的 .yaml 文件；请移走它，或按 CONTRIBUTING.md 里的位置放好。",
        ),
        "folder": Wording(
            "error", "{path} 是文件夹，这里应该是一个文件。", "请删除这个文件夹，或把名字里的 .yaml 去掉。"
        ),
        "link": Wording("error", "{path} 是链接，不是文件本身；为安全起见不读取链接。", "请放入文件本身。"),
        "special": Wording("error", "{path} 不是普通文件。", "请放入普通的文本文件。"),
        "unreadable": Wording("error", "{path} 读不出来：{why}。", "请检查文件权限和磁盘。"),
        "absent": Wording("error", "缺少文件 {path}（{label}）。", "请从代码仓库恢复这个文件。"),
    },
    "file-misplaced": {
        "name": Wording(
            "error",
            "文件名是 {found}，里面的编号却是 {expected}。",
            "文件名必须等于编号；请改文件名，不要改已经公布的编号。",
        ),
        "shelf": Wording(
            "error", "证明种类 {id} 放在 {found}/ 下，应放在 {expected}/ 下。", "请移到 kinds/{expected}/。"
        ),
        "body": Wording(
            "error",
            "事项放在 {found}/ 文件夹下，但本地区没有编号为 {found} 的单位。",
            "事项文件夹用首次提出时的索要单位编号命名；请核对 bodies.yaml。",
        ),
        "place": Wording(
            "error", "文件夹名是 {found}，里面写的地区却是 {expected}。", "两者必须一致；请改正其中一个。"
        ),
        "year": Wording("error", "文件名是 {found} 年，里面写的却是 {expected} 年。", "两者必须一致。"),
    },
    "record-removed": {
        "": Wording(
            "error",
            "记录 {id} 被删除了。",
            "记录只能取消，不能删除：请恢复文件，把状态改为“已取消”并写明理由。",
            "FX-3-1-5",
        ),
        "moved": Wording(
            "error", "记录 {id} 从 {before} 移走了。", "记录的位置不变，网址和二维码才不会失效；请移回原处。"
        ),
        "form": Wording(
            "error",
            "文书 {id} 已经在用，不能再改，也不能删。",
            "请新建下一个版本（例如把 -v1 改为 -v2），让事项改用新版本。",
            "BS-PL-3-3-2b",
        ),
        "edition": Wording(
            "error", "半年度清单 {id} 已经公布，不能再改，也不能删。", "需要更正的，发布一期修订版。", "YY-ADJ-05-2"
        ),
    },
    "yaml-syntax": {
        "syntax": Wording(
            "error",
            "这里不符合 YAML 写法，读不下去：{problem}。",
            "常见原因：冒号后面少空格、缩进没对齐、引号或括号没有成对。请对照同类文件改正。",
        ),
        "empty": Wording("error", "文件是空的。", "请按同类文件填写内容，或删除这个文件。"),
        "no-mapping": Wording("error", "文件开头应该是“名称: 内容”的形式。", "请对照同类文件改正。"),
        "documents": Wording(
            "error", "一个文件里有多份内容（出现了第二个 ---）。", "一个文件只写一条记录；请拆成多个文件。"
        ),
        "key": Wording("error", "这里用整段内容做名称，读不懂。", "冒号左边只能写一个名称。"),
    },
    "yaml-unsafe": {
        "alias": Wording(
            "error", "用了引用写法 *{name}。", "请把被引用的内容照写一遍：清单文件不用引用，读的人才看得懂。"
        ),
        "anchor": Wording("error", "用了锚点写法 &{name}。", "请删去 &{name}，内容照写。"),
        "tag": Wording("error", "用了标签写法 {name}。", "请删去标签；文字就写文字。"),
        "depth": Wording("error", "层次太深（超过 {limit} 层）。", "请对照同类文件改正；正常的记录不超过 6 层。"),
        "size": Wording(
            "error",
            "文件太大（{found} 字节，最多 {limit} 字节）。",
            "一个文件只写一条记录；请检查是否混入了别的内容。",
        ),
        "line": Wording("error", "有一行太长（{found} 个字，最多 {limit} 个字）。", "请检查是否混入了别的内容。"),
    },
    "yaml-duplicate-key": {
        "duplicate": Wording(
            "error",
            "“{key}”写了两次（第一次在第 {first_line} 行）。",
            "只能保留一个；请确认哪个是对的，删去另一个。",
        ),
    },
    "yaml-encoding": {
        "bom": Wording("error", "文件开头有看不见的 BOM 标记。", "请用 UTF-8（无 BOM）重新保存。"),
        "not-utf8": Wording(
            "error", "从这里起不是 UTF-8 编码（可能是 GBK 保存的）。", "请在编辑器里选择“另存为 UTF-8”。"
        ),
        "control": Wording("error", "有看不见的控制字符（{character}）。", "请删去这个字符，多半是从别处粘贴带来的。"),
        "carriage-return": Wording(
            "error", "换行用了 Windows 格式。", "请改为 LF 换行；运行 scripts/check.py --fix 可自动改好。"
        ),
    },
    "yaml-not-canonical": {
        "": Wording(
            "error",
            "写法与统一格式不同，第 {line} 行现在是“{found}”，统一格式是“{expected}”。",
            "运行 scripts/check.py --fix 自动改好，内容不会变。",
        ),
        "comment": Wording(
            "error",
            "有以 # 开头的批注；导出和自动改写时批注会丢失。",
            "请把要说明的话写进 note 一栏，再删去批注。",
        ),
    },
    "schema": {
        "unknown-key": Wording("error", "不认识的栏目“{key}”。", "{hint}"),
        "enum": Wording("error", "“{label}”填的是“{value}”，不在可选范围内。", "可选：{allowed}。"),
        "pattern": Wording("error", "“{label}”填的是“{value}”，格式不对。", "应为{title}。"),
        "type": Wording("error", "“{label}”填的是 {value}，应为{expected}。", "{hint}"),
        "minLength": Wording("error", "“{label}”是空的。", "请填写，或整行删去。"),
        "maxLength": Wording("error", "“{label}”太长，最多 {limit} 个字。", "请写得简短些。"),
        "minItems": Wording("error", "“{label}”至少要有 {limit} 项。", "请补上，或整栏删去。"),
        "minimum": Wording("error", "“{label}”填的是 {value}，不能小于 {limit}。", "请改正数字。"),
        "maximum": Wording("error", "“{label}”填的是 {value}，不能大于 {limit}。", "请改正数字。"),
        "shape": Wording(
            "error",
            "“{label}”填的是 {value}，写法不对。",
            "请对照 schema/{schema}.schema.json 和同类文件改正。",
        ),
        "date": Wording("error", "“{value}”不是真实存在的日期。", "请核对年月日。"),
        "bidi": Wording(
            "error",
            "“{label}”里有会改变文字方向的隐藏字符（{character}），看到的和实际的不一样。",
            "请删去这个字符。",
        ),
    },
    "reference-unknown": {
        "": Wording("error", "“{label}”填的是 {value}，查不到这个{target}。", "请核对编号；{hint}"),
        "code": Wording("error", "“{label}”填的是 {value}，{target}里没有这个代码。", "{hint}"),
        "file": Wording("error", "“{label}”指向 {value}，但{target}里没有。", "请先建好{target}，或改正这里。"),
    },
    "id-malformed": {
        "": Wording(
            "error",
            "“{label}”填的是 {value}，不是有效的{title}。",
            "编号由前缀、5 个字符和 1 个校验字符组成，多半是抄错了一个字；新编号用 scripts/new_id.py 生成。",
        ),
        "check": Wording(
            "error",
            "“{label}”填的是 {value}，最后一个校验字符对不上（应为 {expected}）。",
            "多半是抄错了一个字；请核对原编号。",
        ),
    },
    "id-duplicate": {
        "": Wording("error", "编号 {id} 已经用在 {other}。", "每条记录的编号只用一次；请为新记录生成新编号。"),
        "code": Wording("error", "代码 {id} 在本文件里出现了两次。", "每个代码只能有一条；请合并或改名。"),
        "name": Wording(
            "error",
            "“{name}”同时是 {id} 和 {other} 的名称或别名。",
            "一个叫法只能归到一个证明种类；请从其中一个里删去。",
        ),
    },
    "item-duplicate": {
        "": Wording(
            "error",
            "同一单位、同一事项、同一证明已有一条：{other}。",
            "请在原有那一条上改；确需替换的，先把旧的一条取消。",
            "同一事项、证明、索要单位只能有一条有效记录",
        ),
    },
    "field-missing": {
        "": Wording(
            "error",
            "缺少 {count} 项：{fields}。",
            "请一次补齐；原文件确实没有公布的，写 missing: {{栏目: not_published}}。",
            "{basis}",
        ),
        "schema": Wording("error", "缺少必填栏目：{fields}。", "请补上。"),
        "both": Wording("error", "“{label}”已经填写，又写成了未公布。", "请从 missing 中删去“{key}”。"),
    },
    "field-not-published": {
        "": Wording("warning", "原文件没有公布：{fields}。", "公布后请补上；已列入 backlog.yaml。", "{basis}"),
        "new": Wording("error", "新提出或改动的记录不能缺：{fields}。", "请补上，不能写“未公布”。", "{basis}"),
        "no-backlog": Wording(
            "error",
            "原文件没有公布：{fields}，但没有列入 backlog.yaml。",
            "请补上内容；一时补不上的，在 backlog.yaml 加一行 {{code: field-not-published, record: {record}, since: 今天}}。",
            "{basis}",
        ),
        "stale-backlog": Wording(
            "warning",
            "backlog.yaml 里的 {record}（{for_code}）已经没有这个问题。",
            "请从 backlog.yaml 删去这一行。",
        ),
    },
    "basis-missing": {
        "": Wording(
            "error",
            "没有填写设定依据。没有依据的证明只能直接取消。",
            "请补上法律、法规或国务院决定的依据；确实没有的，把方式改为“直接取消”（method: cancel，status: cancelled）。",
            ART44 + "；BS-PL-2-1b、FX-2-1-2",
        ),
    },
    "basis-rank": {
        "": Wording(
            "warning",
            "设定依据只有{ranks}：{titles}。索要证明应当有法律、法规或国务院决定作依据。",
            "请补充上位依据；找不到的，提出取消。",
            ART44,
        ),
    },
    "basis-article-unknown": {
        "beyond": Wording(
            "error",
            "《{title}》（{version} 版）共 {articles} 条，没有{article}。",
            "请核对条款号；法律修改后条号可能变了。",
        ),
        "form": Wording("error", "条款“{article}”看不懂。", "请写成“第十一条第（三）项”“第二十条第一款”这样的形式。"),
        "absent": Wording(
            "error",
            "引用《{title}》没有写到第几条。",
            "请写明条款，例如“第十一条”。",
            "BS-PL-3-1-1c、FX-3-1-2",
        ),
    },
    "basis-not-yet": {
        "": Wording(
            "error",
            "《{title}》{effective} 才施行，这一条 {since} 就开始引用它。",
            "请核对施行日期；施行前应引用当时有效的依据。",
        ),
    },
    "basis-repealed": {
        "": Wording(
            "warning",
            "《{title}》自 {on} 起被{by}废止，这一条还在引用它。",
            "请换成现行依据；没有现行依据的，应提出取消。",
            "YY-ADJ-08-1",
        ),
    },
    "name-vague": {
        "": Wording(
            "warning",
            "“{label}”写的是“{value}”，含有兜底说法“{found}”。",
            "请写明具体是哪一种证明或材料；确有多种的，分成几条。",
            "QS-PL-4-2b、QS-SP-1-3-1a",
        ),
    },
    "issuer-is-applicant": {
        "": Wording(
            "warning",
            "开具单位填的是“{name}”，是申请人自己。",
            "申请人自己出具的材料不算证明事项，请确认是否应移出清单。",
            "FX-2-2-2、BS-PL-2-2a",
        ),
    },
    "method-not-enabled": {
        "": Wording(
            "error",
            "{place}执行的规则里没有“{label}”（{method}）这种方式。",
            "可用的方式：{allowed}。",
            "{basis}",
        ),
        "commit-core": Wording(
            "error",
            "这是核心材料，{place}的规则只允许非核心材料用告知承诺。",
            "请换一种方式，或核对 core 一栏。",
            "{basis}",
        ),
        "approve-first": Wording(
            "error",
            "事项“{service}”属于{why}，不能先办后验。",
            "请换一种方式。",
            "QS-PV-3-1",
        ),
        "fallback": Wording("error", "{place}的规则里没有“{fallback}”这种补救办法。", "可用的：{allowed}。", "{basis}"),
        "channel": Wording("error", "{place}的规则里没有“{channel}”这种核验渠道。", "可用的：{allowed}。", "{basis}"),
        "extra": Wording("error", "方式是“{method}”，却写了“{block}”一栏。", "只保留与方式对应的一栏。"),
    },
    "method-incomplete": {
        "": Wording("error", "方式是“{label}”，还缺：{parts}。", "请一次补齐。", "{basis}"),
        "template": Wording("error", "“{label}”用的文书 {form} 是{use}，应为{expected}。", "请选对文书。", "{basis}"),
    },
    "commit-letter-incomplete": {
        "": Wording(
            "error",
            "告知承诺书 {form} 还缺：{parts}。",
            "承诺书要写明证明义务、证明内容、不实承诺的责任、承诺符合条件、愿意承担责任，五样齐全。",
            "FX-3-2-1、BS-PL-3-3-2b、BS-PL-3-3-2c",
        ),
    },
    "excluded-has-method": {
        "": Wording(
            "error",
            "这一条不纳入清单（{code}），却还写着“{method}”。",
            "不纳入的事项不能有免提交方式；请删去 versions 里现行的一段，或改回其他状态。",
            "FX-5-3-2、WH-OR-03",
        ),
        "code": Wording("error", "不纳入的理由 {code} 不在{place}执行的规则里。", "可用的理由：{allowed}。", "{basis}"),
        "no-reason": Wording(
            "error",
            "状态是“不纳入”，没有写理由。",
            "请填写 excluded: {{code: …, reason: …}}。",
            "FX-5-3-2、WH-OR-03",
        ),
        "not-excluded": Wording(
            "error", "写了不纳入的理由，状态却是“{status}”。", "请改正状态，或删去 excluded 一栏。"
        ),
    },
    "level-mismatch": {
        "profile": Wording(
            "error",
            "“{body}”是{level}单位，{place}的规则只管{allowed}的事项。",
            "请核对索要单位及其层级。",
            "{basis}",
        ),
        "service": Wording(
            "error",
            "索要单位“{body}”（{level}）与事项“{service}”的办理单位“{owner}”（{owner_level}）不是同一层级。",
            "一条只写一个层级；请按层级分成几条，或改正单位。",
            "BS-PL-3-1-1d、BS-PL-3-1-1g",
        ),
        "class": Wording(
            "warning",
            "“{body}”不属于{place}的规则所管的单位类型。",
            "规则管的类型：{allowed}。请核对单位类型。",
            "{basis}",
        ),
        "service-type": Wording(
            "error",
            "事项“{service}”的类型“{type}”不在{place}的规则范围内。",
            "可用的类型：{allowed}。",
            "{basis}",
        ),
        "material": Wording(
            "error",
            "“{kind}”属于{material}，{place}的规则没有把这一类纳入。",
            "纳入的类别：{allowed}。",
            "{basis}",
        ),
    },
    "version-overlap": {
        "": Wording("error", "两段时间重叠：{first} 与 {second}。", "同一天只能有一种方式；请改正起止日期。"),
        "backwards": Wording("error", "这一段的结束日 {until} 早于开始日 {since}。", "请改正起止日期。"),
    },
    "version-gap": {
        "": Wording(
            "warning",
            "{since} 到 {until} 之间没有任何方式。",
            "请补上这段时间的方式；如果当时确实还要交证明，请在 note 里说明。",
        ),
        "open": Wording(
            "error", "这一条状态是“{status}”，但 {day} 没有有效的方式。", "请补上从该日起的一段，或改正状态。"
        ),
    },
    "cancel-incomplete": {
        "": Wording("error", "状态是“已取消”，还缺：{parts}。", "请一次补齐。", "YY-ADJ-08、FX-3-1-5"),
        "status": Wording("error", "写了取消的日期和理由，状态却是“{status}”。", "请改正状态，或删去 cancelled 一栏。"),
        "reason": Wording("error", "取消理由 {code} 不在{place}执行的规则里。", "可用的理由：{allowed}。", "{basis}"),
        "still-open": Wording(
            "error",
            "已于 {on} 取消，但方式写到了取消之后（{until}）。",
            "请把最后一段结束在取消前一天，或改为 method: cancel。",
        ),
        "reopened": Wording(
            "error",
            "这一条已经取消，不能改回“{status}”。",
            "请新增一条，并在取消的那一条写 successor。",
            "FX-3-1-5",
        ),
        "issue": Wording(
            "error",
            "{place}的规则是：取消后开具单位不再开具；这一条却写着仍为外地办事开具。",
            "请把 issue_for_outside_use 改为 false 或删去。",
            "FX-3-1-5、OQ-36",
        ),
        "must-issue": Wording(
            "error",
            "{place}的规则是：外地办事还要用的，应当继续开具；这一条却写着不开。",
            "请把 issue_for_outside_use 改为 true 或删去。",
            "YY-CMP-04-4、BS-CMP-04-4",
        ),
    },
    "personal-data": {
        "id": Wording(
            "error",
            "疑似身份证号码（18 位）。",
            "公开清单不能有个人信息，请删去；岗位和办公电话可以写。",
            "YY-JM-2-1",
        ),
        "mobile": Wording(
            "error",
            "疑似手机号码（11 位）。",
            "公开清单不能有个人手机号，请改用办公座机或删去。",
            "YY-JM-2-1",
        ),
        "name": Wording("error", "栏目“{key}”是写个人姓名的。", "公开清单只写岗位，不写姓名；请删去。", "YY-JM-2-1"),
        "label": Wording(
            "error",
            "“{found}”后面写了人名或个人联系方式。",
            "公开清单只写岗位，不写姓名；请删去。",
            "YY-JM-2-1",
        ),
    },
    "circular-proof": {
        "": Wording(
            "warning",
            "循环证明：{chain}。",
            "办这几件事互相要对方的结果，群众走不通；请至少改掉其中一条。",
            "FX-2-1-1、BS-PL-2-1a",
        ),
    },
    "duplicate-proof": {
        "": Wording(
            "warning",
            "事项“{service}”同时要“{first}”和“{second}”，说明的是同一件事（{why}）。",
            "请确认是否只留一样。",
            "FX-2-1-1、BS-PL-2-1a",
        ),
    },
    "issuer-may-not-issue": {
        "": Wording(
            "error",
            "“{kind}”不应由{body}开具（{basis_title}）。",
            "请改正开具单位；群众拿到这样的要求时可以拒绝。{instead}",
            "FX-3-1-1",
        ),
    },
    "confirm-overdue": {
        "": Wording(
            "hint",
            "上次核对是 {on}，已过 {days} 天（每半年核对一次）。",
            "内容没有变化的，把 confirmed.on 改为今天。",
            "YY-ADJ-05-2",
        ),
        "never": Wording("hint", "还没有核对过。", "请索要单位核对后填写 confirmed。", "YY-ADJ-05-2"),
    },
    "place-id-reserved": {
        "": Wording("error", "地区标识“{id}”是网站自己要用的地址。", "请换一个标识，例如“{id}-xian”。"),
    },
    "place-incomplete": {
        "parent": Wording("error", "上级地区 {parent} 不存在。", "请先建好上级地区，或删去 parent。"),
        "coverage": Wording(
            "error",
            "清单标为“完整”，却没有写由谁、何时确认。",
            "请填写 coverage 的 confirmed_by 和 date。",
            "条例44",
        ),
        "fictional-complete": Wording("error", "虚构的示例地区不能标为“完整”。", "请把 coverage.value 改为 sample。"),
        "fictional-adopted": Wording(
            "error",
            "虚构的示例地区里不能有“正式采用”的记录。",
            "请把 provenance.standing 改为 illustrative。",
        ),
    },
    "profile-leaf-unsourced": {
        "": Wording(
            "error",
            "“{leaf}”没有写来源。",
            "请填写 source：规则编号、inherited:<规则>、project（本系统设定）或 silent（文件没有规定）。",
        ),
        "unknown": Wording("error", "“{leaf}”的来源 {source} 查不到。", "请核对 rules.yaml 里的编号。"),
        "silent": Wording("error", "“{leaf}”写着“文件没有规定”，却填了值。", "请把值改为 null，或写明来源。"),
        "other-place": Wording(
            "error",
            "“{leaf}”的来源 {source} 是另一个地方的规则。",
            "借用其他地方的规则写 inherited:<规则>，并加 provisional: true。",
        ),
        "code": Wording("error", "“{leaf}”里的代码 {value} 在{target}里没有。", "请核对代码。"),
        "label": Wording("error", "启用的方式 {method} 没有写当地叫法。", "请在 methods.labels_zh 里补上。"),
    },
    "profile-inherited-used": {
        "": Wording(
            "error",
            "“{leaf}”借用了 {source} 的规则，不能用来计算期限或追责。",
            "借用的值只能作显示；请改为 null，或注明本地依据。",
            "OQ-28",
        ),
        "unmarked": Wording(
            "error", "“{leaf}”借用了 {source} 的规则，没有标注“暂行”。", "请加 provisional: true。", "OQ-28"
        ),
    },
    "risk-assessment-missing": {
        "": Wording(
            "warning",
            "{place}的规则要求先做风险评估再选方式，这一条没有记录评估。",
            "评估后填写 risk_assessed: {{on: …, by: …}}。",
            "{basis}",
        ),
    },
    "authority-mismatch": {
        "": Wording(
            "error",
            "事项“{service}”是乡镇代办的，授权内容还缺：{parts}。",
            "请补齐授权依据、种类、期限、区域。",
            "QS-PL-4-2d",
        ),
    },
    "calendar-impossible": {
        "year": Wording("error", "{day} 不在 {year} 年里。", "请核对日期。"),
        "order": Wording("error", "“{name}”的结束日早于开始日。", "请核对日期。"),
        "weekend": Wording("error", "{day} 是{weekday}，本来就上班，不是调休上班日。", "调休上班日只写周六、周日。"),
        "both": Wording("error", "{day} 既写成放假又写成上班。", "请核对通知原文。"),
    },
    "basis-incomplete": {
        "order": Wording("error", "版本日期没有从旧到新排列。", "请按施行日期从旧到新排列。"),
        "dates": Wording(
            "warning", "施行日期 {effective} 早于公布日期 {published}。", "请核对；确实如此的在 note 里说明。"
        ),
        "duplicate": Wording("error", "《{title}》已有一条：{other}。", "同一文件只建一条，版本写在 versions 里。"),
    },
}


def finding(
    code: str,
    variant: str = "",
    /,
    *,
    file: str,
    field: str = "",
    severity: ErrorLevel | None = None,
    line: int = 0,
    column: int = 0,
    **words: Any,
) -> Finding:
    """A finding with its sentences filled in. Raises KeyError for an unknown code or variant.

    `severity` replaces the usual level of the wording.
    """
    wording = WORDINGS[code][variant]
    filled = {key: (shorten(value) if isinstance(value, str) else value) for key, value in words.items()}
    filled.setdefault("line", line)
    return Finding(
        code=code,
        level=severity or wording.level,
        file=file,
        line=line,
        column=column,
        field=field,
        message=wording.message.format_map(filled),
        fix=wording.fix.format_map(filled),
        basis=wording.basis.format_map(filled),
    )


def shorten(text: str, limit: int = 160) -> str:
    """A text that fits in a sentence; what does not fit ends in an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
