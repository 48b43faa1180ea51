"""Bringing stories in through the page: a file is uploaded, its columns are named, its records become drafts.

What a record may say and becomes is :mod:`usecases.actions.imports`'s, here as for the command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from p2psandbox.platform import cachetags, locks
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.tasks.base import HouseTask, after_commit
from usecases.actions.imports import Entry, Report, import_use_cases
from usecases.imports import columns as naming
from usecases.imports.readers import Item, UnreadableFile, check_size, parse
from usecases.imports.records import plain_name, shown
from usecases.models import ImportedUseCase, ImportRun, ImportState, Status, Step, UseCase, UseCaseTransition

log = getLogger(__name__)

#: What the page takes; larger files are the command's.
MAX_BYTES = 5 * 1024 * 1024
MAX_RECORDS = 2_000
MAX_COLUMNS = 80
#: Records checked before the import while somebody waits. The others are checked as they are imported.
CHECKED = 100
#: Uploads nobody went on with are forgotten after this time, reports with their titles after the longer one.
UNUSED = timedelta(days=2)
KEPT = timedelta(days=90)
_CHUNK = 20
_STALLED = timedelta(minutes=5)


def begin_import(*, actor: Actor, name: str, data: bytes, key: str = "") -> UUID:
    """Take a file and return the id of its import, with its columns guessed; nothing is imported yet.

    The same ``key`` takes it once. Raises ``Forbidden`` unless the actor is an admin, ``Invalid`` (``file``) for a
    file that cannot be read or holds too much, ``TooMany`` (20 in ten minutes).
    """
    who, organization = _require(actor)
    take_turn(f"usecases.import:{actor.id}", most=20, seconds=600)
    try:
        check_size(len(data), MAX_BYTES)
        items = parse(name, data, most=MAX_RECORDS, titled=False)
    except UnreadableFile as error:
        raise Invalid({"file": str(error)}) from error
    if not items:
        raise Invalid({"file": _("The file holds no records below its headings.")})
    items = [
        Item(one.place, {plain_name(word): value for word, value in one.record.items()}, one.problem) for one in items
    ]
    if len(_headings(items)) > MAX_COLUMNS:
        raise Invalid({"file": _("The file has more than %(most)d columns.") % {"most": MAX_COLUMNS}})
    made, _new = once(actor=actor, kind="usecases.import", key=key, make=lambda: _keep(who, organization, name, items))
    return made


def _headings(items: list[Item]) -> list[str]:
    return list(dict.fromkeys(heading for item in items for heading in item.record if heading))


def _keep(who: UUID, organization: UUID, name: str, items: list[Item]) -> UUID:
    rows = json.dumps([[one.place, one.record, one.problem] for one in items], default=_plain)
    run = ImportRun.objects.create(
        organization_id=organization,
        by_id=who,
        name=shown(name, 120),
        rows=rows,
        columns=list(naming.guess(_headings(items)).items()),
        total=len(items),
    )
    return run.pk


def _plain(value: Any) -> str:
    """Return what JSON has no form for (days and times of a workbook) as its text."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def records_of(run: ImportRun) -> list[Item]:
    """Return a file's records as they were uploaded; none once they are imported."""
    return [Item(place, record, problem) for place, record, problem in json.loads(run.rows or "[]")]


def choose_columns(*, actor: Actor, import_id: UUID, columns: Mapping[str, str]) -> ImportRun:
    """Say which field each heading means (``""``: none) and return the import.

    Headings left out stay as they were. Raises ``NotFound``, ``Conflict`` once it runs, and ``Invalid`` by heading.
    """
    run = _own(actor, import_id)
    chosen = {heading: columns.get(heading, field) for heading, field in run.columns}
    if wrong := naming.problems(chosen):
        raise Invalid(wrong)
    run.columns = list(chosen.items())
    if not ImportRun.objects.filter(pk=run.pk, state=ImportState.UPLOADED).update(columns=run.columns):
        raise _begun()
    return run


def check_import(*, actor: Actor, import_id: UUID) -> Report:
    """Return what would become of the first :data:`CHECKED` records; writes nothing."""
    run = _own(actor, import_id)
    items = naming.named(records_of(run)[:CHECKED], run.meaning)
    return import_use_cases(actor=actor, author=_author(_require(actor)[0]), items=items, dry_run=True)


def start_import(*, actor: Actor, import_id: UUID, work: HouseTask) -> bool:
    """Have ``work`` import the records in the background; ``False`` when that was asked for before."""
    run = _own(actor, import_id)
    if wrong := naming.problems(run.meaning):
        raise Invalid(wrong)
    with transaction.atomic():
        waiting = ImportRun.objects.filter(pk=run.pk, state=ImportState.UPLOADED)
        if not waiting.update(state=ImportState.RUNNING, by_id=actor.id, updated_at=timezone.now()):
            return False
        after_commit(work, run.pk)
    log.info("import_started", run=str(run.pk), records=run.total)
    return True


