"""Rules about places, their bodies and services."""

from __future__ import annotations

from mianzheng.model import ADDRESS_SEGMENTS, PlaceCatalog, PublicService
from mianzheng.rules.examination import Examination
from mianzheng.rules.items import is_filled, not_published, part_label, service_gaps
from mianzheng.rules.labels import quoted_list

_AUTHORISATION = {"basis": "授权依据", "kind": "授权种类", "term": "授权期限", "area": "授权区域"}


def check_place(run: Examination, home: PlaceCatalog) -> None:
    """The place record itself, then its bodies and services."""
    place = home.place
    file = run.file_of(f"place:{place.id}")
    if place.id in ADDRESS_SEGMENTS:
        run.add("place-id-reserved", file=file, field="id", id=place.id)
    if home.profile is None:
        run.add(
            "reference-unknown", "file", file=file, field="profile", label="执行的规则", value=place.profile,
            target="规则 profiles/ ",
        )  # fmt: skip
    if place.parent and place.parent not in run.catalog.places:
        run.add("place-incomplete", "parent", file=file, field="parent", parent=place.parent)
    if place.coverage.value == "complete":
        if place.fictional:
            run.add("place-incomplete", "fictional-complete", file=file, field="coverage.value")
        if not (place.coverage.confirmed_by and place.coverage.date):
            run.add("place-incomplete", "coverage", file=file, field="coverage")
    for office, body in place.offices.items():
        if body not in home.bodies:
            run.unknown(file, f"offices.{office}", body, "单位")
    _bodies(run, home)
    for service in home.services.values():
        _service(run, home, service.id)


def _bodies(run: Examination, home: PlaceCatalog) -> None:
    file = f"places/{home.place.id}/bodies.yaml"
    for i, body in enumerate(home.bodies.values()):
        if body.successor and body.successor not in home.bodies:
            run.unknown(file, f"bodies.{i}.successor", body.successor, "单位")


def _service(run: Examination, home: PlaceCatalog, service_id: str) -> None:
    service = home.services[service_id]
    file = run.file_of(service_id)
    if service.body not in home.bodies:
        run.unknown(file, "body", service.body, "单位")
    for i, kind in enumerate(service.produces):
        if kind not in run.catalog.kinds:
            run.unknown(file, f"produces.{i}", kind, "证明种类")
    _online(run, service, file)
    body = home.bodies.get(service.body)
    rules = run.places.get(home.place.id)
    if rules is None:
        return
    _, unpublished = service_gaps(service, rules.required)
    if unpublished:
        not_published(run, service_id, file, unpublished, quoted_list(rules.profile.items.required.sources))
    for part in service.missing:
        if is_filled(service, part):
            run.add("field-missing", "both", file=file, field=f"missing.{part}", label=part_label(part), key=part)
    lists = rules.profile.publish.lists.value or ()
    if body is not None and body.kind == "township" and "township" in lists and service.authorisation is None:
        parts = quoted_list([f"{label}（authorisation.{key}）" for key, label in _AUTHORISATION.items()])
        run.add("authority-mismatch", file=file, field="authorisation", service=service.name, parts=parts)


def _online(run: Examination, service: PublicService, file: str) -> None:
    """What cannot be done on line says why, and only that: the reason is made public (QS-PL-4-4a, QS-PL-4-4b)."""
    online = service.online
    if online is None:
        return
    vocabulary = run.catalog.vocabularies.exclusions
    known = [one.code for one in vocabulary.online] if vocabulary else []
    if online.ground and online.ground not in known:
        run.add(
            "reference-unknown", "code", file=file, field="online.ground", label="不能上网的缘由", value=online.ground,
            target="exclusions.yaml ", hint=f"可选：{quoted_list(known)}。",
        )  # fmt: skip
    why = bool(online.ground or online.reason)
    if why != (online.extent == "none"):
        run.add("online-reason", "" if not why else "needless", file=file, field="online", service=service.name)
