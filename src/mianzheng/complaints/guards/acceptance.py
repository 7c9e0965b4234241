"""Before acceptance: accepting, refusing, linking (CP2 … CP4, OQ-11, OQ-15)."""

from __future__ import annotations

from mianzheng.complaints.guards.wish import REMEDIES, Problems, Wish, listed, not_running, unknown_bodies
from mianzheng.errors import NotAllowed


def quarantined(wish: Wish) -> Problems:
    """It was set aside as looking like spam."""
    if not wish.record.data.get("screening"):
        raise NotAllowed("这一件没有被甄别搁置。")
    yield from ()


def triage(wish: Wish) -> Problems:
    """Grounds that the place knows and bodies that it has."""
    known = {entry.code for entry in (*wish.desk.reasons.complaint_grounds, *wish.desk.reasons.rebound_tags)}
    allowed = wish.desk.profile.complaint.grounds.value
    if not set(listed(wish, "grounds")) <= (known if allowed is None else known & set(allowed)):
        yield "grounds", "这里没有这一项，请从列出的里面选"
    yield from unknown_bodies(wish, "about")


def refusal(wish: Wish) -> Problems:
    """N1 and N2 need both parts (OQ-11), N3 the remedy, N9 words (CP3)."""
    code = wish.given.get("ground")
    entry = wish.desk.refusals.get(code or "")
    if entry is None:
        yield "ground", "请选不予受理的理由"
        return
    if not set(range(len(entry.both_parts))) <= set(wish.given.get("parts", ())):
        both = "；".join(entry.both_parts)
        yield "parts", f"两条都成立才能不予受理，只有一条的应当受理：{both}"
    if code == "N2_malicious_repeat":
        if not wish.has("malice_note"):
            yield "malice_note", "请写怎样核实是恶意再次举报；不是恶意的，请并入正在办的那一件"
        if problem := not_running(wish, wish.given.get("linked_case")):
            yield "linked_case", problem
    if code == "N3_other_remedy" and wish.given.get("remedy") not in REMEDIES:
        yield "remedy", f"请写明走哪个途径：{'、'.join(REMEDIES.values())}"
    if entry.text_required and not wish.has("why"):
        yield "why", "选了“其他”，请写明是什么情形"


def link(wish: Wish) -> Problems:
    """The earliest received leads; it is one matter, which staff confirm; one clock (S-CMP-13)."""
    if problem := not_running(wish, wish.given.get("leader")):
        yield "leader", problem
    elif wish.other and wish.other.data["received_at"] > wish.record.data["received_at"]:
        yield "leader", "先收到的先办：这一件收到得更早，请到那一件里办理并入"
    if wish.given.get("same_matter") is not True:
        yield "same_matter", "请确认是同一件事"
    if wish.record.data.get("followers"):
        yield "leader", "已经有别的投诉并入这一件，不能再并出去"
