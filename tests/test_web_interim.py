"""From the cause until the change is public nobody asks for the certificate; what is decided shows on the same day."""

from __future__ import annotations

import datetime
import io
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mianzheng.adapters.whole_files import FolderLiveFiles
from mianzheng.catalog_files.loading import Loaded
from mianzheng.clock import SHANGHAI
from mianzheng.errors import Unavailable
from mianzheng.jobs.live import write_live
from mianzheng.model import CertificateItem
from mianzheng.site.setting import Setting
from mianzheng.views.live import Interim
from tests.notice_town import by, on, owned
from tests.proposal_forms import listed
from tests.sites import build, text_of
from tests.stores import on_every_store
from tests.test_web_proposals import ListTown, change_of, step, told
from tests.web_client import Visitor

carries = pytest.mark.carries
PLACE = "test-yiyuan"


def town_on(loaded: Loaded, tmp_path: Path, day: str) -> ListTown:
    at = datetime.datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=SHANGHAI)
    return ListTown(loaded.catalog, now=at).under(tmp_path)


def interims(town: ListTown, live: Path) -> list[Interim]:
    write_live(town.services.store, town.catalog, FolderLiveFiles(live), town.now)
    return msgspec.json.decode((live / "interims.json").read_bytes(), type=list[Interim])


def proposed(town: ListTown, place: str = PLACE, **more: Any) -> tuple[str, str]:
    """A change of method that was handed in: proposal, item."""
    item, unit = owned(town, place)
    answer = unit.command("/api/v1/proposals", change_of(town, item, place, **more))
    assert answer.status_code == 202, answer.text
    town.work()
    return answer.get_json()["id"], item.id


def not_shared(town: ListTown, place: str) -> tuple[CertificateItem, Visitor]:
    """An item of the first demo department that is not obtained by data sharing yet."""
    some, unit = owned(town, place)
    of_unit = (i for i in town.catalog.places[place].items.values() if i.requesting_body == some.requesting_body)
    return next(i for i in of_unit if i.status == "active" and i.versions[0].method != "share"), unit


def decided(town: ListTown, id: str, place: str = PLACE) -> None:
    office, justice = by(town, "joint_conference_office", place), by(town, "justice", place)
    assert step(town, office, id, "study").status_code == 200
    assert step(town, justice, id, "opine", opinion="合法").status_code == 200
    assert step(town, office, id, "approve", opinion="同意").status_code == 200


def list_of(town: ListTown, folder: Path) -> Path:
    """The list as it is on the forge's main branch, as a catalog folder."""
    packed = subprocess.run(
        ["git", "-C", str(town.forge.repository), "archive", "main", "catalog"], capture_output=True, check=True
    )
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "catalog"


@carries("adjustment", "YY-ADJ-09-3", "BS-ADJ-09-3", where="mianzheng.jobs.live:write_live")
@pytest.mark.parametrize("place", ["test-yiyuan", "test-boshan"])
def test_the_unit_picks_what_is_done_until_publication(place: str, loaded: Loaded, tmp_path: Path) -> None:
    town = town_on(loaded, tmp_path, "2026-11-25")
    item, unit = not_shared(town, place)
    body = change_of(town, item, place, interim_method="commit")
    body["items"][0]["version"] = {"method": "share", "share": {}}
    body["items"][0]["risk_assessed"] = {"on": "2026-11-20", "by": item.requesting_body}
    wrong = unit.command("/api/v1/proposals", body | {"interim_method": "agency"})
    assert wrong.status_code == 422 and "/interim_method" in wrong.text
    answer = unit.command("/api/v1/proposals", body)
    assert answer.status_code == 202, answer.text
    town.work()
    (interim,) = interims(town, tmp_path / "live")
    assert (interim.item, interim.since, interim.method) == (item.id, "2026-11-20", "告知承诺")
    decided(town, answer.get_json()["id"], place)
    assert interims(town, tmp_path / "live") == []


