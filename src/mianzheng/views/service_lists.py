"""Lists of public services: what is done wholly on line, at one window, in the townships, or not on line yet.

They are filled from what the services say of themselves, not from items (QS-PL-4-2c, QS-PL-4-2d, QS-PL-4-4b).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mianzheng.model import ListSpec, PlaceCatalog, PublicBody, PublicService, Vocabularies


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """One line of such a list: a service with the body that does it, and its address from the root of the site."""

    service: PublicService
    body: PublicBody
    url: str
    reason: str
    """Why it cannot be done on line yet; empty for one that can."""

    @property
    def id(self) -> str:
        return self.service.id


Chosen = Callable[[ServiceEntry], bool]
_CHOSEN: dict[str, Chosen] = {
    "online": lambda e: e.service.online is not None and e.service.online.extent == "whole",
    "offline": lambda e: e.service.online is not None and e.service.online.extent == "none",
    "one_window": lambda e: e.service.one_window,
    "township": lambda e: e.body.kind == "township",
}
"""For each `ListSpec.services` which services stand on the list."""


def _authorised(part: str) -> Callable[[ServiceEntry], str]:
    def say(entry: ServiceEntry) -> str:
        authorisation = entry.service.authorisation
        said: str = getattr(authorisation, part) if authorisation else ""
        return said

    return say


SERVICE_CELLS: dict[str, Callable[[ServiceEntry], str]] = {
    "service": lambda e: e.service.name,
    "code": lambda e: e.service.code,
    "requesting_body": lambda e: e.body.name,
    "basis": _authorised("basis"),
    "authority": _authorised("kind"),
    "term": _authorised("term"),
    "area": _authorised("area"),
    "procedure": lambda e: e.service.guide.procedure if e.service.guide else "",
    "reason": lambda e: e.reason,
}


def services_on(home: PlaceCatalog, spec: ListSpec, vocabularies: Vocabularies) -> list[ServiceEntry]:
    """The services of a place that stand on a list, in order of body and name."""
    entries = (
        ServiceEntry(
            service=service,
            body=home.bodies[service.body],
            url=f"{home.place.id}/services/{service.id}/",
            reason=reason_of(service, vocabularies),
        )
        for service in home.services.values()
    )
    chosen = _CHOSEN[spec.services]
    return sorted(filter(chosen, entries), key=lambda e: (e.body.name, e.service.name, e.id))


def reason_of(service: PublicService, vocabularies: Vocabularies) -> str:
    """Why a service is not on line: the ground that the rules know, then its own words (QS-PL-4-4a, QS-PL-4-4b)."""
    online = service.online
    if online is None or online.extent != "none":
        return ""
    known = vocabularies.exclusions.online if vocabularies.exclusions else ()
    ground = next((one.label for one in known if one.code == online.ground), "")
    return "：".join(filter(None, (ground, online.reason)))


_ONLINE = {
    "whole": "全程网办：从提交申请到拿结果，都可以在网上办",
    "part": "有几步可以在网上办，其余到窗口办",
    "none": "还不能在网上办",
}


def ways_of(service: PublicService, vocabularies: Vocabularies) -> list[tuple[str, str]]:
    """Where a service is done, as label and text: on line or why not, at one window, on whose authority."""
    found = []
    if service.online is not None:
        reason = reason_of(service, vocabularies)
        found.append(("网上办理", _ONLINE[service.online.extent] + (f"。原因：{reason}" if reason else "")))
    if service.one_window:
        found.append(("窗口办理", "一窗受理：材料交到综合受理窗口，由窗口转给审批部门"))
    if service.authorisation is not None:
        given = service.authorisation
        found += [("设立（授权）依据", given.basis), ("授权类型", given.kind), ("授权期限", given.term)]
        found.append(("授权地区", given.area))
    return found
