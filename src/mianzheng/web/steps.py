"""A step by a form of the workbench: what is in the way comes back on the page, with everything that was entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord, Change
from mianzheng.errors import GuardFailed, NotAllowed
from mianzheng.web.calls import Call


def by_form(
    call: Call,
    record: CaseRecord,
    change: Callable[[], Change],
    *,
    moved_on: str,
    again: Callable[[Mapping[str, str], int], Response],
) -> Response | None:
    """Carry a step out; None when it is done, otherwise the page again with what is in the way and its status.

    The form says which version of the case was seen; `moved_on` tells that there is a newer one. Raises what the store
    raises.
    """
    if call.form.get("version") != str(record.version):
        return again({"": moved_on}, 412)
    try:
        call.services.store.commit(change())
    except GuardFailed as error:
        return again(error.problems, 422)
    except NotAllowed as error:
        return again({"": str(error)}, 409)
    return None
