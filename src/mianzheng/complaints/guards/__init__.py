"""What each event of a complaint needs beyond the table: field → one Chinese sentence, all at once (3.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mianzheng.complaints.guards import acceptance, handling, persons
from mianzheng.complaints.guards.wish import Problems, Wish

__all__ = ["GUARDS", "Wish", "problems"]

GUARDS: Mapping[str, tuple[Callable[[Wish], Problems], ...]] = {
    "release": (acceptance.quarantined,),
    "accept": (acceptance.triage,),
    "refuse": (acceptance.refusal,),
    "link": (acceptance.link,),
    "transfer": (handling.handover,),
    "join": (handling.handover,),
    "ask_extension": (handling.extension,),
    "extend": (handling.extension,),
    "decline_extension": (handling.asked,),
    "propose_conclusion": (handling.findings,),
    "return_conclusion": (handling.proposed("conclusion"),),
    "conclude": (handling.proposed("conclusion"), handling.findings),
    "attempt": (persons.way,),
    "inform": (persons.way,),
    "propose_termination": (handling.termination,),
    "decline_termination": (handling.proposed("termination"),),
    "terminate": (handling.termination,),
    "supplement": (persons.text,),
    "rate": (persons.score,),
    "object": (persons.objection,),
    "note": (persons.text,),
    "reveal": (persons.reveal,),
    "attach": (persons.attachment,),
    "open_file": (persons.reveal, persons.own_file),
}


def problems(wish: Wish) -> dict[str, str]:
    """What a step lacks. Raises NotAllowed where nothing that could be given would help."""
    found: dict[str, str] = {}
    for guard in GUARDS.get(wish.event, ()):
        for name, sentence in guard(wish):
            found.setdefault(name, sentence)
    return found
