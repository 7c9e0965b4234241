"""The Chinese names of fields, levels, body kinds and types, for sentences that people read."""

from __future__ import annotations

FIELDS = {
    "id": "编号", "kind": "证明种类", "service": "政务服务事项", "requesting_body": "索要单位",
    "issuing_body": "开具单位", "missing": "未公布的栏目", "status": "状态", "legal_bases": "设定依据",
    "basis": "依据", "article": "条款", "requires": "该条要求", "versions": "各时间段的方式", "from": "开始日",
    "until": "结束日", "method": "免提交方式", "time_class": "答复时限类别", "fallback": "补救办法",
    "agency": "代办核验的做法", "share": "数据共享", "commit": "告知承诺", "letter": "承诺书", "check": "核查",
    "verify": "部门核验", "request_template": "协查函模板", "reply_template": "反馈函模板", "channel": "渠道",
    "proxy": "代办", "authorisation": "授权", "call": "数据调用", "issue_online": "在线开具", "system": "系统",
    "reference": "以编号代替", "reuse": "重复使用", "approve_first": "先办后验", "tolerate": "容缺受理",
    "promise": "承诺", "other": "其他方式", "reason": "理由", "proposal": "调整申请", "in_force": "有效期",
    "issue_for_outside_use": "外地办事仍开具", "explain": "给群众的一句话", "confirmed": "核对", "on": "日期",
    "by": "单位", "provenance": "来历", "standing": "效力", "basis_source": "依据来源",
    "method_source": "方式来源", "checked_on": "核对日期", "cancelled": "取消", "reason_text": "理由说明",
    "successor": "替代记录", "excluded": "不纳入", "code": "代码", "secret": "涉密", "core": "核心材料",
    "risk_assessed": "风险评估", "name": "名称", "aliases": "别名", "words": "群众说法",
    "material_class": "材料类别", "category": "类别", "may_not_issue": "不得开具的单位", "bodies": "单位",
    "topics": "生活场景", "body": "办理单位", "produces": "办理结果", "guide": "办事指南", "guide_url": "指南网址",
    "guide_updated": "指南更新日", "title": "名称", "rank": "效力层级", "document_number": "文号",
    "issuer": "制定机关", "published": "公布日", "effective": "施行日", "articles": "条数", "repealed": "废止",
    "register": "核对处", "short_name": "简称", "level": "层级", "former_names": "曾用名", "valid": "存续期",
    "phone": "办公电话", "profile": "执行的规则", "coverage": "完整程度", "operator": "主办单位", "source": "来源",
    "value": "值", "conditions": "受理条件", "procedure": "办理流程", "time_limit": "办理时限", "fee": "收费",
    "materials": "申请材料", "material": "材料", "item": "事项", "condition": "情形", "problem_tags": "问题标签",
    "upstream": "上级清单", "selection": "适用理由", "standard": "核查标准", "when": "核查时间", "how": "核查方式",
    "exempt": "是否免核查", "year": "年份", "holidays": "放假", "workdays": "调休上班日", "parent": "上级地区",
    "audience": "服务对象", "note": "备注", "label": "名称", "version": "版本", "duty": "证明义务",
    "content": "证明内容", "liability": "不实承诺的责任", "acceptance": "愿意承担责任", "instead": "替代办法",
    "priority": "优先程度", "case_kind": "办件类型", "promised_days": "承诺天数", "text": "文字",
    "sentence": "一句话", "steps": "步骤", "answer": "答复用语", "announcements": "公布的通知", "fictional": "是否虚构",
    "enabled": "启用的方式", "labels_zh": "当地叫法", "deadline": "期限", "record": "记录", "since": "起始日",
    "approve_first_excluded": "不得先办后验的原因", "area": "区域", "term": "期限", "region": "适用地域",
    "same_fact": "说明同一件事的证明", "short_title": "简称", "published_basis": "公布日的性质",
    "confirmed_by": "确认单位", "date": "日期", "intro": "介绍", "contact": "联系方式", "instrument": "依据的文件",
    "complaint_receivers": "投诉受理单位", "credit_weight": "信用权重", "frequent": "高频", "correctable": "可纠正",
    "risk_controllable": "风险可控", "fields": "栏目", "valid_until": "用到什么时候", "why": "原因",
    "number": "编号", "address": "网址", "place": "地区", "list": "清单", "as_of": "截至日", "released_on": "公布日",
    "counts": "件数", "entries": "各条", "sha256": "校验码", "lists": "清单", "columns": "栏目",
    "editions": "各期清单", "cells": "内容", "online": "网上办理", "extent": "办到哪一步", "ground": "缘由",
    "one_window": "一窗受理", "template": "共享模板", "sample": "样本",
    "advice": "咨询知识库", "question": "问", "updated": "更新日",
}  # fmt: skip

LEVELS = {
    "national": "国家级", "province": "省级", "city": "市级", "district": "区级", "county": "县级",
    "township": "乡镇级", "town": "镇街级", "village": "村级",
}  # fmt: skip
BODY_KINDS = {
    "organ": "行政机关", "authorised_org": "法律法规授权的组织", "township": "乡镇（街道）", "centre": "政务服务中心",
    "public_service": "公用企事业单位", "committee": "村（居）委会", "institution": "医院、学校等机构",
    "company": "银行、用人单位等", "judicial": "法院、公证等", "applicant": "申请人自己", "department": "部门",
}  # fmt: skip
MATERIALS = {"certificate": "证明", "licence": "证照", "approval": "批文"}
RANKS = {
    "law": "法律", "administrative_regulation": "行政法规", "state_council_decision": "国务院决定",
    "local_regulation": "地方性法规", "department_rule": "部门规章", "local_government_rule": "地方政府规章",
    "judicial_interpretation": "司法解释", "normative_document": "规范性文件",
}  # fmt: skip
CHANNELS = {
    "portal": "政府门户网站", "platform": "政务服务平台", "media": "新闻媒体", "notice": "公告栏",
}  # fmt: skip
STATUSES = {
    "candidate": "还要交（尚未列入清单）", "notice": "公示中", "active": "已列入清单", "cancelled": "已取消",
    "excluded": "不纳入",
}  # fmt: skip
FALLBACKS = {
    "onsite": "上门核实", "proxy": "单位代办", "submit": "由申请人提交", "correction": "补正", "tolerate": "容缺",
}  # fmt: skip


def field_label(path: str) -> str:
    """What people call the field at a dotted path: the label of its last named part."""
    for part in reversed(path.split(".")):
        if part and not part.isdigit():
            return FIELDS.get(part, part)
    return "内容"


def quoted_list(words: list[str] | tuple[str, ...]) -> str:
    """Words joined as Chinese lists are."""
    return "、".join(words)
