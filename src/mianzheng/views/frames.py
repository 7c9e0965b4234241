"""Pages that are not part of the static site: forms, receipts, workbench, problems. Same look, same style sheet."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from markupsafe import Markup

from mianzheng.settings import Settings
from mianzheng.views.problems import Trouble
from mianzheng.views.rendering import render

EARLY_SCRIPT = (
    "(function(d){try{var s=localStorage;if(s.zmPrint)d.dataset.print=s.zmPrint;"
    "if(s.zmTheme)d.dataset.theme=s.zmTheme}catch(e){}"
    'if(/[?&]q=./.test(location.search)&&"noModule"in HTMLScriptElement.prototype)d.dataset.asked="on";'
    'd.dataset.js="on"})(document.documentElement)'
)
"""Runs before anything is drawn: large print and dark mode do not flicker, and what the search finds a moment later
pushes nothing down. The site's pages have the same."""
SCRIPT_HASH = f"'sha256-{base64.b64encode(hashlib.sha256(EARLY_SCRIPT.encode()).digest()).decode()}'"


class Said(Protocol):
    """What a problem says of one field."""

    @property
    def detail(self) -> str:
        """One Chinese sentence."""


@dataclass(frozen=True)
class Frame:
    """What stands around a page of the workbench: who is there, where the menu leads, the token of its forms.

    `place` is what the place is called, `place_id` its id: pickers look for what belongs to it.
    """

    who: str
    place: str
    menu: tuple[tuple[str, str], ...]
    token: str
    here: str = ""
    place_id: str = ""


def framed(settings: Settings, template: str, title: str, **values: Any) -> str:
    """A whole page from a template that extends `frame.html`."""
    return render(
        template,
        title=title,
        demonstration=settings.demonstration,
        early_script=EARLY_SCRIPT,
        site=settings.public_url,
        **{"frame": None, **values},
    )


def site_page(settings: Settings, title: str, body: str) -> str:
    """A body that the static site could show as well, in the frame of a page answered by the application."""
    return framed(settings, "site_page.html", title, body=Markup(body))


@dataclass(frozen=True)
class GivenBack:
    """A form that came to nothing: where it goes, its fields, whether the same may be sent `again`.

    `log_in`: only after logging in; `files`: it may have had files, which cannot be given back.
    """

    address: str
    fields: Mapping[str, str]
    again: bool
    log_in: bool
    files: bool

    @property
    def written(self) -> list[str]:
        """What a person wrote in sentences, as far as anybody can tell; not the query code, which can be spelled so."""
        said = (value for name, value in self.fields.items() if name != "code")
        return [value for value in said if len(value) >= SENTENCE and _HAN.search(value)]


SENTENCE = 6
"""Characters from which on words are worth being shown again."""
_HAN = re.compile(r"[\u3400-\u9fff]")


def problem_page(
    settings: Settings,
    trouble: Trouble,
    detail: str,
    errors: Sequence[Said],
    request_id: str,
    back: GivenBack | None = None,
) -> str:
    """A problem for people: what happened, what is wrong with which field, what to do now, what they had filled in."""
    late = back is not None and back.again and trouble.code == "cross-site"
    title = "还没有提交" if late else trouble.title
    return framed(
        settings,
        "office/problem.html",
        title,
        heading=title,
        trouble=trouble,
        detail="这一页开得太久，请您再确认一次。" if late else detail,
        errors=[one.detail for one in errors],
        request_id=request_id,
        back=back,
    )
