"""Letters to offices about cases: what happened, which case, until when. Made from codes only (A15, F37)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mianzheng.cases.machine import Machine
from mianzheng.complaints.machines import MACHINE as COMPLAINT
from mianzheng.model import Catalog
from mianzheng.proposals.machines import MACHINE as PROPOSAL
from mianzheng.settings import Settings
from mianzheng.suggestions.machines import MACHINE as SUGGESTION
from mianzheng.views.rendering import template
from mianzheng.views.spoken import day_said

SENTENCES: Mapping[str, tuple[str, str]] = {
    "register": ("等您受理", "来了一件新的投诉举报，请决定受理还是不予受理。"),
    "transfer": ("转给您的单位办理", "这一件转给您的单位办理，请调查核实。"),
    "join": ("由您的单位会同办理", "这一件要几个单位一起办，您的单位是其中一个。"),
    "ask_extension": ("申请延期，等您决定", "承办单位申请延期，请在原期限以前决定同意不同意。"),
    "extend": ("同意延期", "延期已经同意，新的期限见下。"),
    "decline_extension": ("不同意延期", "延期没有同意，期限不变。"),
    "propose_conclusion": ("办理结果等您审核", "承办单位提出了办理结果，请审核以后办结，或者退回。"),
    "return_conclusion": ("办理结果退回", "办理结果退回来了，请按退回的意见再办。"),
    "propose_termination": ("提出终止，等您决定", "承办单位提出终止，请决定同意不同意。"),
    "decline_termination": ("不同意终止", "终止没有同意，请继续办理。"),
    "terminate": ("已经终止", "这一件已经终止，不用再办。"),
    "urge": ("督办", "这一件正在督办，请尽快办理。"),
    "supplement": ("有补充", "投诉人或者工作人员补充了情况，请看过以后再办。"),
    "attach": ("有补充", "投诉人或者工作人员补充了照片或者文件，请看过以后再办。"),
    "withdraw": ("已经撤回", "投诉人撤回了这一件，不用再办。"),
    "object": ("对结果有异议", "投诉人对处理结果提出了异议，请复看。"),
    "follow": ("有同一件投诉并入", "别的渠道收到的同一件投诉并进来了，请一起办。"),
    "remind": ("提醒", "这一件在等着办，请看一下。"),
    "suggest": ("等您答复", "有人给清单提了一条意见，请看过以后答复。"),
    "miss": ("已超期", "这一件已经过了期限，请马上办理，并说明原因。"),
    "file": ("有异议或者意见", "公示、征求意见期间来了一条，请看过以后处理；没有处理完，不能并入清单。"),
    "publish": ("已经公布", "清单的这一处变化已经在网上公布。请核对办事指南、收件清单和样表是不是都跟着改了。"),
    "edition_ahead": ("快到公布的日子", "这一期快到公布的日子了，请准备发布，并在要求的地方公布。"),
    "edition_due": ("今天要公布", "这一期今天要公布，请发布，并在要求的地方公布。"),
    "edition_late": ("还没有公布", "这一期过了公布的日子，还没有发布，请尽快发布。"),
    "repeal_begun": ("依据废止，要提出调整", "引用的依据废止了，请在期限以前提出调整；系统不会自己改清单。"),
    "repeal_late": ("依据废止，还没有调整", "引用的依据废止了，过了提出调整的期限，清单还没有改，请马上提出。"),
}
"""What happened → words of the subject, and the sentence."""
_MACHINES = {machine.kind: machine for machine in (COMPLAINT, SUGGESTION, PROPOSAL)}
_WITHOUT_CASE = "清单"
"""What a letter is about that is no case (duties)."""


def subject_of(data: Mapping[str, Any]) -> str:
    """The subject: the public number and what is wanted; never what it is about or by whom."""
    machine = _machine(data)
    what = machine.label if machine else _WITHOUT_CASE
    return f"{what} {data['number']}：{SENTENCES[data['about']][0]}"


def text_of(data: Mapping[str, Any], catalog: Catalog, settings: Settings) -> str:
    """The letter for a delivery's data (cases/letters.py), in plain text."""
    machine = _machine(data)
    home = catalog.places.get(data["to"]["place"])
    body = home.bodies.get(data["to"]["body"]) if home else None
    filled = template("mail/notice.txt").render(
        body=body.name if body else data["to"]["body"],
        what=machine.label if machine else _WITHOUT_CASE,
        number=data["number"],
        sentence=SENTENCES[data["about"]][1],
        state=machine.states[data["state"]].label if machine else "",
        due=f"{day_said(data['due_day'])}当天" if data["due_day"] else "",
        link=settings.public_url + workbench_page(data),
        demonstration=settings.demonstration,
    )
    return filled.strip() + "\n"


def workbench_page(data: Mapping[str, Any]) -> str:
    """The page of the workbench that a letter leads to: its case, or the first page."""
    machine = _machine(data)
    return f"/office/{machine.kind}s/{data['case']}" if machine else "/office/"


def _machine(data: Mapping[str, Any]) -> Machine | None:
    """The kind of case that a letter is about; None for what is no case. Older deliveries are about complaints."""
    return _MACHINES.get(data.get("kind", COMPLAINT.kind))
