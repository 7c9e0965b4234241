"""The form by which staff take in what came otherwise, and what they are told when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mianzheng.complaints.filing import HOW_ASKED, REPLY_BY, exhaustive, required
from mianzheng.complaints.receivers import CHANNELS, channels
from mianzheng.model import Catalog, CodeEntry, PlaceCatalog, Profile
from mianzheng.settings import Settings
from mianzheng.views.choices import items_of
from mianzheng.views.complaints import ASKING
from mianzheng.views.complaints import FIELDS as FILLED_IN
from mianzheng.views.frames import Frame, framed

FIELDS = (*FILLED_IN, "channel", "received_at", "external_ref")
"""Everything that the form holds, without the boxes to tick."""
HERE = "/office/complaints"


def entry_page(
    settings: Settings,
    around: Frame,
    home: PlaceCatalog,
    profile: Profile,
    catalog: Catalog,
    grounds: Mapping[str, CodeEntry],
    *,
    draft: str,
    form: Mapping[str, str],
    problems: Mapping[str, str],
) -> str:
    """The form, with all channels of the place."""
    known = channels(profile)
    bodies = sorted((b.id, b.name) for b in home.bodies.values() if b.kind in ASKING)
    return framed(
        settings,
        "office/entry.html",
        "登记一件投诉",
        frame=replace(around, here=HERE),
        channels=[(code, CHANNELS[code]) for code in known],
        strict="、".join(CHANNELS[code] for code in known if required(profile, code)),
        grounds=[(code, ground.label) for code, ground in grounds.items()],
        exhaustive=exhaustive(grounds),
        items=items_of(catalog, home),
        services=sorted(((service.id, service.name) for service in home.services.values()), key=lambda one: one[1]),
        bodies=sorted(bodies, key=lambda body: body[1]),
        manners=list(HOW_ASKED.items()),
        replies=[(code, label.replace("我自己", "本人").replace("我", "本人")) for code, label in REPLY_BY.items()],
        draft=draft,
        form=form,
        problems=problems,
    )
