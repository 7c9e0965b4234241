"""Files with complaints over HTTP: put away while the form is still being written, added later, opened by staff.

What is checked and made anew goes sealed to the file store before anything names it; an errand that goes first takes
away what no case will have (complaints/attached.py). Files come with the form, or before it by way of the quarantine
(uploads_ahead.py); they are judged alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from werkzeug.wrappers import Response

from mianzheng.cases.actors import CITIZEN, Actor
from mianzheng.cases.records import CaseRecord, Change
from mianzheng.cases.steps import Step, utc
from mianzheng.complaints.attached import HELD, LOOKED_AFTER, Held, errand, files_of, labelled, name_of
from mianzheng.complaints.sealed import STORY
from mianzheng.complaints.uploads import MEDIA, MOST_FILES, Unfit, Upload, fit
from mianzheng.errors import GuardFailed, NotAllowed, RecordNotFound
from mianzheng.model import Record
from mianzheng.web import guards
from mianzheng.web.calls import Call
from mianzheng.web.complaint_desk import stepped
from mianzheng.web.own_steps import is_done, take_once, wish_of
from mianzheng.web.services import Services
from mianzheng.web.uploads_ahead import announced, brought, done_with

KEPT = "file."
"""Begins the names of form fields that say which of the files put away go with the complaint."""
EXPIRED = "先前选的照片或者文件放得太久，已经删掉了，请重新选"
TOO_MANY = f"一次最多 {MOST_FILES} 个照片和文件，多出来的没有收"
NOT_HERE = "没有传上来，或者放得太久已经删掉了，请重新选"


class Became(Record, kw_only=True):
    """What a file that came ahead became: the id of a file that is put away, or what is wrong with it."""

    file: str = ""
    wrong: str = ""


def takes_mb(services: Services) -> int:
    """How many megabytes of files one form may bring here; 0 where none are taken."""
    return services.most_upload // 1_000_000 if services.files else 0


def put_away(call: Call) -> tuple[Held | None, dict[str, str]]:
    """What goes with the complaint that a form is about: files put away before and still wanted, and those that came
    now. With it what is wrong with any of them, under `files`; those that are all right are put away all the same.
    """
    held, wrong = _held(call)
    fine, more = _fit(call, MOST_FILES - (len(held.files) if held else 0))
    if fine:
        held = _put_for_draft(call, held or _begun(call), fine)
    if announced(call):
        held, late = _taken_over_for_draft(call, held or _begun(call))
        more += late
    return held, {"files": "；".join(problems)} if (problems := [*wrong, *more]) else {}


def chosen(held: Held | None) -> dict[str, str]:
    """Form fields and labels of the files that are put away."""
    return {KEPT + id: label for id, label in labelled(held.files if held else ()).items()}


def attach(call: Call, record: CaseRecord) -> CaseRecord:
    """Add files to a case that was filed before; returns the case after it. All of them, or none.

    The same form or request once more adds nothing a second time. Raises GuardFailed, NotAllowed (over, or its key is
    destroyed), CommandMismatch, Unavailable.
    """
    wish = wish_of(call, record, "attach", [*call.files, *(id.encode() for id in announced(call))])
    if is_done(call, wish):
        return record
    fine, wrong = _fit(call, MOST_FILES)
    if not (fine or wrong or announced(call)):
        wrong = ["请选照片或者 PDF"]
    if wrong:
        raise GuardFailed({"files": "；".join(wrong)})
    services = call.services
    if coming := len(fine) + sum(_became(call, record.id, id) is None for id in announced(call)):
        _attached(call, record, ["-"] * coming)  # refused before anything is put away
    sealed = services.store.sealed(record.kind, record.id, STORY)
    if sealed is None:
        raise NotAllowed("这一件的个人信息和文字已经按期销毁，不能再加。")
    held = Held(case=record.id, wrapped=sealed[0])
    ahead, wrong = _taken_over(call, held, MOST_FILES - len(fine), lambda upload: _put(call, held, [upload])[0])
    if wrong:
        raise GuardFailed({"files": "；".join(wrong)})
    ids = [id for id in (*_put(call, held, fine), *ahead) if id not in files_of(record)]
    if not ids:
        return record
    return take_once(call, record, wish, lambda present: _attached(call, present, ids))


def _attached(call: Call, record: CaseRecord, ids: Sequence[str]) -> Change:
    """The step by which a case gets files. Raises GuardFailed, NotAllowed."""
    return stepped(call, record, Step("attach", Actor(role=CITIZEN), call.services.now(), {"files": [*ids]}))


def opened(call: Call, record: CaseRecord, file: str) -> tuple[str, bytes]:
    """Media type and content of a case's file, to be shown after an `open_file`. Raises RecordNotFound, Unavailable."""
    services = call.services
    sealed = services.store.sealed(record.kind, record.id, STORY)
    if sealed is None or services.files is None or file not in files_of(record):
        raise RecordNotFound("这个照片或者文件已经按期销毁。")
    name = name_of(record.id, file)
    return MEDIA[file.partition("-")[0]], services.keys.open(sealed[0], name, services.files.get(name))


def download(file: str, number: str, label: str, content: bytes) -> Response:
    """A file to be saved, which no browser shows or runs on this site; its name says nothing about a person."""
    response = Response(content, content_type=MEDIA[file.partition("-")[0]])
    response.headers["Content-Disposition"] = f'attachment; filename="{saved_as(file, number, label)}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def saved_as(file: str, number: str, label: str) -> str:
    """What a file is called where somebody saves it: the number of its case, its own, its kind."""
    return f"{number}-{label.rpartition(' ')[2]}.{file.partition('-')[0]}"


