"""Places (地区): whose list it is, how complete it is, and who answers for it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mianzheng.model.reference import Level, PublicBody
from mianzheng.model.values import BodyId, Code, Day, Name, Record, Slug, Text

ADDRESS_SEGMENTS = frozenset(
    {
        "about", "api", "assets", "changes", "complaints", "data", "healthz", "help", "i", "kinds", "legal-bases",
        "notices", "objections", "office", "problems", "proposals", "readyz", "search", "static", "statistics",
        "suggestions", "tools", "topics",
    }
)  # fmt: skip
"""First segments of addresses; a place may not take one of these as its id."""


class Coverage(Record, kw_only=True):
    """Whether the list is a sample or complete; only a confirmed complete one may say 清单之外不得索要."""

    value: Literal["sample", "complete"]
    confirmed_by: Name = ""
    date: Day = ""


class Operator(Record, kw_only=True):
    """The body that answers for a place in operating mode."""

    name: Name
    instrument: Name
    contact: Name
    complaint_receivers: Annotated[tuple[Name, ...], Meta(min_length=1)]


class Place(Record, kw_only=True):
    """地区: a county, district or city with its own list; `profile` names the rules it follows.

    `fictional` places are openly invented and hold examples only. A place without a profile (`none`)
    has all rules silent. `offices` says which body fills which office: the role codes that decide on the list
    (`joint_conference_office`, `justice`, `government`, `centre`, `bureau`) and the complaint receivers of the profile.
    """

    id: Slug
    name: Name
    short_name: Name
    level: Level
    profile: Slug
    parent: Slug = ""
    fictional: bool = False
    coverage: Coverage
    operator: Operator | None = None
    offices: dict[Code, BodyId] = {}
    intro: Text = ""


class BodiesFile(Record, kw_only=True):
    """`bodies.yaml` of a place: all its public bodies, sorted by id."""

    bodies: tuple[PublicBody, ...]
