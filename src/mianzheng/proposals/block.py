"""The proposal's data in the text of its pull request: one fenced block of JSON on one line.

JSON has no bare line breaks, so nothing that a user wrote can end the block or begin another one.
"""

from __future__ import annotations

import re

import msgspec

from mianzheng.errors import BadArgument
from mianzheng.model import Record
from mianzheng.proposals.chains import Notice, ProposalType
from mianzheng.proposals.forms import Application, CitedBasis
from mianzheng.proposals.milestones import Initiator, Timeliness

FENCE = "mianzheng-proposal"
_BLOCK = re.compile(rf"^```{FENCE}[ \t]*\r?\n?[ \t]*(\{{.*\}})[ \t]*\r?\n?```[ \t]*\r?$", re.MULTILINE)


class Proposal(Record, kw_only=True):
    """What a reviewer and the gate are told of a proposal besides the change itself.

    `submitted` is the Shanghai day of handing in; `subject` the person behind the account (A25), an opaque word.
    """

    place: str
    type: ProposalType
    id: str = ""
    submitted: str = ""
    subject: str = ""
    initiator: Initiator = "unit"
    applicant: str = ""
    reason: str = ""
    reason_text: str = ""
    ground: str = ""
    legal_bases: tuple[CitedBasis, ...] = ()
    trigger_date: str = ""
    trigger_evidence: str = ""
    justification: str = ""
    effective_from: str = ""
    element: str = ""
    seal: str = ""
    contact_post: str = ""
    timeliness: Timeliness = Timeliness()
    escalated: bool = False
    notice: Notice | None = None


def proposal_of(application: Application, id: str, submitted: str, subject: str, timeliness: Timeliness) -> Proposal:
    """The proposal that an application has become."""
    shared = set(Proposal.__struct_fields__) & set(Application.__struct_fields__)
    given = {name: getattr(application, name) for name in shared}
    return Proposal(id=id, submitted=submitted, subject=subject, timeliness=timeliness, **given)


def written_block(proposal: Proposal) -> str:
    """The block as it stands in the pull request's text."""
    return f"```{FENCE}\n{msgspec.json.encode(proposal).decode()}\n```"


def read_block(text: str) -> Proposal | None:
    """The proposal told in a text, None when it tells of none. Raises BadArgument for a broken or a second block."""
    found = _BLOCK.findall(text)
    if len(found) > 1:
        raise BadArgument(f"合并请求的说明里有 {len(found)} 段申请数据，只能有一段。")
    if not found:
        if f"```{FENCE}" in text:
            raise BadArgument("合并请求说明里的申请数据不完整。")
        return None
    try:
        return msgspec.json.decode(found[0], type=Proposal)
    except msgspec.MsgspecError as error:
        raise BadArgument("合并请求说明里的申请数据读不出来，可能被改动过。") from error