def test_the_banner_stands_from_the_cause_and_goes_with_the_publishing_build(
    loaded: Loaded, setting: Setting, tmp_path: Path
) -> None:
    """S-SITE-07: cause on Friday 25 April 2025, built on Sunday the 27th, a make-up working day."""
    town = town_on(loaded, tmp_path / "town", "2025-04-27")
    live = tmp_path / "live"
    id, item = proposed(town, trigger_date="2025-04-25", interim_method="verify")
    (interim,) = interims(town, live)
    assert interim.since == "2025-04-25"
    page = build(setting, live=live) / PLACE / "items" / item / "index.html"
    assert "调整期间不得索要。（临时方式：" in text_of(page)
    decided(town, id)
    assert interims(town, live) == []
    build(setting, live=live)
    assert "调整期间不得索要" not in text_of(page)


@on_every_store
def test_a_merged_change_keeps_its_banner_until_it_is_deployed(loaded: Loaded, tmp_path: Path) -> None:
    """S-REV-11: approved on Tuesday 30 September 2025 at 17:00, deployed on 9 October at 09:40."""
    town = town_on(loaded, tmp_path, "2025-09-30")
    publish, broken = town._publish, [True]

    def deployed() -> None:
        if broken[0]:
            raise Unavailable("网站暂时写不进去")
        publish()

    object.__setattr__(town.works, "publish", deployed)
    id, item = proposed(town, trigger_date="2025-09-26")
    on(town, "2025-09-30", "17:00")
    decided(town, id)
    on(town, "2025-10-05")
    assert told(by(town, "department", PLACE), id)["state"] == "merged"
    assert [one.item for one in interims(town, tmp_path / "live")] == [item], "the interim is still on"
    broken[0] = False
    on(town, "2025-10-09", "09:40")
    town.work()
    on(town, "2025-10-09", "10:00")
    assert told(by(town, "department", PLACE), id)["state"] == "published"
    assert interims(town, tmp_path / "live") == []


@on_every_store
def test_a_change_is_in_the_list_and_in_the_feed_on_the_day_it_is_approved(
    loaded: Loaded, setting: Setting, tmp_path: Path
) -> None:
    """S-PUB-05: handed in on Friday, approved and deployed on Saturday 14 February 2026, a make-up working day."""
    town = town_on(loaded, tmp_path / "town", "2026-02-13")
    id, item = proposed(town, trigger_date="2026-02-12")
    on(town, "2026-02-14")
    decided(town, id)
    versions = town.catalog.places[PLACE].items[item].versions
    assert (versions[0].from_, versions[0].method) == ("2026-02-14", "other"), "not from the day of handing in"
    assert versions[1].until == "2026-02-13", "the last day of the former one"
    site = build(setting, catalog=list_of(town, tmp_path / "list"), day="2026-02-14")
    assert f"{item}/2026-02-14" in (site / "changes/feed.xml").read_text("utf-8")
    assert "2026-02-14" in text_of(site / PLACE / "items" / item / "index.html")


@carries("adjustment", "FX-4-4-1", where="mianzheng.proposals.forms:operations_of")
def test_a_method_in_fangxian_is_changed_with_its_risk_assessed(loaded: Loaded, tmp_path: Path) -> None:
    place = "test-fangxian"
    town = town_on(loaded, tmp_path, "2026-11-25")
    item, unit = not_shared(town, place)
    body = change_of(town, item, place)
    body["items"][0]["version"] = {"method": "share", "share": {}}
    body["items"][0]["risk_assessed"] = {"on": "2026-11-24", "by": item.requesting_body}
    answer = unit.command("/api/v1/proposals", body)
    assert answer.status_code == 202, answer.text
    town.work()
    page = by(town, "justice", place).get(f"/office/proposals/{answer.get_json()['id']}").text
    assert "风险评估" in page and "2026-11-24" in page
    assert listed(town.catalog, place)
