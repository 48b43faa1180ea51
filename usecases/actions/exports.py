"""Exports in the background: asked for, made once however often the work is handed out, kept for some days."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from messaging.kinds import Kind
from messaging.notify import notify, withdraw
from p2psandbox.platform import locks
from p2psandbox.platform.errors import Conflict, Forbidden, ProductError, Unavailable
from p2psandbox.platform.files import keys
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, require
from p2psandbox.platform.tasks.base import after_commit
from p2psandbox.platform.tasks.failures import can_pass
from usecases import queries
from usecases.exports import making
from usecases.exports.pdf import SECONDS_IN_BACKGROUND
from usecases.exports.records import records
from usecases.models import UNDER_WAY, Export, ExportFormat, ExportState
from usecases.queries import Filters
from usecases.queries.exports import as_asked, export, may_have, permission_for
from usecases.queries.searches import filters_of

log = getLogger(__name__)

#: How long a file is there, and how long a row says that there was one.
KEPT, REMEMBERED = timedelta(days=7), timedelta(days=30)
#: Exports of one person that may be under way at once, and how many an hour.
MOST_UNDER_WAY, MOST_AN_HOUR = 3, 20
#: How often an export is begun before it is given up: its worker was killed, or ran out of time, each time.
MOST_ATTEMPTS = 5
#: Work that has not moved for so long is handed out again.
STUCK = timedelta(minutes=5)
#: Seconds between two words about how far it is.
_EVERY = 1.0


class _Cancelled(Exception):
    """Its owner does not want it any more."""


def request_export(
    *,
    actor: Actor,
    filters: Filters,
    format: ExportFormat,
    narrowed: Iterable[str] = (),
    key: str = "",
) -> tuple[Export, bool]:
    """Have the stories that match made into a file; return the export and whether it is new.

    ``filters.drafts`` adds unpublished stories of the actor's own organization (for its admins). ``narrowed`` says in
    words what the list is narrowed to. The same ``key`` makes one. Who sees what is decided when it is made.

    Raises ``NotSignedIn``, ``NotVerified``, ``Forbidden``, ``TooMany`` (20 an hour), and
    ``Conflict("exports_under_way")`` for a fourth one at once.
    """
    require(actor, permission_for(drafts=filters.drafts), organization_id=actor.organization_id)
    assert actor.id is not None  # visitors were refused
    narrowed = [text[:200] for text in narrowed][:50]
    made, created = once(
        actor=actor, kind="usecases.export", key=key, make=lambda: _ask(actor, filters, format, narrowed)
    )
    return export(actor, made), created


def _ask(actor: Actor, filters: Filters, format: ExportFormat, narrowed: list[str]) -> UUID:
    assert actor.id is not None  # visitors were refused
    message = _("That was a lot of exports. Try again in a few minutes.")
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=actor.id)  # one at a time, so that the count holds
        if Export.objects.filter(owner_id=actor.id, state__in=UNDER_WAY).count() >= MOST_UNDER_WAY:
            text = _("%(most)d exports of yours are being made. Wait for one, or cancel it.") % {"most": MOST_UNDER_WAY}
            raise Conflict(text, code="exports_under_way")
        take_turn(f"exports.background:{actor.id}", most=MOST_AN_HOUR, seconds=3600, message=message)
        row = Export.objects.create(
            owner_id=actor.id,
            organization_id=actor.organization_id,
            format=format,
            filters=as_asked(filters),
            narrowed=narrowed,
            language=get_language() or "en",
        )
        _hand_out(row.pk)
    return row.pk


def _hand_out(export_id: UUID) -> None:
    from usecases.tasks import make_export  # the task calls this module

    after_commit(make_export, export_id)


def cancel_export(*, actor: Actor, export_id: UUID) -> None:
    """Drop one's own export: what is being made stops, what is made is deleted. Raises ``NotFound``."""
    row = export(actor, export_id)
    with transaction.atomic():
        withdraw(thread=thread_of(row.pk))
        Export.objects.filter(pk=row.pk).delete()
        transaction.on_commit(lambda: _forget(row), robust=True)  # what is left behind, the job finds


def make(export_id: UUID) -> None:
    """Make the file of an export with the rights its owner has now; does nothing when it is over, or being made.

    Work that was interrupted begins anew and replaces what it left. Raises what may pass by itself (``Unavailable``
    and the like), to be tried again; all else is written down as the export's error.
    """
    with locks.held(f"export:{export_id}") as mine:
        rows = Export.objects.filter(pk=export_id, state__in=UNDER_WAY)
        row = rows.select_related("owner").first()
        if not mine or row is None:
            return
        with translation.override(row.language):
            if row.attempts >= MOST_ATTEMPTS:
                _failed(row, _("This was tried several times and did not work. Narrow the list, or try again later."))
                return
            rows.update(state=ExportState.RUNNING, attempts=row.attempts + 1, done=0, updated_at=timezone.now())
            _try(row)


