"""Reading stories for an export: in batches, each with what this reader may see of it and nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.permissions import Actor, Permission
from usecases.access import for_act, may_see_contact, with_contact_given
from usecases.content import Contact, of_revision
from usecases.documents import UseCaseRevision
from usecases.exports.columns import Record
from usecases.exports.pictures import media_of
from usecases.models import UseCase, UseCaseContact

#: Stories read at a time: a few hundred kilobytes of text.
BATCH = 100


def record_of(actor: Actor, use_case_id: UUID) -> Record:
    """Return one story for its export: what readers see, else (never published, withdrawn) its working copy.

    Raises ``NotFound`` for one the actor may not know of, ``NotSignedIn``, ``NotVerified``, ``Unavailable``.
    """
    row = for_act(actor, use_case_id, Permission.EXPORT_VISIBLE)
    return _batch(actor, [row])[0]


def records(actor: Actor, rows: Any) -> Iterator[Record]:
    """Yield the stories of a listing, a batch at a time; memory stays flat however many there are.

    A batch costs at most four statements and one trip to the library. Raises ``Unavailable`` when that is down.
    """
    found: Iterable[UseCase] = with_contact_given(rows, actor).select_related("organization", "author").iterator(BATCH)
    source = iter(found)
    while batch := list(islice(source, BATCH)):
        yield from _batch(actor, batch)


def _batch(actor: Actor, rows: list[UseCase]) -> list[Record]:
    shown = {row.pk: _revision(row) for row in rows}
    revisions = UseCaseRevision.fetch(shown.values())
    contacts = _contacts([row for row in rows if may_see_contact(actor, row)])
    try:
        contents = {pk: of_revision(revisions[revision]) for pk, revision in shown.items()}
    except KeyError as error:
        raise Unavailable from error  # the library has lost it
    media = media_of(contents)
    return [Record(row, contents[row.pk], contacts.get(row.pk), media.get(row.pk, ())) for row in rows]


def _revision(row: UseCase) -> UUID:
    """Return the revision an export shows: the published one, where there is one to read."""
    revision = row.revision_id if row.is_published else row.working_revision_id
    assert revision is not None  # every row is made with one
    return revision


def _contacts(rows: list[UseCase]) -> dict[UUID, Contact]:
    """Return whom to ask about stories whose contact the reader may see; authorise first."""
    published = {row.pk: row.is_published for row in rows}
    found: dict[UUID, Contact] = {}
    for kept in UseCaseContact.objects.filter(use_case__in=published).order_by("pending") if rows else ():
        if kept.pending and published[kept.use_case_id]:
            continue
        contact = Contact(kept.name, kept.title, kept.email, kept.phone)
        if not contact.is_empty:
            found[kept.use_case_id] = contact
    return found
