"""What Qingshen wants of every change: the list follows, everybody can read it, the centre is told (QS-SP-4-1c)."""

from __future__ import annotations

import datetime
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mianzheng.cases.letters import MAIL
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.site.setting import Setting
from mianzheng.views.notices import text_of
from tests.list_town import ListTown, change_of, sent, step, told
from tests.sites import build
from tests.sites import text_of as page_text

PLACE = "test-qingshen"


@pytest.mark.carries("publication", "QS-SP-4-1c", where="mianzheng.jobs.proposals:ProposalWork.show")
def test_a_change_is_announced_and_the_centre_is_told(loaded: Loaded, tmp_path: Path, setting: Setting) -> None:
    folder = tmp_path / "town"
    folder.mkdir()
    town = ListTown(loaded.catalog, now=datetime.datetime(2026, 11, 25, 9, tzinfo=SHANGHAI)).under(folder)
    unit = town.staff("department", 1, PLACE)
    own = town.services.store.get("account", town.logins[f"{PLACE}.department1"]).body
    home = town.catalog.places[PLACE]
    item = next(i for i in home.items.values() if i.status == "active" and i.requesting_body == own)
    wish = {"item": item.id, "edits": [{"field": "condition", "from": item.condition or None, "to": "本人不到场的"}]}
    body = change_of(
        town,
        item,
        PLACE,
        items=[wish],
        element="材料清单",
        reason="C9_other",
        reason_text="按实际写明",
        seal="2026年第12号函，已盖章",
    )
    id = sent(town, body, unit)["id"]
    centre = town.staff("centre", 1, PLACE)
    assert step(town, centre, id, "file").status_code == 200, told(unit, id)
    assert told(unit, id)["state"] == "published"
    (mail,) = town.services.store.claim(town.now, datetime.timedelta(0), topics=[MAIL])
    assert mail.delivery.data["to"]["body"] == home.place.offices["centre"]
    letter = text_of(mail.delivery.data, town.catalog, town.settings)
    assert "已经在网上公布" in letter and "现在的状态：已公布" in letter
    shown = build(replace(setting, catalog=_published(folder)))
    assert "本人不到场的" in page_text(shown / PLACE / "lists/acceptance/index.html")


def _published(folder: Path) -> Path:
    """The list as it was published, as files."""
    out = folder / "published"
    subprocess.run(["git", "clone", "-q", str(folder / "forge.git"), str(out)], check=True)
    return out / "catalog"
