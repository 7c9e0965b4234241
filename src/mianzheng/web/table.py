"""THE table of routes: every shell registers these rows, the permission test and the API description read them."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from werkzeug.wrappers import Response

from mianzheng.web import (
    accounts,
    complaint_entry,
    complaint_letters,
    complaint_list,
    complaint_office,
    complaint_parts,
    complaint_progress,
    complaints,
    deadlines,
    deliveries,
    health,
    objection_desk,
    objections,
    office,
    opinions,
    proposal_form,
    proposal_sheets,
    proposals,
    reports,
    sessions,
    suggestion_office,
    suggestions,
    uploads_ahead,
    webhooks,
)
from mianzheng.web.calls import Call
from mianzheng.web.openapi import description
from mianzheng.web.routes import Route


def api_description(call: Call) -> Response:
    """`GET /api/v1/openapi.json`."""
    return Response(_description(call.services.settings.public_url), content_type="application/json")


@cache
def _description(public_url: str) -> bytes:
    told: dict[str, Any] = description(ROUTES, public_url)
    return msgspec.json.encode(told)


ROUTES: tuple[Route, ...] = (
    *health.ROUTES,
    Route("GET", "/api/v1/openapi.json", "openapi", "本接口的说明", "public", api_description),
    *deadlines.ROUTES,
    *complaints.ROUTES,
    *uploads_ahead.ROUTES,
    *complaint_progress.ROUTES,
    *complaint_entry.ROUTES,
    *complaint_list.ROUTES,
    *complaint_office.ROUTES,
    *complaint_parts.ROUTES,
    *complaint_letters.ROUTES,
    *sessions.ROUTES,
    *accounts.ROUTES,
    *office.ROUTES,
    *proposal_form.ROUTES,
    *proposal_sheets.ROUTES,
    *deliveries.ROUTES,
    *proposals.ROUTES,
    *objections.ROUTES,
    *objection_desk.ROUTES,
    *opinions.ROUTES,
    *suggestions.ROUTES,
    *suggestion_office.ROUTES,
    *reports.ROUTES,
    *webhooks.ROUTES,
)
