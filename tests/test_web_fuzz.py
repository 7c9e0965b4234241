"""Generated requests against the description of the interface: nothing undocumented, nothing that breaks."""

from __future__ import annotations

import datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from mianzheng.catalog_files.loading import Loaded
from mianzheng.web import guards
from mianzheng.web.openapi import template
from mianzheng.web.table import ROUTES
from tests.web_client import Town

MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
ENDLESS = {name: (10**9, datetime.timedelta(days=1)) for name in guards.LIMITS}


@pytest.fixture
def api(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> OpenApiSchema:
    """The interface of a town, as an administrator sees it; limits would only hide what is looked for."""
    monkeypatch.setattr(guards, "LIMITS", ENDLESS)
    town = Town(loaded.catalog)
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", town.application)
    rejection = found.config.checks.negative_data_rejection
    rejection.expected_statuses = [*rejection.expected_statuses, "413"]  # a long wrong value may also be too much
    found.config.headers = {"Authorization": town.staff("admin").headers["Authorization"]}
    return found


@pytest.mark.parametrize("kind", list(GenerationMode), ids=lambda kind: kind.value)
def test_no_request_gets_an_undocumented_answer_or_breaks_anything(api: OpenApiSchema, kind: GenerationMode) -> None:
    """Fitting and unfitting requests for every operation of the table.

    What only the program can tell (a forged page mark, a login that is taken) may be refused though it fits.
    """
    seen = set()
    operations = [found.ok() for found in api.get_all_operations()]
    for operation in sorted(operations, key=lambda one: one.method == "delete"):
        seen.add(operation.label)

        @given(case=operation.as_strategy(generation_mode=kind))
        @MANY
        def holds(case: schemathesis.Case) -> None:
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        try:
            holds()
        except Unsatisfiable:
            assert kind is GenerationMode.NEGATIVE and not operation.body and not operation.query, operation.label
    told = {f"{route.method} {template(route.path)}" for route in ROUTES if route.media == "application/json"}
    assert seen == told - {"GET /api/v1/openapi.json"}
