"""A step by a form of the workbench: what is in the way comes back on the page, with everything that was entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from werkzeug.wrappers import Response

from mianzheng.cases.records import CaseRecord, Change
from mianzheng.errors import GuardFailed, NotAllowed, VersionConflict
from mianzheng.web.calls import Call

Again = Callable[[CaseRecord, Mapping[str, str], int], Response]
"""The page of a case once more, with what is in the way and its status."""


def by_form(
    call: Call,
    read: Callable[[], CaseRecord],
    change: Callable[[CaseRecord], Change],
    *,
    moved_on: str,
    again: Again,
    done: Callable[[CaseRecord], Response],
) -> Response:
    """Carry a step out and answer with `done`; otherwise the page again with what is in the way.

    The form says which version of the case was seen; `moved_on` tells that there is a newer one, also when somebody
    else was faster by a moment. Raises what `read` and the store raise.
    """
    record = read()
    if call.form.get("version") != str(record.version):
        return again(record, {"": moved_on}, 412)
    try:
        call.services.store.commit(change(record))
    except GuardFailed as error:
        return again(record, error.problems, 422)
    except NotAllowed as error:
        return again(record, {"": str(error)}, 409)
    except VersionConflict:
        return again(read(), {"": moved_on}, 412)
    return done(record)
