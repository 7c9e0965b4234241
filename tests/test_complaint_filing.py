"""A complaint is taken in: what is asked for, who gets it, what is kept, and what never is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from mianzheng.cases.records import Change
from mianzheng.cases.steps import utc
from mianzheng.catalog_files.loading import Loaded
from mianzheng.complaints import receipts
from mianzheng.complaints.breach import BREACHES, ListState, list_state, rules_against
from mianzheng.complaints.filing import Filing, problems
from mianzheng.complaints.intake import file, receipt_for
from mianzheng.complaints.receivers import channels, route, ways, web_channel
from mianzheng.errors import GuardFailed, NoOperator
from mianzheng.model import Catalog, PlaceCatalog
from mianzheng.model.places import Operator
from tests.complaint_desk import (
    NAME,
    PERSON,
    PHONE,
    STORY,
    accused,
    filing,
    intake,
    receiver,
    sent,
    staff,
    when,
)

NOW = "2025-09-25T23:59:30"


@pytest.fixture
def home(shipped: Loaded) -> PlaceCatalog:
    return shipped.catalog.places["demo-yiyuan"]


def wrong(shipped: Loaded, what: Filing, actor: Any = PERSON) -> dict[str, str]:
    home = shipped.catalog.places[what.place]
    assert home.profile
    return problems(what, home, home.profile, shipped.catalog, actor, when(NOW))


def taken(shipped: Loaded, what: Filing, **how: Any) -> Change:
    return file(intake(shipped.catalog), what, sent(how.pop("at", NOW), **how))


@pytest.mark.carries("complaint", "YY-CMP-05-1", "YY-CMP-05-2", where="mianzheng.complaints.filing:required")
@pytest.mark.carries("complaint", "BS-CMP-05-1", "BS-CMP-05-2", where="mianzheng.complaints.filing:required")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_the_web_form_names_every_required_field_that_is_empty_at_once(place: str, shipped: Loaded) -> None:
    empty = Filing(place=place, channel="platform", ground="G1_demand")
    assert set(wrong(shipped, empty)) == {"name", "phone", "body", "demand", "reasons_facts"}
    for channel in ("letter", "fax", "sms", "email"):
        by_staff = msgspec.structs.replace(empty, channel=channel)
        clerk = receiver(shipped.catalog.places[place])
        assert set(wrong(shipped, by_staff, clerk)) == {"name", "phone", "body", "demand", "reasons_facts"}


@pytest.mark.carries("complaint", "YY-CMP-05-3", "BS-CMP-05-3", where="mianzheng.complaints.filing:required")
@pytest.mark.carries("complaint", "YY-CMP-05-4", "BS-CMP-05-4", where="mianzheng.complaints.filing:_lacking")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_hotline_and_window_may_lack_everything_and_what_is_handed_down_brings_its_number(
    place: str, shipped: Loaded
) -> None:
    clerk = receiver(shipped.catalog.places[place])
    for channel in ("hotline_12345", "window"):
        assert wrong(shipped, Filing(place=place, channel=channel, ground="G1_demand"), clerk) == {}
    for reference in ("13800138000", "张三来电，说不给办"):
        told = Filing(place=place, channel="window", ground="G1_demand", external_ref=reference)
        assert set(wrong(shipped, told, clerk)) == {"external_ref"}
    for channel in ("moj_platform", "enforcement_supervision"):
        handed = Filing(place=place, channel=channel, ground="G1_demand")
        assert set(wrong(shipped, handed, clerk)) == {"external_ref"}
        assert wrong(shipped, msgspec.structs.replace(handed, external_ref="司转〔2025〕12号"), clerk) == {}


@pytest.mark.parametrize("place", ["demo-fangxian", "demo-qingshen", "demo-wuhai"])
def test_where_the_document_asks_for_nothing_nothing_is_required(place: str, shipped: Loaded) -> None:
    profile = shipped.catalog.places[place].profile
    assert profile and wrong(shipped, Filing(place=place, channel=web_channel(profile))) == {}


@pytest.mark.carries("complaint", "WH-OR-21-1", where="mianzheng.complaints.receivers:route")
@pytest.mark.carries("complaint", "WH-OR-21-2", where="mianzheng.complaints.filing:_channel")
def test_in_wuhai_the_window_takes_complaints_and_an_opinion_given_to_12345_is_a_suggestion(shipped: Loaded) -> None:
    home = shipped.catalog.places["demo-wuhai"]
    window = home.place.offices["unable_window"]
    assert home.profile and web_channel(home.profile) == "unable_window"
    for channel in ("unable_window", "hotline_12345"):
        assert route(home, channel).received_by == window
    call = Filing(place="demo-wuhai", channel="hotline_12345", opinion=True)
    assert "给清单提意见" in wrong(shipped, call, staff("receiver", home, window))["opinion"]


@pytest.mark.parametrize(
    ("channel", "office"),
    [
        ("hotline_12345", "R1_hotline"),
        ("window", "R2_hall_window"),
        ("platform", "R2_hall_window"),
        ("moj_platform", "R3_justice"),
        ("enforcement_supervision", "R3_justice"),
    ],
)
@pytest.mark.carries("complaint", "YY-CMP-03-1", "YY-CMP-03-2", where="mianzheng.complaints.receivers:route")
@pytest.mark.carries("complaint", "BS-CMP-03-1", "BS-CMP-03-2", where="mianzheng.complaints.receivers:route")
@pytest.mark.carries("complaint", "YY-CMP-03-3", "BS-CMP-03-3", where="mianzheng.complaints.receivers:route")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_the_channel_says_who_receives(place: str, channel: str, office: str, shipped: Loaded) -> None:
    home = shipped.catalog.places[place]
    way = route(home, channel)
    assert (way.code, way.received_by, way.recused) == (office, home.place.offices[office], False)


@pytest.mark.carries("complaint", "YY-CMP-03-4", "BS-CMP-03-4", where="mianzheng.complaints.receivers:_receiver")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan"])
def test_a_letter_to_a_unit_is_received_by_that_unit_and_decided_elsewhere_if_it_is_about_it(
    place: str, shipped: Loaded
) -> None:
    home = shipped.catalog.places[place]
    unit = accused(home)
    own = route(home, "letter", concerned=[unit], entered_by=unit)
    assert (own.code, own.received_by) == ("R4_unit", unit)
    assert own.decided_by == home.place.offices["R2_hall_window"]


def test_a_letter_that_a_receiver_takes_in_is_its_own(home: PlaceCatalog) -> None:
    for office in ("R1_hotline", "R3_justice"):
        body = home.place.offices[office]
        way = route(home, "letter", entered_by=body)
        assert (way.code, way.received_by, way.decided_by) == (office, body, body)


def test_a_complaint_about_the_receiver_is_received_by_it_and_decided_by_another(home: PlaceCatalog) -> None:
    hall = home.place.offices["R2_hall_window"]
    way = route(home, "window", concerned=[hall])
    assert (way.received_by, way.decided_by, way.recused) == (hall, home.place.offices["R1_hotline"], True)


def test_where_the_document_names_no_receiver_the_keeper_of_the_list_takes_it(shipped: Loaded) -> None:
    for place, office in (("demo-fangxian", "joint_conference_office"), ("demo-qingshen", "centre")):
        home = shipped.catalog.places[place]
        assert home.profile
        way = route(home, channels(home.profile)[0])
        assert (way.code, way.decided_by) == (office, home.place.offices[office])


GROUND = {
    "no ground": ({"ground": ""}, "ground"),
    "unknown ground": ({"ground": "V1_vacuum"}, "ground"),
    "other without words": ({"ground": "G9_other"}, "ground_text"),
    "list not followed, which item": ({"ground": "G2_list_not_followed"}, "item"),
}
BAD = GROUND | {
    "unknown channel": ({"channel": "pigeon"}, "channel"),
    "a channel of the staff": ({"channel": "hotline_12345"}, "channel"),
    "unknown item": ({"item": "zm-000000"}, "item"),
    "unknown kind": ({"kind": "kd-000000"}, "kind"),
    "unknown service": ({"service": "sv-000000"}, "service"),
    "unknown body": ({"body": "bd-000000"}, "body"),
    "unknown tag": ({"tags": ("silly",)}, "tags"),
    "tomorrow": ({"happened_on": "2025-09-26"}, "happened_on"),
    "no such day": ({"happened_on": "2025-02-30"}, "happened_on"),
    "very long ago": ({"happened_on": "2010-01-01"}, "happened_on"),
    "unknown way of asking": ({"how_asked": "telepathy"}, "how_asked"),
    "a number for a name": ({"name": "13800138000"}, "name"),
    "no phone number": ({"phone": "没有"}, "phone"),
    "unknown reply": ({"reply_channel": "pigeon"}, "reply_channel"),
    "for whom": ({"by_agent": True}, "relation"),
    "too long": ({"reasons_facts": "长" * 2001}, "reasons_facts"),
    "a field of the staff": ({"received_at": "2025-09-25T10:00+08:00"}, "received_at"),
}


@pytest.mark.parametrize(("changed", "field"), BAD.values(), ids=list(BAD))
def test_what_is_wrong_is_said_at_its_field(
    changed: dict[str, Any], field: str, home: PlaceCatalog, shipped: Loaded
) -> None:
    assert wrong(shipped, filing(home)) == {}
    found = wrong(shipped, filing(home, **changed))
    assert list(found) == [field]
    with pytest.raises(GuardFailed) as refused:
        taken(shipped, filing(home, **changed))
    assert refused.value.problems == found


@pytest.mark.carries("complaint", "YY-CMP-06-1", "YY-CMP-06-2", where="mianzheng.complaints.filing:_entered_by_staff")
@pytest.mark.carries("complaint", "BS-CMP-06-1", "BS-CMP-06-2", where="mianzheng.complaints.filing:_entered_by_staff")
def test_for_somebody_else_and_by_word_of_mouth(home: PlaceCatalog, shipped: Loaded) -> None:
    oral = filing(home, channel="window", oral=True, by_agent=True, relation="女儿")
    assert set(wrong(shipped, oral, receiver(home))) == {"read_back"}
    change = taken(shipped, msgspec.structs.replace(oral, read_back=True), actor=receiver(home))
    data = change.writes[0].record.data
    assert (data["oral"], data["by_agent"], data["entered_by_staff"]) == (True, True, True)


@pytest.mark.parametrize(
    ("arrived", "fits"),
    [("2025-09-24T09:00+08:00", True), ("2025-09-26T09:00+08:00", False), ("2025-09-24", False), ("昨天", False)],
)
def test_staff_say_when_a_letter_came(arrived: str, fits: bool, home: PlaceCatalog, shipped: Loaded) -> None:
    letter = filing(home, channel="letter", received_at=arrived)
    assert ("received_at" not in wrong(shipped, letter, receiver(home))) is fits


def test_without_somebody_who_answers_nothing_is_taken_in(home: PlaceCatalog, shipped: Loaded) -> None:
    real = PlaceCatalog(
        msgspec.structs.replace(home.place, fictional=False), home.profile, home.bodies, home.services, home.items, {}
    )
    operator = Operator(name="某局", instrument="文", contact="电话", complaint_receivers=("某局",))
    answered = PlaceCatalog(
        msgspec.structs.replace(real.place, operator=operator), real.profile, real.bodies, real.services, real.items, {}
    )
    for place, demonstration, taken_in in (
        (home, True, True),
        (home, False, False),
        (real, True, False),
        (real, False, False),
        (answered, False, True),
        (answered, True, False),
    ):
        catalog = only(shipped, place)
        desk = intake(catalog, demonstration=demonstration)
        if taken_in:
            assert file(desk, filing(place), sent(NOW)).writes
        else:
            with pytest.raises(NoOperator, match="没有保存"):
                file(desk, filing(place), sent(NOW))


def only(shipped: Loaded, place: PlaceCatalog) -> Any:
    return replace(shipped.catalog, places={place.place.id: place})


def test_a_place_without_rules_takes_no_complaint(shipped: Loaded) -> None:
    with pytest.raises(NoOperator):
        taken(shipped, Filing(place="nowhere", channel="platform"))


@pytest.mark.carries("complaint", "YY-CMP-07-2", "BS-CMP-07-2", where="mianzheng.complaints.intake:file")
def test_the_case_holds_time_bodies_ground_and_what_the_list_said_that_day(home: PlaceCatalog, shipped: Loaded) -> None:
    item = next(item for item in home.items.values() if item.status == "active")
    change = taken(shipped, filing(home, item=item.id, happened_on="2025-09-20"))
    record = change.writes[0].record
    assert (record.kind, record.state, record.place) == ("complaint", "registered", "demo-yiyuan")
    assert record.body == home.place.offices["R2_hall_window"]
    data = record.data
    assert data["number"] == "TS-2025-0001"
    assert data["received_at"] == utc(when(NOW)).isoformat()
    assert data["about"] == [accused(home)] and data["grounds"] == ["G1_demand"]
    assert data["title"] == shipped.catalog.kinds[item.kind].name
    assert data["list"]["day"] == "2025-09-20" and set(data["list"]) == {"day", "state", "method", "breach"}
    assert [event.name for event in change.writes[0].events] == ["register"]


def test_what_the_list_said_is_that_of_the_day_it_happened(home: PlaceCatalog, shipped: Loaded) -> None:
    item = next(i for i in home.items.values() if i.status == "active" and len(i.versions) == 1)
    before = taken(shipped, filing(home, item=item.id, happened_on="2018-01-02"), at="2026-11-20T10:00")
    after = taken(shipped, filing(home, item=item.id), at="2026-11-20T10:00")
    assert before.writes[0].record.data["list"] == {
        "day": "2018-01-02",
        "state": "dormant",
        "method": "",
        "breach": "",
    }
    assert after.writes[0].record.data["list"] == {
        "day": "2026-11-20",
        "state": "listed",
        "method": item.versions[0].method,
        "breach": "exempt",
    }


def test_nothing_of_the_person_and_no_free_text_lies_outside_the_sealed_pieces(
    home: PlaceCatalog, shipped: Loaded
) -> None:
    what = filing(
        home, body="", body_name="某某秘密单位", ground="G9_other", ground_text="别的情况", asked_for="怪证明"
    )
    change = taken(shipped, what, nonce="secret-nonce")
    clear = msgspec.json.encode(msgspec.structs.replace(change, seals=())).decode()
    code = receipt_for(intake(shipped.catalog), "secret-nonce")
    for word in (NAME, PHONE, STORY, "某某秘密单位", "别的情况", what.demand, "secret-nonce", code.letters):
        assert word not in clear
    assert {piece.name for piece in change.seals} == {"person", "story"}


def test_numbers_in_the_story_are_masked_before_it_is_sealed(home: PlaceCatalog, shipped: Loaded) -> None:
    desk = intake(shipped.catalog)
    change = file(desk, filing(home, reasons_facts="打13800138000找我"), sent(NOW))
    story = next(piece for piece in change.seals if piece.name == "story")
    plain = desk.keys.open(change.keys[0].wrapped, "complaint/c1/story", story.sealed)
    assert msgspec.json.decode(plain)["reasons_facts"] == "打【手机号码已遮住】找我"


def test_the_receipt_is_found_by_its_digest_and_the_same_draft_is_the_same_command(
    home: PlaceCatalog, shipped: Loaded
) -> None:
    desk = intake(shipped.catalog)
    one, again = file(desk, filing(home), sent(NOW)), file(desk, filing(home), sent(NOW))
    other = file(desk, filing(home, demand="别的"), sent(NOW))
    value = receipts.read(receipt_for(desk, "n-1").characters)
    assert value is not None and receipts.digest(desk.secret, value) in one.unique
    assert one.command and again.command and other.command
    assert (one.command.key, one.command.fingerprint) == (again.command.key, again.command.fingerprint)
    assert one.command.key == other.command.key and one.command.fingerprint != other.command.fingerprint
    assert one.command.result == {"id": "c1", "number": "TS-2025-0001"}


def test_what_was_handed_down_under_one_number_cannot_come_in_twice(home: PlaceCatalog, shipped: Loaded) -> None:
    handed = filing(home, channel="moj_platform", external_ref="SF-17")
    names = taken(shipped, handed, actor=receiver(home)).unique
    assert "import:demo-yiyuan:moj_platform:SF-17" in names


def test_the_receiver_hears_of_it_without_a_word_about_the_person(home: PlaceCatalog, shipped: Loaded) -> None:
    (mail,) = taken(shipped, filing(home)).deliveries
    assert (mail.topic, mail.data["to"]["body"]) == ("mail", home.place.offices["R2_hall_window"])
    assert mail.data["about"] == "register" and mail.data["number"] == "TS-2025-0001"


def test_what_looks_like_spam_is_taken_in_and_set_aside(home: PlaceCatalog, shipped: Loaded) -> None:
    record = taken(shipped, filing(home), screening="quarantined").writes[0].record
    assert (record.state, record.data["screening"]) == ("registered", "quarantined")


# -- what a demand went against


def stood(home: PlaceCatalog, catalog: Catalog, state: str, method: str = "") -> ListState:
    """What the list of a place says today about the first item that stands like that."""
    for item in home.items.values():
        found = list_state(home, catalog, item.id, "2026-11-25")
        if found.state == state and (not method or found.method == method):
            return found
    raise AssertionError(f"no item is {state} {method}")


AGAINST = [
    ("test-fangxian", "cancelled", "", "cancelled", ("FX-3-1-5",)),
    ("test-fangxian", "listed", "commit", "exempt", ("FX-5-3-3",)),
    ("test-qingshen", "listed", "share", "exempt", ("QS-PL-4-3d", "QS-PL-4-2e")),
    ("test-wuhai", "listed", "", "exempt", ("WH-OR-11-5",)),
    ("test-yiyuan", "candidate", "", "", ()),
]


@pytest.mark.parametrize(("place", "state", "method", "breach", "rules"), AGAINST)
@pytest.mark.carries("complaint", "FX-3-1-5", "FX-5-3-3", where="mianzheng.complaints.breach:list_state")
@pytest.mark.carries("complaint", "QS-PL-4-3d", "WH-OR-11-5", where="mianzheng.complaints.breach:rules_against")
def test_the_case_says_which_rule_a_demand_on_that_day_went_against(
    place: str, state: str, method: str, breach: str, rules: tuple[str, ...], loaded: Loaded
) -> None:
    home = loaded.catalog.places[place]
    found = stood(home, loaded.catalog, state, method)
    assert found.breach == breach and found.breach in BREACHES
    assert home.profile and rules_against(found, home.profile) == rules
    register = loaded.catalog.vocabularies.rules
    assert register and set(rules) <= {rule.id for rule in register.rules}


@pytest.mark.carries("complaint", "FX-4-2-3", where="mianzheng.complaints.breach:rules_against")
def test_what_was_handed_in_once_is_not_asked_for_again(shipped: Loaded) -> None:
    profile = shipped.catalog.profiles["fangxian"]
    assert rules_against(ListState(day="2026-11-25", state="listed", method="reuse", breach="reuse"), profile) == (
        "FX-4-2-3",
    )


@pytest.mark.carries("complaint", "QS-SP-1-3-1c", "QS-PL-4-2e", where="mianzheng.complaints.breach:list_state")
def test_only_a_complete_list_says_that_nothing_else_may_be_asked(shipped: Loaded) -> None:
    home = shipped.catalog.places["demo-qingshen"]
    coverage = msgspec.structs.replace(home.place.coverage, value="complete")
    whole = replace(home, place=msgspec.structs.replace(home.place, coverage=coverage))
    assert list_state(home, shipped.catalog, "", "2026-11-25").breach == ""
    found = list_state(whole, shipped.catalog, "", "2026-11-25")
    assert home.profile and rules_against(found, home.profile) == ("QS-SP-1-3-1c", "QS-PL-4-2e")


@pytest.mark.carries("complaint", "FX-2-1-1", "BS-PL-2-1a", where="mianzheng.complaints.filing:_ground")
@pytest.mark.parametrize("place", ["demo-fangxian", "demo-boshan"])
def test_absurd_repeated_and_circular_certificates_are_told_apart(place: str, shipped: Loaded) -> None:
    home = shipped.catalog.places[place]
    ground = "" if place == "demo-fangxian" else "G1_demand"
    for tag in ("absurd", "repeated", "circular"):
        record = taken(shipped, filing(home, ground=ground, tags=(tag,))).writes[0].record
        assert record.data["tags"] == [tag]


@pytest.mark.carries("complaint", "YY-ADJ-12-2", "BS-ADJ-12-2", where="mianzheng.complaints.intake:file")
@pytest.mark.carries("complaint", "FX-4-5-3", "QS-PL-3-2-2c", where="mianzheng.complaints.intake:file")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan", "demo-fangxian", "demo-qingshen", "demo-wuhai"])
def test_anybody_may_complain_in_every_place_about_any_breach(place: str, shipped: Loaded) -> None:
    home = shipped.catalog.places[place]
    assert home.profile
    ground = "G9_other" if "G9_other" in (home.profile.complaint.grounds.value or ()) else ""
    what = filing(home, channel=web_channel(home.profile), ground=ground, ground_text="擅自加了一个条件")
    assert taken(shipped, what).writes[0].record.state == "registered"


@pytest.mark.carries("complaint", "BS-PL-3-5-2", where="mianzheng.complaints.receivers:ways")
@pytest.mark.parametrize("place", ["demo-yiyuan", "demo-boshan", "demo-fangxian", "demo-qingshen", "demo-wuhai"])
def test_every_way_to_complain_is_published_with_who_is_there(place: str, shipped: Loaded) -> None:
    home = shipped.catalog.places[place]
    assert home.profile
    published = ways(home)
    assert [way.channel for way in published] == list(channels(home.profile))
    assert all(home.bodies[way.body].name == way.name and way.label for way in published)
