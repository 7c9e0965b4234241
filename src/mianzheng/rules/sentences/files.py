"""What is wrong with a file as such: its place, its YAML, its shape, its ids, what it must not hold."""

from __future__ import annotations

from mianzheng.rules.sentences import Sentences, Wording

SENTENCES: Sentences = {
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
    "edition-altered": {
        "": Wording(
            "error",
            "{id} 期的《{title}》和公布时的校验码对不上：公布以后被改过。",
            "公布过的清单不能改，请恢复原来的文件；内容要更正的，用 scripts/release_edition.py 发布一期修订版。",
            "YY-ADJ-05-2",
        ),
        "counts": Wording(
            "error",
            "{id} 期写的条数和实际的条数不一样。",
            "公布过的清单不能改，请恢复原来的文件；内容要更正的，用 scripts/release_edition.py 发布一期修订版。",
            "YY-ADJ-05-2",
        ),
        "revision": Wording(
            "error",
            "{id} 是修订版，但没有它要更正的 {before} 期。",
            "请恢复 {before} 期的文件；第一次公布的，期次不写 -r。",
            "YY-ADJ-05-2",
        ),
    },
    "edition-unpublished": {
        "": Wording(
            "hint",
            "{id} 期还没有登记公布。规则要求在这些地方公布：{missing}。",
            "公布以后，用 scripts/release_edition.py 的 --channel 登记。",
            "BS-PL-3-1-2c",
        ),
        "in-part": Wording(
            "hint",
            "{id} 期只公布了一部分，还缺：{missing}。",
            "补上以后，用 scripts/release_edition.py 的 --channel 登记。",
            "BS-PL-3-1-2c",
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
}
