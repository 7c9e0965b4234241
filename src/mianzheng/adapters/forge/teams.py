"""The file that says which office of a place is which team on the forge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from mianzheng.errors import BadArgument

_TEAM = re.compile(r"@[A-Za-z0-9_-]+(/[A-Za-z0-9._-]+)?")


@dataclass(frozen=True)
class Teams:
    """`teams` maps `place/office` to `@owner/team`; `maintainers` owns everything else."""

    maintainers: str = ""
    teams: Mapping[str, str] = field(default_factory=dict)

    def of(self, place: str, offices: tuple[str, ...]) -> tuple[str, ...]:
        """The teams of these offices of a place, each once."""
        found = (self.teams.get(f"{place}/{office}", "") for office in offices)
        return tuple(dict.fromkeys(team for team in found if team))


def teams_in(file: Path) -> Teams:
    """A YAML file: `maintainers: "@county/all"` and `teams: {place/office: "@county/team"}`. Raises BadArgument."""
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
        found = Teams(str(data["maintainers"]), {str(name): str(team) for name, team in dict(data["teams"]).items()})
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadArgument(f"{file} 读不出 maintainers 和 teams") from error
    wrong = [name for name in (found.maintainers, *found.teams.values()) if not _TEAM.fullmatch(name)]
    if wrong:
        raise BadArgument(f"团队要写成 @组织/团队：{'、'.join(wrong)}")
    return found
