"""What is kept for a while and then forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from p2psandbox.platform.drafts.actions import forget_old_drafts
from p2psandbox.platform.guards.models import Guard
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.mail.delivery import forget_old_mail
from p2psandbox.platform.models import OnceKey
from p2psandbox.platform.tasks.models import DeadLetter, LetterState

log = getLogger(__name__)

#: Nobody repeats a request later than that.
KEEP_KEYS = timedelta(days=7)
KEEP_LETTERS = timedelta(days=90)


def purge() -> None:
    """Delete one-time keys after 7 days, settled dead letters and drafts after 90, old mail, and what is over."""
    now = timezone.now()
    keys, _ = OnceKey.objects.filter(created_at__lt=now - KEEP_KEYS).delete()
    settled = DeadLetter.objects.exclude(state=LetterState.OPEN)
    letters, _ = settled.filter(settled_at__lt=now - KEEP_LETTERS).delete()
    mails = forget_old_mail()
    drafts = forget_old_drafts()
    guards, _ = Guard.objects.filter(expires__lt=now).delete()
    call_command("clearsessions")
    log.info("purged", once_keys=keys, dead_letters=letters, mails=mails, drafts=drafts, guards=guards)
