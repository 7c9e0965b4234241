"""What is wrong with profiles, places, calendars, legal bases and forms."""

from __future__ import annotations

from mianzheng.rules.sentences import Sentences, Wording

SENTENCES: Sentences = {
    "commit-letter-incomplete": {
        "": Wording(
            "error",
            "告知承诺书 {form} 还缺：{parts}。",
            "承诺书要写明证明义务、证明内容、不实承诺的责任、承诺符合条件、愿意承担责任，五样齐全。",
            "FX-3-2-1、BS-PL-3-3-2b、BS-PL-3-3-2c",
        ),
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
    "authority-mismatch": {
        "": Wording(
            "error",
            "事项“{service}”是乡镇代办的，授权内容还缺：{parts}。",
            "请补齐授权依据、种类、期限、区域。",
            "QS-PL-4-2d",
        ),
    },
    "online-reason": {
        "": Wording(
            "error",
            "事项“{service}”还不能上网办，却没有写原因。",
            "请在 online.reason 写明为什么现在还不能（会向社会公布），或者在 online.ground 写明法定的缘由。",
            "QS-PL-4-4b",
        ),
        "needless": Wording(
            "error",
            "事项“{service}”能上网办，却写着不能上网的原因。",
            "能办的请删去 online.reason 和 online.ground；不能办的请把 online.extent 改为 none。",
            "QS-PL-4-4b",
        ),
    },
    "calendar-impossible": {
        "year": Wording("error", "{day} 不在 {year} 年里。", "请核对日期。"),
        "order": Wording("error", "“{name}”的结束日早于开始日。", "请核对日期。"),
        "weekend": Wording("error", "{day} 是{weekday}，本来就上班，不是调休上班日。", "调休上班日只写周六、周日。"),
        "both": Wording("error", "{day} 既写成放假又写成上班。", "请核对通知原文。"),
        "empty": Wording("error", "{year} 年一天假也没有写。", "通知还没有发布的，先不要建这个文件。", "CLK-10"),
    },
    "calendar-missing": {
        "": Wording(
            "warning",
            "{year} 年的放假安排还没有收进来，跨年的期限都是暂定的。",
            "国务院办公厅发布通知后，请新建 calendar/{year}.yaml。",
            "CLK-10",
        ),
    },
    "office-hours-impossible": {
        "order": Wording("error", "上班时间 {from_}—{until} 不成一段。", "请写成先上班后下班，最晚 24:00。", "CLK-5"),
        "overlap": Wording(
            "error", "上班时间 {from_}—{until} 和前一段重叠或颠倒。", "请从早到晚排列，互不重叠。", "CLK-5"
        ),
    },
    "basis-incomplete": {
        "order": Wording("error", "版本日期没有从旧到新排列。", "请按施行日期从旧到新排列。"),
        "dates": Wording(
            "warning", "施行日期 {effective} 早于公布日期 {published}。", "请核对；确实如此的在 note 里说明。"
        ),
        "successor": Wording(
            "error",
            "写了旧条文对应的新条文，没有写是哪部新法的。",
            "请在 repealed.successor 写明接替它的依据；还没有登记的先登记。",
        ),
        "duplicate": Wording("error", "{title}已有一条：{other}。", "同一文件只建一条，版本写在 versions 里。"),
    },
}