def _fit(call: Call, room: int) -> tuple[list[Upload], list[str]]:
    """The files of a request that may be kept, as they are kept, and what is wrong with the others."""
    fine: list[Upload] = []
    wrong: list[str] = []
    if call.files and call.services.files is None:
        return [], ["这里暂时不能收照片和文件，请在文字里写清楚"]
    for number, content in enumerate(call.files, 1):
        if len(fine) >= max(room, 0):
            wrong.append(TOO_MANY)
            break
        guards.limited(call, "upload")
        try:
            fine.append(fit(content))
        except Unfit as error:
            wrong.append(f"第 {number} 个文件{error}")
    return fine, wrong


def _held(call: Call) -> tuple[Held | None, list[str]]:
    """What was put away for the draft and is still wanted; and a sentence where some of it is there no longer."""
    wanted = [name.removeprefix(KEPT) for name, value in call.form.items() if name.startswith(KEPT) and value == "yes"]
    store, now, mark = call.services.store, call.services.now(), _mark(call)
    known = store.recall(mark, now)
    held = msgspec.json.decode(known, type=Held) if known else None
    if held is None:
        return None, [EXPIRED] if wanted else []
    there = [id for id in wanted if len(id) < 60 and store.recall(f"{mark}:{id}", now)]
    return msgspec.structs.replace(held, files=tuple(there)), [EXPIRED] if len(there) < len(wanted) else []


def _begun(call: Call) -> Held:
    """Id and key of the case that a draft will be; whoever comes first decides, and everybody gets the same."""
    services, now = call.services, call.services.now()
    fresh = Held(case=services.new_id("cp"), wrapped=services.keys.create())
    services.store.remember(_mark(call), msgspec.json.encode(fresh), now + HELD, now)
    known = services.store.recall(_mark(call), now)
    return msgspec.json.decode(known, type=Held) if known else fresh


def _put_for_draft(call: Call, held: Held, fine: Sequence[Upload]) -> Held:
    services, now = call.services, call.services.now()
    fresh = _put(call, held, fine)
    for id in fresh:
        services.store.remember(f"{_mark(call)}:{id}", b"1", now + HELD, now)
    return msgspec.structs.replace(held, files=(*held.files, *fresh))


def _taken_over_for_draft(call: Call, held: Held) -> tuple[Held, list[str]]:
    """What came ahead of a draft's form, put away with what the form brought."""
    room = MOST_FILES - len(held.files)
    ids, wrong = _taken_over(call, held, room, lambda upload: _put_for_draft(call, held, [upload]).files[-1])
    return msgspec.structs.replace(held, files=tuple(dict.fromkeys((*held.files, *ids)))), wrong


def _taken_over(call: Call, held: Held, room: int, keep: Callable[[Upload], str]) -> tuple[list[str], list[str]]:
    """The ids of files that came ahead, each judged and put away by `keep`; and what is wrong with the others.

    One after the other, and what became of each is remembered before it leaves the quarantine: the same form once
    more, or the form after a crash, finds what is done and goes on behind it.
    """
    ids: list[str] = []
    wrong: list[str] = []
    for number, id in enumerate(announced(call), len(call.files) + 1):
        if len(ids) >= max(room, 0):
            wrong.append(TOO_MANY)
            break
        became = _became(call, held.case, id) or _judged(call, held.case, id, keep)
        if became.file:
            ids.append(became.file)
        else:
            wrong.append(f"第 {number} 个文件{became.wrong}")
    return ids, wrong


def _judged(call: Call, case: str, id: str, keep: Callable[[Upload], str]) -> Became:
    """What a file that came ahead becomes. Of two who ask at once the first decides."""
    content = brought(call, id)
    if content is None:
        return _became(call, case, id) or Became(wrong=NOT_HERE)
    guards.limited(call, "upload")
    try:
        became = Became(file=keep(fit(content)))
    except Unfit as error:
        became = Became(wrong=str(error))
    store, now = call.services.store, call.services.now()
    store.remember(_memo(call, case, id), msgspec.json.encode(became), now + HELD, now)
    done_with(call, id)
    return _became(call, case, id) or became


def _became(call: Call, case: str, id: str) -> Became | None:
    known = call.services.store.recall(_memo(call, case, id), call.services.now())
    return msgspec.json.decode(known, type=Became) if known else None


def _memo(call: Call, case: str, id: str) -> str:
    return f"{_mark(call)}:{case}:{id}"


def _put(call: Call, held: Held, fine: Sequence[Upload]) -> list[str]:
    """Seal files and put them away; their ids. The errand first: whatever happens in between, nothing stays for ever
    that nobody has."""
    services = call.services
    assert services.files is not None
    fresh = {services.new_id(upload.kind): upload for upload in fine}
    if fresh:
        look = errand(held.case, fresh, utc(services.now() + LOOKED_AFTER), next(iter(fresh)))
        services.store.commit(Change(writes=(), deliveries=(look,)))
    for id, upload in fresh.items():
        name = name_of(held.case, id)
        services.files.put(name, services.keys.seal(held.wrapped, name, upload.content))
    return [*fresh]


def _mark(call: Call) -> str:
    assert call.draft is not None
    return f"held:{call.services.signer.name_for('held', call.draft)}"