def _try(row: Export) -> None:
    try:
        if not may_have(row.owner.actor, row):
            raise Forbidden
        with tempfile.TemporaryDirectory(prefix="p2p-export-") as folder:
            path = Path(folder) / "export"
            count = _write(row, path)
            store().put(keys.export(row.key), path, making.type_of(row.format))
            _done(row, path, count)
    except _Cancelled:
        _forget(row)
    except ProductError as error:
        if isinstance(error, Unavailable):
            raise
        _failed(row, str(error.message))
    except Exception as error:
        if not can_pass(error):
            _failed(row, _("This could not be made. Try again; if it happens again, tell us."))
        raise


def _write(row: Export, path: Path) -> int:
    """Write the file and say how far it is."""
    actor = row.owner.actor
    found = queries.listing(actor, filters_of(row.filters))
    _tell(row, 0, total=found.order_by().count())
    return making.write_list(
        path,
        row.format,
        records(actor, found),
        narrowed=row.narrowed,
        progress=_now_and_then(lambda done: _tell(row, done)),
        seconds=SECONDS_IN_BACKGROUND,
    )


def _now_and_then(tell: Callable[[int], None]) -> Callable[[int], None]:
    last = time.monotonic()

    def told(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            tell(done)

    return told


def _running(row: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=row.pk, state=ExportState.RUNNING)


def _tell(row: Export, done: int, **more: int) -> None:
    """Write down how far it is. Raises ``_Cancelled`` when nobody waits for it any more."""
    if not _running(row).update(done=done, updated_at=timezone.now(), **more):
        raise _Cancelled


def _done(row: Export, path: Path, count: int) -> None:
    """Make the file known, and tell the owner, at one stroke."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    now = timezone.now()
    name = making.list_name(row.format)
    with transaction.atomic():
        made = _running(row).update(
            state=ExportState.DONE,
            done=count,
            total=count,
            name=name,
            bytes=path.stat().st_size,
            sha256=sha256,
            error="",
            finished_at=now,
            expires_at=now + KEPT,
            updated_at=now,
        )
        if not made:
            raise _Cancelled
        _tell_owner(row, name)
    log.info("export_made", export=str(row.pk), format=row.format, stories=count, bytes=path.stat().st_size)


def _failed(row: Export, message: str) -> None:
    """Write down why there is no file, and tell the owner, at one stroke."""
    now = timezone.now()
    under_way = Export.objects.filter(pk=row.pk, state__in=UNDER_WAY)
    with transaction.atomic():
        if under_way.update(state=ExportState.FAILED, error=message[:300], finished_at=now, updated_at=now):
            _tell_owner(row, _("It could not be made"))


def _tell_owner(row: Export, title: str) -> None:
    notify(
        kind=Kind.EXPORT,
        recipients=[row.owner_id],
        actor_id=None,
        thread=thread_of(row.pk),
        title=title,
        url=row.get_absolute_url(),
        event=row.pk,
    )


def thread_of(export_id: UUID) -> str:
    """Return what the notifications of an export are kept under."""
    return f"export:{export_id}"


def _forget(row: Export) -> None:
    store().delete([keys.export(row.key)])


# -- What the job does ---------------------------------------------------------------------------------------


def look_after() -> None:
    """Remove what has expired, hand out what got stuck, forget what is long over, and files without a row.

    Raises ``Unavailable`` when the store is down; the next run goes on.
    """
    expire()
    now = timezone.now()
    stuck = Export.objects.filter(state__in=UNDER_WAY, updated_at__lt=now - STUCK)
    for export_id in list(stuck.values_list("pk", flat=True)):
        _hand_out(export_id)
    over = Export.objects.exclude(state__in=(*UNDER_WAY, ExportState.DONE))
    over.filter(finished_at__lt=now - REMEMBERED).delete()
    _sweep()


def expire() -> int:
    """Delete the files whose time is over; return how many. A file goes before its row says so, never after."""
    due = Export.objects.filter(state=ExportState.DONE, expires_at__lte=timezone.now())
    count = 0
    for row in list(due):
        _forget(row)
        with transaction.atomic():
            withdraw(thread=thread_of(row.pk))
            changed = due.filter(pk=row.pk)
            count += changed.update(state=ExportState.EXPIRED, updated_at=timezone.now())
    return count


def _sweep() -> None:
    """Delete files that no row stands for: of people who are gone, of exports cancelled while the store was down."""
    place, before = store(), timezone.now() - timedelta(hours=2)
    old = [one.key for one in place.objects(keys.EXPORTS) if one.modified < before]
    known = {keys.export(key) for key in Export.objects.values_list("key", flat=True)}
    place.delete([key for key in old if key not in known])
