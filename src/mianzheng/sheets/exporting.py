"""One list in one format."""

from __future__ import annotations

from collections.abc import Callable

from mianzheng.errors import BadArgument
from mianzheng.sheets.official import OfficialList, todays
from mianzheng.sheets.plain import list_csv, list_json
from mianzheng.views.atlas import Atlas
from mianzheng.views.lists import lists_of


def _xlsx(document: OfficialList) -> bytes:
    from mianzheng.sheets.workbook import list_xlsx  # loaded when a list has to be made, which is seldom

    return list_xlsx(document)


def _docx(document: OfficialList) -> bytes:
    from mianzheng.sheets.word import list_docx

    return list_docx(document)


FORMATS: dict[str, Callable[[OfficialList], bytes]] = {
    "csv": list_csv,
    "xlsx": _xlsx,
    "docx": _docx,
    "json": list_json,
}


def official(atlas: Atlas, place: str, code: str, *, number: str = "") -> OfficialList:
    """A public list of a place; those of fictional places are marked. Raises BadArgument naming what there is."""
    home = atlas.catalog.home(place)
    published = {one.spec.code: one for one in lists_of(atlas, home)}
    if code not in published:
        raise BadArgument(f"{home.place.name}没有“{code}”这个公开清单；有：{'、'.join(published) or '（没有）'}")
    return todays(published[code], demonstration=home.place.fictional, number=number)
