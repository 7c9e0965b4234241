"""What a change to the catalog touches, and what no change may do."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mianzheng.model import Catalog, CertificateItem, Finding
from mianzheng.rules.labels import STATUSES
from mianzheng.rules.wording import finding


def references_of(item: CertificateItem) -> set[str]:
    """Ids of everything an item refers to: kind, service, bodies, bases, forms, successor."""
    found = {item.kind, item.service, item.requesting_body, *(use.basis for use in item.legal_bases)}
    if item.issuing_body:
        found.add(item.issuing_body)
    if item.cancelled and item.cancelled.successor:
        found.add(item.cancelled.successor)
    for version in item.versions:
        if version.commit:
            found.add(version.commit.letter)
        if version.verify:
            found |= {version.verify.request_template, version.verify.reply_template}
        if version.share and version.share.template:
            found.add(version.share.template)
        if version.proxy:
            found.add(version.proxy.authorisation)
        found |= {block.promise for block in (version.approve_first, version.tolerate) if block}
    return found


def affected_files(catalog: Catalog, changed: Collection[str]) -> set[str]:
    """The changed files and every file whose meaning rests on them.

    A changed kind, basis, service or body touches the items that cite it; a place or profile touches all items of its
    places; a vocabulary touches everything.
    """
    if any("/" not in path and path != "backlog.yaml" for path in changed):
        return {*catalog.files.values(), *changed}
    touched = set(changed)
    ids = {record_id for record_id, file in catalog.files.items() if file in touched}
    for home in catalog.places.values():
        place_file = catalog.files.get(f"place:{home.place.id}", "")
        profile_file = catalog.files.get(f"profile:{home.place.profile}", "")
        whole = place_file in touched or profile_file in touched
        for item in home.items.values():
            if whole or not ids.isdisjoint(references_of(item)):
                touched.add(catalog.files[item.id])
        for service in home.services.values():
            if whole or service.body in ids or not ids.isdisjoint(service.produces):
                touched.add(catalog.files[service.id])
        if whole and place_file:
            touched.add(place_file)
    return touched


def forbidden_changes(before: Catalog, after: Catalog) -> list[Finding]:
    """Records that vanished or moved, cancelled items that came back, forms and editions edited after the fact."""
    found = list(_lost(before, after))
    for home in before.places.values():
        now = after.places.get(home.place.id)
        if now is None:  # told by the place record itself
            continue
        for item in home.items.values():
            current = now.items.get(item.id)
            if current is not None and item.status == "cancelled" and current.status != "cancelled":
                file = after.files[item.id]
                status = STATUSES[current.status]
                found.append(finding("cancel-incomplete", "reopened", file=file, field="status", status=status))
        for edition_id, edition in home.editions.items():
            if now.editions.get(edition_id) != edition:
                file = f"places/{home.place.id}/editions/{edition_id}.yaml"
                found.append(finding("record-removed", "edition", file=file, id=edition_id))
    used = _used_forms(before)
    for form_id, form in before.vocabularies.forms.items():
        if form_id in used and after.vocabularies.forms and after.vocabularies.forms.get(form_id) != form:
            found.append(finding("record-removed", "form", file="forms.yaml", id=form_id))
    return found


def _lost(before: Catalog, after: Catalog) -> Iterable[Finding]:
    for record_id, file in before.files.items():
        if ":" in record_id and not record_id.startswith("place:"):
            continue
        now = after.files.get(record_id)
        if now is None:
            yield finding("record-removed", file=file, id=record_id.removeprefix("place:"))
        elif now != file:
            yield finding("record-removed", "moved", file=now, id=record_id, before=file)


def _used_forms(catalog: Catalog) -> set[str]:
    return {ref for _, item in catalog.items() for ref in references_of(item) if ref in catalog.vocabularies.forms}
