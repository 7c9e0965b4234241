"""What goes wrong on AWS and harms nothing: refusals that pass, answers that are lost, indexes that lag, releases that
overlap, functions that end in the middle (F30–F33, F38, F39, A33). Over the stand-in, with the fault in between.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
import yaml
from botocore.exceptions import ClientError, ReadTimeoutError
from werkzeug.test import Client

import app
from chalicelib import wiring
from chalicelib.published import LOOK_AGAIN, PUBLISHED, PublishedCatalog
from mianzheng.adapters.dynamodb_store import DynamoDBRecordStore
from mianzheng.adapters.dynamodb_store.calls import TRIES
from mianzheng.adapters.s3 import Bucket
from mianzheng.cases import Change, Delivery
from mianzheng.catalog_files.loading import Loaded
from mianzheng.errors import Unavailable, VersionConflict
from mianzheng.jobs import outbox
from mianzheng.jobs.outbox import deliver
from mianzheng.jobs.sweep import LONGEST as SWEEP_LONGEST
from tests.conftest import ROOT
from tests.faults import every_fault
from tests.filing import HOUR, NOON, full, stepped
from tests.job_room import StoredLife
from tests.stand_ins.api_gateway import through_gateway
from tests.stand_ins.cloud import Cloud
from tests.stores import kept_in
from tests.test_web_complaints import draft, filing, receipt
from tests.web_client import Town, Visitor


class Between:
    """A client in front of the stand-in's: `fault` is asked before each call, and may raise or answer itself."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.calls = cloud, list[str]()
        self.fault: Callable[[str, dict[str, Any]], Any] = lambda operation, wish: None

    def __getattr__(self, operation: str) -> Any:
        def call(**wish: Any) -> Any:
            self.calls.append(operation)
            answered = self.fault(operation, wish)
            return getattr(self.cloud.values(), operation)(**wish) if answered is None else answered

        return call


@pytest.fixture
def between(cloud: Cloud) -> Between:
    return Between(cloud)


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def store(between: Between, cloud: Cloud, waits: list[float]) -> DynamoDBRecordStore:
    made = DynamoDBRecordStore(cloud.table(), lambda: between)
    made._table._sleep = waits.append
    return made


def refusal(code: str, *reasons: str) -> ClientError:
    told = [{"Code": reason} for reason in reasons]
    return ClientError({"Error": {"Code": code, "Message": ""}, "CancellationReasons": told}, "TransactWriteItems")  # type: ignore[typeddict-unknown-key]


PASSING = {
    "another transaction": refusal("TransactionCanceledException", "None", "TransactionConflict"),
    "throttling": refusal("ThrottlingException"),
    "a partition too hot": refusal("ProvisionedThroughputExceededException"),
    "throttled within": refusal("TransactionCanceledException", "ThrottlingError", "None"),
    "trouble inside": refusal("InternalServerError"),
}


@pytest.mark.parametrize("what", PASSING)
def test_f30_what_passes_is_tried_again_with_jitter_and_written_once(
    what: str, store: DynamoDBRecordStore, between: Between, waits: list[float]
) -> None:
    left = [4]

    def fault(operation: str, wish: dict[str, Any]) -> None:
        if operation == "transact_write_items" and left[0]:
            left[0] -= 1
            raise PASSING[what]

    between.fault = fault
    store.commit(full("c1"))
    assert between.calls.count("transact_write_items") == 5 and len(waits) == 4
    assert len(set(waits)) == 4, "not in step with the others"
    assert all(0 <= wait <= min(0.5, 0.02 * 2**n) for n, wait in enumerate(waits))
    assert len(store.events("complaint", "c1")) == 1


def test_f30_what_does_not_pass_in_time_is_unavailable_and_nothing_is_written(
    store: DynamoDBRecordStore, between: Between
) -> None:
    def fault(operation: str, wish: dict[str, Any]) -> None:
        if operation == "transact_write_items":
            raise PASSING["throttling"]

    between.fault = fault
    with pytest.raises(Unavailable):
        store.commit(full("c1"))
    assert between.calls.count("transact_write_items") == TRIES
    assert list(store.keys()) == [] and store.pending() == (0, None)


