"""Importing stories: every record becomes a draft or is refused as a whole, and importing again makes no second."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from p2psandbox.platform.errors import Forbidden, Invalid
from p2psandbox.platform.permissions import Actor, Permission, require
from usecases.actions.drafts import Edit, edited, insert
from usecases.content import Contact, Content, missing
from usecases.imports.readers import Item
from usecases.imports.records import Record, shown, understand
from usecases.models import ImportedUseCase, ImportRun, Step


class Fate(StrEnum):
    """What became of a record."""

    READY = "ready to publish"
    DRAFT = "draft"
    KNOWN = "imported before"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the report: which record, what became of it, and why (or what it still lacks)."""

    place: str
    title: str
    fate: Fate
    reasons: list[str] = field(default_factory=list)
    use_case_id: UUID | None = None


@dataclass(slots=True)
class Report:
    """What an import did, or with ``dry_run`` would have done."""

    entries: list[Entry] = field(default_factory=list)

    def of(self, fate: Fate) -> list[Entry]:
        return [entry for entry in self.entries if entry.fate is fate]


def import_use_cases(
    *,
    actor: Actor,
    author: User,
    items: Iterable[Item],
    dry_run: bool = False,
    run: ImportRun | None = None,
    progress: Callable[[], Any] = lambda: None,
) -> Report:
    """Make a draft of ``author`` for each record and report on every one.

    A record is taken whole or not at all; what was imported before (by its address, else title and source) is
    left as it is. ``dry_run`` writes nothing. ``run`` is the file of the page the records are of: what it brought in
    before, when a worker was stopped in the middle, is reported as now. ``progress`` is called after each record.
    Raises ``Forbidden`` unless the author belongs to the actor's organization, and ``Unavailable`` when a store is
    down: what was imported until then stays, and importing again goes on from there.
    """
    require(actor, Permission.WRITE_USE_CASE)
    if author.organization_id is None or author.organization_id != actor.organization_id:
        raise Forbidden
    report = Report()
    seen: set[str] = set()
    for item in items:
        report.entries.append(_take(author, item, seen, dry_run, run))
        progress()
    return report


def _take(author: User, item: Item, seen: set[str], dry_run: bool, run: ImportRun | None) -> Entry:
    title = shown(item.record.get("title"))
    if item.problem:
        return Entry(item.place, title, Fate.REFUSED, [item.problem])
    try:
        record = understand(item.record)
        edit = edited(Edit(Content(), Contact()), record.changes)
    except Invalid as error:
        reasons = [f"{name}: {message}" for name, found in error.fields.items() for message in found]
        return Entry(item.place, title, Fate.REFUSED, reasons)
    assert author.organization_id is not None  # asked by import_use_cases
    known = ImportedUseCase.objects.filter(organization_id=author.organization_id, key=record.key).first()
    made = known.use_case_id if known is not None and _is_of(known, run, item) else None
    if made is None:
        if record.key in seen or known is not None:
            return Entry(item.place, title, Fate.KNOWN)
        if not dry_run and (made := _store(author, record, edit, run, item.place)) is None:
            return Entry(item.place, title, Fate.KNOWN)
    seen.add(record.key)
    lacking = [f"{name}: {found[0]}" for name, found in missing(edit.content, edit.contact).items()]
    return Entry(item.place, title, Fate.DRAFT if lacking else Fate.READY, lacking, made)


def _is_of(known: ImportedUseCase, run: ImportRun | None, item: Item) -> bool:
    """Whether this very record was stored before by the same run."""
    return run is not None and known.run_id == run.pk and known.place == item.place


def _store(author: User, record: Record, edit: Edit, run: ImportRun | None, place: str) -> UUID | None:
    """Store one record as a draft and return its id; ``None`` when another import stored it at this moment."""
    try:
        with transaction.atomic():
            row = insert(author=author, edit=edit, step=Step.IMPORTED)
            ImportedUseCase.objects.create(
                organization=row.organization,
                key=record.key,
                use_case=row,
                source_url=record.url,
                kept=record.kept,
                run=run,
                place=place[:40],
            )
    except IntegrityError:
        known = ImportedUseCase.objects.filter(organization=author.organization, key=record.key)
        if known.exists():
            return None
        raise
    return row.pk
