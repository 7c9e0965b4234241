"""One list in one format."""

from __future__ import annotations

from collections.abc import Callable

from mianzheng.errors import BadArgument
from mianzheng.sheets.official import OfficialList, todays
from mianzheng.sheets.plain import list_csv, list_json
from mianzheng.sheets.word import list_docx
from mianzheng.sheets.workbook import list_xlsx
from mianzheng.views.atlas import Atlas
from mianzheng.views.lists import lists_of

FORMATS: dict[str, Callable[[OfficialList], bytes]] = {
    "csv": list_csv,
    "xlsx": list_xlsx,
    "docx": list_docx,
    "json": list_json,
}


def official(atlas: Atlas, place: str, code: str, *, number: str = "") -> OfficialList:
    """A public list of a place; those of fictional places are marked. Raises BadArgument naming what there is."""
    home = atlas.catalog.home(place)
    published = {one.spec.code: one for one in lists_of(atlas, home)}
    if code not in published:
        raise BadArgument(f"{home.place.name}没有“{code}”这个公开清单；有：{'、'.join(published) or '（没有）'}")
    return todays(published[code], demonstration=home.place.fictional, number=number)
