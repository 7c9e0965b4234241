"""CODEOWNERS: which team of the forge has to approve which files, from the offices that each place names."""

from __future__ import annotations

from collections.abc import Mapping

from mianzheng.model import Catalog, PlaceCatalog

HEAD = "# 由 scripts/codeowners.py 按各地区 place.yaml 的 offices 生成，请勿手改；后面的行优先。"


def codeowners(catalog: Catalog, teams: Mapping[str, str], maintainers: str) -> str:
    """The text of the file.

    `teams` maps `place/office` to a team such as `@county/justice`; offices without a team own nothing. All else
    belongs to `maintainers`: code, workflows, rules and shared records, and places without a team. A body does not
    decide on its own items (project): in the folder of a body that fills an office the other offices own, or else the
    maintainers.
    """
    lines = [HEAD, f"* {maintainers}"]
    for place_id, home in sorted(catalog.places.items()):
        offices = {office: body for office, body in home.place.offices.items() if f"{place_id}/{office}" in teams}
        if offices:
            lines += ["", f"# {home.place.name}", *_of_place(home, offices, teams, maintainers)]
    return "\n".join(lines) + "\n"


def _of_place(home: PlaceCatalog, offices: Mapping[str, str], teams: Mapping[str, str], maintainers: str) -> list[str]:
    folder = f"/catalog/places/{home.place.id}/"

    def owners(without: str = "") -> str:
        found = {teams[f"{home.place.id}/{office}"] for office, body in offices.items() if body != without}
        return " ".join(sorted(found)) or maintainers

    lines = [f"{folder} {owners()}"]
    lines += [f"{folder}items/{body}/ {owners(without=body)}" for body in sorted(set(offices.values()))]
    return [*lines, f"{folder}place.yaml {maintainers}"]