def test_f30_a_condition_that_does_not_hold_is_never_tried_again(store: DynamoDBRecordStore, between: Between) -> None:
    store.commit(full("c1"))
    between.calls.clear()
    with pytest.raises(VersionConflict):
        store.commit(Change(writes=(stepped(stepped(full("c1").writes[0].record).record),)))
    assert between.calls.count("transact_write_items") == 1


def test_f30_an_answer_lost_after_success_and_the_same_again_is_the_same_answer(
    store: DynamoDBRecordStore, between: Between, cloud: Cloud
) -> None:
    def fault(operation: str, wish: dict[str, Any]) -> None:
        if operation == "transact_write_items":
            cloud.values().transact_write_items(**wish)
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

    between.fault = fault
    with pytest.raises(Unavailable):
        store.commit(full("c1"))
    between.fault = lambda operation, wish: None
    again = store.commit(full("c1"))
    assert (again.replayed, again.result) == (True, {"number": "c1"})
    assert len(store.events("complaint", "c1")) == 1 and store.pending()[0] == 1


def frozen(between: Between, cloud: Cloud, table: str) -> None:
    """From now on the indexes show the table as it is at this moment."""
    old = cloud.table()
    for item in cloud.values().scan(TableName=table)["Items"]:
        cloud.values().put_item(TableName=old, Item=item)

    def lagging(operation: str, wish: dict[str, Any]) -> Any:
        if operation == "query" and "IndexName" in wish:
            return cloud.values().query(**{**wish, "TableName": old})
        return None

    between.fault = lagging


def test_f31_a_lagging_outbox_gives_nothing_to_a_second_worker(
    store: DynamoDBRecordStore, between: Between, cloud: Cloud
) -> None:
    store.commit(full("c1"))
    frozen(between, cloud, store._table.name)
    (claimed,) = store.claim(NOON, HOUR)
    assert list(store.claim(NOON, HOUR)) == [], "the index still says that it is free"
    store.ack(claimed, NOON)
    assert list(store.claim(NOON + 2 * HOUR, HOUR)) == [], "and that it was never delivered"


def test_f31_a_lagging_list_of_what_is_due_has_nothing_done_twice(
    shipped: Loaded, store: DynamoDBRecordStore, between: Between, cloud: Cloud
) -> None:
    with kept_in(lambda: store):
        life = StoredLife(shipped.catalog)
    life.file("2025-09-25T10:00")
    frozen(between, cloud, store._table.name)
    life.sweep("2025-10-20T09:00")
    once = [event.name for event in life.events["a"]]
    assert once.count("remind") == 2
    life.sweep("2025-10-20T09:05")
    assert [event.name for event in life.events["a"]] == once


def test_f31_a_step_from_a_list_that_lags_is_decided_on_what_is_so(
    loaded: Loaded, store: DynamoDBRecordStore, between: Between, cloud: Cloud
) -> None:
    with kept_in(lambda: store):
        town = Town(loaded.catalog)
    visitor, chief = town.visitor(), town.staff("receiver")
    assert visitor.form("/complaints", {**filing(town), "draft": draft(visitor)}).status_code == 201
    frozen(between, cloud, store._table.name)
    (key,) = store.keys("complaint")
    for expected in (200, 409):
        seen = store.get(key.kind, key.id)
        answer = chief.command(f"/api/v1/complaints/{key.id}/accept", {}, version=seen.version)
        assert answer.status_code == expected, answer.text
    (shown,) = chief.get("/api/v1/complaints").get_json()["complaints"]
    assert (shown["state"], store.get(key.kind, key.id).state) == ("registered", "accepted")
    assert [event.name for event in store.events(key.kind, key.id)].count("accept") == 1


def by_lambda(town: Town) -> Visitor:
    visitor = Visitor(town)
    visitor.client = Client(through_gateway(wiring.handler(town.services)))
    return visitor