def carry_on(import_id: UUID) -> None:
    """Import what is left of a file, a few records at a time; one that is done or at work elsewhere is left alone.

    Raises ``Unavailable`` when a store is down: to be called again.
    """
    with locks.held(f"usecases.import:{import_id}") as mine:
        run = ImportRun.objects.filter(pk=import_id, state=ImportState.RUNNING).first() if mine else None
        if run is None:
            return
        author = _author(run.by_id)
        items = naming.named(records_of(run), run.meaning)[len(run.entries) :]
        try:
            with translation.override(author.language or None):
                for start in range(0, len(items), _CHUNK):
                    _take(run, author, items[start : start + _CHUNK])
        except Forbidden:
            _finish(run, ImportState.STOPPED)  # its admin left the organization meanwhile
        else:
            _finish(run, ImportState.DONE)


def _take(run: ImportRun, author: User, chunk: list[Item]) -> None:
    actor = author.actor
    _require(actor)
    if actor.organization_id != run.organization_id or not author.is_active:
        raise Forbidden
    report = import_use_cases(actor=actor, author=author, items=chunk, run=run)
    run.entries += [_line(entry) for entry in report.entries]
    run.save(update_fields=["entries", "updated_at"])


def _line(entry: Entry) -> dict[str, Any]:
    """Return an entry as it is kept: what the file said is made printable, and short."""
    line = asdict(entry) | {"fate": entry.fate.name, "use_case_id": entry.use_case_id and str(entry.use_case_id)}
    return line | {"reasons": [shown(reason, 300) for reason in entry.reasons[:10]]}


def _finish(run: ImportRun, state: ImportState) -> None:
    run.state, run.rows, run.finished_at = state, "", timezone.now()
    run.save(update_fields=["state", "rows", "finished_at", "updated_at"])
    log.info("import_finished", run=str(run.pk), state=state.value, records=run.done)


def untouched(run: ImportRun) -> Any:
    """Return the drafts of an import as they were brought in: nobody has changed or handed in any since."""
    mine = ImportedUseCase.objects.filter(run=run).values("use_case_id")
    return UseCase.objects.alive().filter(pk__in=mine, status=Status.DRAFT, version=1)


def undo_import(*, actor: Actor, import_id: UUID) -> int:
    """Delete those drafts of an import that nobody has touched, and return how many; the file can be imported again.

    Raises ``NotFound``, and ``Conflict`` while it runs.
    """
    run = _own(actor, import_id)
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().defer("rows").get(pk=run.pk)
        if run.state not in (ImportState.DONE, ImportState.STOPPED):
            raise Conflict(_("This import cannot be undone now."), code="not_done")
        rows = list(untouched(run).select_for_update().lean())
        ids = [row.pk for row in rows]
        UseCase.objects.filter(pk__in=ids).update(deleted_at=timezone.now(), version=F("version") + 1)
        UseCaseTransition.objects.bulk_create(
            UseCaseTransition(
                use_case=row,
                step=Step.DELETED,
                from_status=row.status,
                to_status=row.status,
                by_id=actor.id,
                revision_id=row.draft_revision_id,
            )
            for row in rows
        )
        ImportedUseCase.objects.filter(run=run, use_case_id__in=ids).delete()
        run.state = ImportState.UNDONE
        run.save(update_fields=["state", "updated_at"])
        cachetags.changed("usecases", f"drafts:{run.by_id}")
    log.info("import_undone", run=str(run.pk), drafts=len(ids))
    return len(ids)


def drop_import(*, actor: Actor, import_id: UUID) -> None:
    """Forget an uploaded file that was not imported. Raises ``NotFound``, and ``Conflict`` once it was."""
    run = _own(actor, import_id)
    if not ImportRun.objects.filter(pk=run.pk, state=ImportState.UPLOADED).delete()[0]:
        raise _begun()


def catch_up(work: HouseTask) -> None:
    """Hand over again what no worker is at, and forget old uploads and reports."""
    now = timezone.now()
    stalled = ImportRun.objects.filter(state=ImportState.RUNNING, updated_at__lt=now - _STALLED)
    for pk in stalled.values_list("pk", flat=True)[:50]:
        work.delay(str(pk))
    ImportRun.objects.filter(state=ImportState.UPLOADED, updated_at__lt=now - UNUSED).delete()
    over = ImportRun.objects.exclude(state__in=[ImportState.UPLOADED, ImportState.RUNNING])
    over.filter(updated_at__lt=now - KEPT).delete()


def _require(actor: Actor) -> tuple[UUID, UUID]:
    """Return who imports, and for which organization."""
    require(actor, Permission.IMPORT_USE_CASES)
    if actor.id is None or actor.organization_id is None:
        raise Forbidden(_("Only people of an organization write use cases."), code="no_organization")
    return actor.id, actor.organization_id


def _own(actor: Actor, import_id: UUID) -> ImportRun:
    """Return an import of the actor's organization."""
    _who, organization = _require(actor)
    run = ImportRun.objects.filter(pk=import_id, organization_id=organization).first()
    if run is None:
        raise NotFound
    return run


def _author(user_id: UUID) -> User:
    return User.objects.select_related("organization").get(pk=user_id)


def _begun() -> Conflict:
    return Conflict(_("This file is already being imported."), code="begun")
