"""Asking a story's makers for their contact, and answering: each step under the story's lock, taken once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.audience import can_be_told
from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Conflict, Forbidden, NotFound
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.textrules import FieldChecks, TextRule
from usecases import telling
from usecases.access import locked, may_ask, may_see_contact, visible
from usecases.models import ContactRequest, RequestState, UseCase, UseCaseContact

log = getLogger(__name__)

MESSAGE = TextRule(max_length=2000, min_length=10, multiline=True)
ANSWER = TextRule(max_length=2000, multiline=True, meaningful=False)

#: So many requests a person may send within a day.
MOST_A_DAY = 10
_DAY = 24 * 3600
#: So long after a refusal the same person does not ask about the same story again.
PAUSE = timedelta(days=90)
_TOO_MANY = gettext_lazy("You have asked many organizations today. Wait until tomorrow.")
_PARTS = ("name", "title", "email", "phone")


def ask_for_contact(*, actor: Actor, use_case_id: UUID, message: object) -> tuple[ContactRequest, bool]:
    """Ask whom to talk to about a story; returns the request and whether it is new.

    While a request is open, asking again returns it. Raises ``NotFound``, ``Forbidden`` (one's own organization,
    moderators), ``Invalid`` (message), ``Conflict`` (``already_accepted``, ``declined_recently``) and ``TooMany``
    beyond :data:`MOST_A_DAY`.
    """
    require(actor, Permission.READ_MEMBERS_AREA)  # visitors sign in first, whether the story exists or not
    row = visible(actor, use_case_id)
    if not may_ask(actor, row):
        raise Forbidden(_("Only people of other organizations ask for the contact of a published use case."))
    checks = FieldChecks()
    words = checks.text("message", message, MESSAGE)
    checks.done()
    return _ask(actor, row, words)


def _ask(actor: Actor, row: UseCase, words: str) -> tuple[ContactRequest, bool]:
    assert actor.id is not None  # or may_ask() had said no
    assert actor.organization_id is not None
    with transaction.atomic():
        now = locked(row)
        if not now.is_published:
            raise NotFound
        before = _last(actor, now)
        if before is not None and before.is_open:
            return before, False
        _may_ask_again(before)
        take_turn(f"usecases.contact:{actor.id}", most=MOST_A_DAY, seconds=_DAY, message=_TOO_MANY)
        made: ContactRequest = ContactRequest.objects.create(
            use_case=now, asker_id=actor.id, organization_id=actor.organization_id, message=words
        )
        telling.asked_for_contact(made, now)
        cachetags.changed("contacts")
    log.info("contact_asked", use_case=str(row.pk), request=str(made.pk), by=str(actor.id))
    return made, True


def _last(actor: Actor, row: UseCase) -> ContactRequest | None:
    """The last request of this person about a story, in the name of the company they act for now."""
    rows = ContactRequest.objects.filter(use_case=row, asker=actor.id, organization=actor.organization_id)
    found: ContactRequest | None = rows.first()
    return found


def _may_ask_again(before: ContactRequest | None) -> None:
    """Refuse while an earlier request of the same person stands."""
    if before is None or before.answered_at is None:
        return
    if before.state == RequestState.ACCEPTED:
        raise Conflict(_("Your request was accepted: the contact is on the story's page."), code="already_accepted")
    if before.state == RequestState.DECLINED and (again := before.answered_at + PAUSE) > timezone.now():
        text = _("This organization declined. You can ask again after %(date)s.")
        raise Conflict(text % {"date": date_format(timezone.localtime(again), "DATE_FORMAT")}, code="declined_recently")


def accept_contact_request(*, actor: Actor, request_id: UUID, answer: object = "") -> ContactRequest:
    """Give the story's contact to the person who asked, with optional words; accepting twice is accepting once.

    Raises ``NotFound``, ``Forbidden``, ``Invalid`` (answer) and ``Conflict`` (``already_answered``, ``withdrawn``,
    ``no_contact``).
    """
    return _answer(actor, request_id, RequestState.ACCEPTED, answer)


def decline_contact_request(*, actor: Actor, request_id: UUID, answer: object = "") -> ContactRequest:
    """Decline a request, with optional words; who asked may not ask again for :data:`PAUSE`. Raises as accepting."""
    return _answer(actor, request_id, RequestState.DECLINED, answer)


def _answer(actor: Actor, request_id: UUID, state: RequestState, answer: object) -> ContactRequest:
    seen = _request(actor, request_id)
    checks = FieldChecks()
    words = checks.text("answer", answer, ANSWER)
    checks.done()
    with transaction.atomic():
        row = locked(seen.use_case)
        request: ContactRequest = ContactRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
        if request.state == state:
            return request
        _require_open(request, row)
        request.state, request.answer = state, words
        request.answered_at, request.answered_by_id = timezone.now(), actor.id
        if state == RequestState.ACCEPTED:
            request.given = _given(row)
        request.save()
        telling.contact_answered(request, row)
        cachetags.changed("contacts")
    log.info("contact_answered", request=str(request_id), state=state.value, by=str(actor.id))
    return request


def _request(actor: Actor, request_id: UUID) -> ContactRequest:
    """Return a request this actor may answer: whoever does not know of it finds nothing, its asker may not."""
    require(actor, Permission.READ_MEMBERS_AREA)
    found = ContactRequest.objects.select_related("use_case").filter(pk=request_id).first()
    if found is None:
        raise NotFound
    if may_answer(actor, found.use_case) and not found.use_case.is_deleted:
        return found
    raise Forbidden if found.asker_id == actor.id else NotFound


def may_answer(actor: Actor, row: UseCase) -> bool:
    """Whether this actor answers for the makers of a story: its author while of the company, its admins."""
    of_the_company = actor.organization_id == row.organization_id
    owner = row.author_id if of_the_company else None
    return allows(actor, Permission.ANSWER_CONTACT_REQUEST, owner_id=owner, organization_id=row.organization_id)


def _require_open(request: ContactRequest, row: UseCase) -> None:
    if request.state == RequestState.WITHDRAWN or not row.is_published:
        raise Conflict(_("This request does not stand any more."), code="withdrawn")
    if not request.is_open:
        raise Conflict(_("Somebody has answered this request already."), code="already_answered")
    if not can_be_told().filter(pk=request.asker_id, organization_id=request.organization_id).exists():
        raise Conflict(_("Whoever asked is not here any more."), code="withdrawn")


def _given(row: UseCase) -> list[str]:
    kept = UseCaseContact.objects.filter(use_case=row, pending=False).first()
    parts = [part for part in _PARTS if kept is not None and getattr(kept, part)]
    if not parts:
        text = _("This use case says nothing about whom to ask. Edit it and add a contact, then accept.")
        raise Conflict(text, code="no_contact")
    return parts


def withdraw_open(row: UseCase) -> None:
    """Take back what is still open about a story that leaves the library (within the caller's transaction)."""
    for request in ContactRequest.objects.select_for_update().filter(use_case=row, state=RequestState.OPEN):
        request.state, request.answered_at = RequestState.WITHDRAWN, timezone.now()
        request.save(update_fields=["state", "answered_at", "updated_at"])
        telling.asks_no_more(request)
        cachetags.changed("contacts")


def record_seen(*, actor: Actor, row: UseCase) -> None:
    """Note when somebody first saw the contact they were given."""
    if actor.id is None or actor.organization_id == row.organization_id or not may_see_contact(actor, row):
        return
    fresh = ContactRequest.objects.filter(
        use_case=row, asker_id=actor.id, state=RequestState.ACCEPTED, seen_at__isnull=True
    )
    fresh.update(seen_at=timezone.now())