def test_f38_a_function_that_ends_at_any_call_leaves_one_case_or_none_and_the_same_again_gives_the_receipt(
    loaded: Loaded, cloud: Cloud
) -> None:
    """As F21: whichever call of a filing is the last one, before it or after it was carried out."""
    for fault in every_fault():
        with kept_in(lambda: DynamoDBRecordStore(cloud.table(), cloud.values)):
            town = Town(loaded.catalog)
        whole, visitor = town.services, by_lambda(town)
        fields = {**filing(town), "draft": draft(visitor)}
        town.services = replace(whole, store=fault.within(whole.store))
        broken = by_lambda(town).form("/complaints", fields)
        assert broken.status_code in (201, 503), fault
        if broken.status_code != 201:
            assert not receipt(broken.text), fault
        town.services = whole
        again = by_lambda(town).form("/complaints", fields)
        assert again.status_code == 201 and len(receipt(again.text)) == 2, fault
        (key,) = whole.store.keys("complaint")
        assert len(whole.store.events(key.kind, key.id)) == 1 and whole.store.pending()[0] >= 1, fault


def test_f38_no_function_ends_before_its_work_and_no_request_waits_longer_than_the_gateway() -> None:
    functions = json.loads((ROOT / "functions/.chalice/config.json").read_text())["stages"]["live"]["lambda_functions"]
    limits = {name: one["lambda_timeout"] for name, one in functions.items()}
    assert limits["api_handler"] < 29
    assert min(limits["quick"], limits["slow"]) > outbox.LONGEST + SWEEP_LONGEST
    assert limits["doorbell"] > outbox.LONGEST
    template = yaml.safe_load((ROOT / "functions" / "resources.yaml").read_text("utf-8"))["Resources"]
    assert template["DoorbellQueue"]["Properties"]["VisibilityTimeout"] >= 6 * limits["doorbell"]


def test_f39_a_delivery_of_a_later_release_is_set_aside_and_the_others_go_on(store: DynamoDBRecordStore) -> None:
    later, known = (Delivery(id=f"d{n}", topic="notice", next_at=NOON, format=n) for n in (2, 1))
    store.commit(Change(writes=(), deliveries=(later, known)))
    done = []
    told = deliver(store, {"notice": lambda claimed, now: done.append(claimed.delivery.id)}, lambda: NOON)
    assert done == ["d1"] and told == "送达 1 件，稍后再送 0 件，搁置 1 件"
    (parked,) = store.parked()
    assert (parked.delivery.id, parked.error) == ("d2", "看不懂的格式 2")


def test_f39_a_message_of_whatever_release_only_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(wiring, "run", lambda which: rung.append(which) or which)
    app.doorbell({"Records": [{"body": '{"another": "format"}'}, {"body": ""}]}, None)
    assert rung == ["outbox"]


def test_f39_a_list_that_another_release_wrote_leaves_the_last_good_one(bucket: Bucket, loaded: Loaded) -> None:
    seconds = [0.0]
    bucket.write(PUBLISHED, msgspec.json.encode({"commit": "a", "catalog": {"places": {}, "unheard": 1}}), "x/y")
    shown = PublishedCatalog(lambda: loaded.catalog, bucket, lambda: seconds[0])
    assert shown() is loaded.catalog
    bucket.write(PUBLISHED, b"{", "x/y")
    seconds[0] = LOOK_AGAIN
    assert shown() is loaded.catalog


def test_a33_whoever_only_wants_to_cost_money_meets_limits_and_an_alarm() -> None:
    """Static pages stand in a bucket of their own; letters go to offices only, so that nobody can order any."""
    template = yaml.safe_load((ROOT / "functions" / "resources.yaml").read_text("utf-8"))["Resources"]
    (limits,) = template["RestAPI"]["Properties"]["MethodSettings"]
    assert (limits["HttpMethod"], limits["ResourcePath"]) == ("*", "/*")
    assert limits["ThrottlingRateLimit"] <= 100 and limits["ThrottlingBurstLimit"] <= 200
    busy = template["APIHandlerBusy"]["Properties"]
    assert (busy["MetricName"], busy["Period"], busy["AlarmActions"]) == ("Invocations", 3600, [{"Ref": "Alarms"}])
    assert template["ThrottledAnswer"]["Properties"]["StatusCode"] == "429"
    (bell,) = [handler for handler in app.app.event_sources if type(handler).__name__ == "SQSEventConfig"]
    assert bell.maximum_concurrency == 2
    assert "预算" in (ROOT / "docs" / "deploy" / "costs.md").read_text("utf-8")
