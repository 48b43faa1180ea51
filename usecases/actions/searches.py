"""Keeping a search, and telling of new stories that match it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from messaging.kinds import Kind
from messaging.notify import notify, withdraw
from p2psandbox.platform.errors import Invalid, ProductError
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.textrules import FieldChecks, TextRule
from usecases.models import SavedSearch, Status, UseCase
from usecases.queries.listing import Filters, matches
from usecases.queries.searches import address_of, filters_of, kept, saved_search

log = getLogger(__name__)

NAME = TextRule(max_length=80, meaningful=False)
#: Most searches one person keeps.
MOST = 30
#: A story published within this time may still be on its way into the database: it is told of in the next run.
SETTLED = timedelta(minutes=1)


def save_search(*, actor: Actor, name: object, filters: Filters) -> SavedSearch:
    """Keep filters under a name; new stories that match are told of from now on.

    Raises ``Invalid``: a name that is empty, too long or taken (``name``), filters that narrow nothing or one search
    too many (``filters``).
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    assert actor.id is not None  # visitors were refused
    stored = kept(filters)
    if not stored:
        raise Invalid({"filters": _("Choose filters or words first, then keep the search.")})
    with transaction.atomic():
        _one_at_a_time(actor.id)
        if SavedSearch.objects.filter(user_id=actor.id).count() >= MOST:
            raise Invalid({"filters": _("You keep %(most)d searches. Delete one first.") % {"most": MOST}})
        row: SavedSearch = SavedSearch.objects.create(
            user_id=actor.id,
            name=_name(actor.id, name, SavedSearch.objects.all()),
            filters=stored,
            checked_until=timezone.now(),
        )
    return row


def change_search(*, actor: Actor, search_id: UUID, name: object = None, notify_me: bool | None = None) -> SavedSearch:
    """Give one's own saved search another name, or turn telling of new stories on or off.

    Turned on again, it tells of what is published from now on. Raises ``NotFound`` and ``Invalid`` (``name``).
    """
    row = saved_search(actor, search_id)
    with transaction.atomic():
        _one_at_a_time(row.user_id)
        if name is not None:
            row.name = _name(row.user_id, name, SavedSearch.objects.exclude(pk=row.pk))
        if notify_me is not None:
            if notify_me and not row.notify:
                row.checked_until = timezone.now()
            row.notify = notify_me
        row.save(update_fields=["name", "notify", "checked_until", "updated_at"])
    return row


def delete_search(*, actor: Actor, search_id: UUID) -> None:
    """Forget one's own saved search, and what was told of it."""
    row = saved_search(actor, search_id)
    with transaction.atomic():
        withdraw(thread=thread_of(row.pk))
        row.delete()


def _one_at_a_time(user_id: UUID) -> None:
    """Let two requests of one person wait for each other: what they count stays true until they are done."""
    User.objects.select_for_update().only("pk").get(pk=user_id)


def _name(user_id: UUID, name: object, others: QuerySet[SavedSearch]) -> str:
    checks = FieldChecks()
    text = checks.text("name", name, NAME)
    if not text and not checks.problems:
        checks.add("name", _("Give the search a name."))
    elif others.filter(user_id=user_id, name=text).exists():
        checks.add("name", _("You have a search of that name already."))
    checks.done()
    return text


def thread_of(search_id: UUID) -> str:
    """Return what notifications call a saved search."""
    return f"saved_search:{search_id}"


def tell_of_new() -> int:
    """Tell people of stories that were published since they were last told, one notification a search; how many.

    Each search is looked at under its lock and marked in the same transaction, so that two runs at once, or one that
    was killed, tell nobody twice and leave nobody out.
    """
    until = timezone.now() - SETTLED
    due = SavedSearch.objects.filter(notify=True, checked_until__lt=until)
    oldest = due.order_by("checked_until").values_list("checked_until", flat=True).first()
    if oldest is None:
        return 0
    new = UseCase.objects.alive().filter(status=Status.PUBLISHED, published_at__gt=oldest, published_at__lte=until)
    fresh = dict(new.values_list("pk", "published_at"))
    if not fresh:
        due.update(checked_until=until)
        return 0
    return sum(_look(pk, fresh, until) for pk in list(due.values_list("pk", flat=True)))


def _look(search_id: UUID, fresh: dict[UUID, datetime], until: datetime) -> int:
    """Tell one person of what is new in one search; 1 if there was something."""
    with transaction.atomic():
        rows = SavedSearch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
        row = rows.filter(pk=search_id, notify=True, checked_until__lt=until).first()
        if row is None:
            return 0
        since, actor = row.checked_until, row.user.actor
        row.checked_until = until
        row.save(update_fields=["checked_until", "updated_at"])
        ids = [pk for pk, published in fresh.items() if published > since]
        if not ids or not allows(actor, Permission.READ_MEMBERS_AREA):
            return 0
        try:
            found = matches(actor, filters_of(row.filters)).filter(pk__in=ids).exclude(author_id=row.user_id)
            if not found.exists():
                return 0
        except ProductError as error:  # a metric that is not known any more
            log.warning("saved_search_unreadable", search=str(row.pk), error=error.code)
            return 0
        notify(
            kind=Kind.SAVED_SEARCH,
            recipients=[row.user_id],
            actor_id=None,
            thread=thread_of(row.pk),
            title=row.name,
            url=f"{address_of(row.filters)}&ordering=-published_at",
            event=uuid5(row.pk, until.isoformat()),
        )
    return 1
