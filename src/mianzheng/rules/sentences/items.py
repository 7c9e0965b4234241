"""What is wrong with an item, a service or a kind."""

from __future__ import annotations

from mianzheng.rules.sentences import Sentences, Wording

ART44 = "优化营商环境条例第四十四条"

SENTENCES: Sentences = {
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
            "{title}（{version} 版）共 {articles} 条，没有{article}。",
            "请核对条款号；法律修改后条号可能变了。",
        ),
        "form": Wording("error", "条款“{article}”看不懂。", "请写成“第十一条第（三）项”“第二十条第一款”这样的形式。"),
        "absent": Wording(
            "error",
            "引用{title}没有写到第几条。",
            "请写明条款，例如“第十一条”。",
            "BS-PL-3-1-1c、FX-3-1-2",
        ),
    },
    "basis-not-yet": {
        "": Wording(
            "error",
            "{title}{effective} 才施行，这一条 {since} 就开始引用它。",
            "请核对施行日期；施行前应引用当时有效的依据。",
        ),
    },
    "basis-repealed": {
        "": Wording(
            "warning",
            "{title}自 {on} 起被{by}废止，这一条还在引用它。",
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
    "share-template-missing": {
        "": Wording(
            "warning",
            "方式是数据共享，没有写用哪个共享模板（查什么、回什么）。",
            "请选共享模板（share.template）；没有合适的，先建一个。",
            "{basis}",
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
    "guide-outdated": {
        "": Wording(
            "error",
            "“{service}”的办事指南是 {updated} 更新的，早于现行办法开始的 {since}：群众会照旧的去办。",
            "请按现行办法改好办事指南，再把服务的 guide_updated 写成改好的日期。",
            "BS-PL-3-4a、FX-4-3-1、WH-OR-17",
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
}
