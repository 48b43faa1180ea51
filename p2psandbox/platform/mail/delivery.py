"""Sending what the outbox holds: each mail once, again after a while when the server does not take it."""

from __future__ import annotations

import random
import smtplib
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from p2psandbox.platform import locks
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.mail import bounces
from p2psandbox.platform.mail.models import OutboxMail

log = getLogger(__name__)

#: The last try is about two days after the first.
MOST_ATTEMPTS = 14
FIRST_WAIT = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=6)
KEEP_SENT = timedelta(days=30)
#: Within that time a mail given to the workers is not given to them again.
HANDED_OUT = timedelta(minutes=10)


class MayHaveArrived(Exception):
    """The process that sent a mail died when the server had all of it and had not answered yet."""


def deliver_mail(mail_id: UUID) -> bool:
    """Send one waiting mail; returns whether it was sent now.

    It is locked while the server is spoken to, so that two workers cannot send it twice; one that finds it locked,
    sent or given up does nothing. A failure sets the time of the next try. A mail whose sender was killed is sent
    again, unless the server had all of it: then it is held and :class:`MayHaveArrived` raised until it is released.
    """
    with locks.held(f"mail:{mail_id}") as mine:
        mail = _unsent().filter(pk=mail_id).first() if mine else None
        if mail is None:
            return False
        if mail.handed_over_at or mail.held_at:
            _hold(mail)
            raise MayHaveArrived
        try:
            _send(mail)
        except (smtplib.SMTPException, OSError) as error:
            _try_later(mail, error)
            return False
        except Exception:
            # Nothing the mail server said: a person has to look, and the others must not wait behind this one.
            OutboxMail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now() + timedelta(days=1))
            raise
        mail.sent_at = timezone.now()
        mail.attempts += 1
        _blank(mail)
        log.info("mail_sent", mail_id=str(mail.id), template=mail.template, attempts=mail.attempts)
        return True


def hand_out() -> list[UUID]:
    """Return the ids of mail that is due, oldest first, at most 500; they are due again in ten minutes."""
    ids = waiting_mail()
    OutboxMail.objects.filter(pk__in=ids).update(next_try_at=timezone.now() + HANDED_OUT)
    return ids


def waiting_mail() -> list[UUID]:
    """Ids of mail that is due, oldest first, at most 500."""
    due = _unsent().filter(held_at__isnull=True, next_try_at__lte=timezone.now())
    return list(due.order_by("next_try_at").values_list("id", flat=True)[:500])


def release(mail_id: str) -> None:
    """Let a mail that was held be sent again: somebody has decided so."""
    OutboxMail.objects.filter(pk=UUID(mail_id)).update(held_at=None, updated_at=timezone.now())


def _unsent() -> QuerySet[OutboxMail]:
    return OutboxMail.objects.filter(sent_at__isnull=True, given_up_at__isnull=True)


def _hold(mail: OutboxMail) -> None:
    mail.held_at, mail.handed_over_at = timezone.now(), None
    mail.save(update_fields=["held_at", "handed_over_at", "updated_at"])
    log.error("mail_held", mail_id=str(mail.id), template=mail.template)


def _send(mail: OutboxMail) -> None:
    def before_handover() -> None:
        OutboxMail.objects.filter(pk=mail.pk).update(handed_over_at=timezone.now())

    message = _message(mail)
    message.connection = get_connection(before_handover=before_handover)
    message.send()


def forget_old_mail() -> int:
    """Delete what is left of mail sent, given up or held over 30 days ago; returns how many."""
    old = OutboxMail.objects.filter(updated_at__lt=timezone.now() - KEEP_SENT)
    deleted, _ = old.filter(Q(to="") | Q(held_at__isnull=False)).delete()
    return deleted


def message_id(mail_id: UUID) -> str:
    """Return the ``Message-ID`` of a mail: the same at each try, so that receivers see one mail."""
    return f"<{mail_id}@{urlsplit(settings.SITE_URL).hostname}>"


def _message(mail: OutboxMail) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": message_id(mail.id),
        "Auto-Submitted": "auto-generated",
        "X-Request-ID": mail.request_id,
    }
    if mail.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        mail.subject, mail.text, to=[mail.to], headers={k: v for k, v in headers.items() if v}
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _blank(mail: OutboxMail) -> None:
    mail.to = mail.subject = mail.text = mail.html = mail.last_error = mail.unsubscribe_url = ""
    mail.handed_over_at = None
    mail.save()


def _try_later(mail: OutboxMail, error: Exception) -> None:
    mail.attempts += 1
    final = _is_final(error)
    if mail.attempts >= MOST_ATTEMPTS or final:
        if final:
            bounces.record(mail.to, _answer(error))
        mail.given_up_at = timezone.now()
        log.error("mail_given_up", mail_id=str(mail.id), template=mail.template, error=type(error).__name__)
        _blank(mail)
        mail.last_error = type(error).__name__
        mail.save(update_fields=["last_error"])
        return
    wait = min(FIRST_WAIT * 2 ** (mail.attempts - 1), LONGEST_WAIT)
    mail.next_try_at = timezone.now() + wait * random.uniform(0.75, 1.25)  # noqa: S311 -- spreads load, no secret
    mail.last_error = type(error).__name__
    mail.handed_over_at = None
    log.warning("mail_delayed", mail_id=str(mail.id), template=mail.template, error=mail.last_error)
    mail.save(update_fields=["attempts", "next_try_at", "last_error", "handed_over_at", "updated_at"])


def _answer(error: Exception) -> str:
    """Return what the server said about the first recipient it refused."""
    assert isinstance(error, smtplib.SMTPRecipientsRefused)  # nothing else is final
    code, reply = next(iter(error.recipients.values()))
    return f"{code} {reply.decode('ascii', 'replace')}"


def _is_final(error: Exception) -> bool:
    """Say whether the server refused this recipient for good (5xx): trying again would be spam."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        500 <= code < 600 for code, _reply in error.recipients.values()
    )
