"""How often who may ask: allauth's rate limits (settings.ACCOUNT_RATE_LIMITS), as the product's errors."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.email_verification import consume_email_verification_rate_limit
from allauth.core.internal import ratelimit
from django.http import HttpRequest

from accounts import tasks
from accounts.actions.verification import address_id
from p2psandbox.platform.errors import TooMany
from p2psandbox.platform.tasks.base import hand_over


def limit(request: HttpRequest, action: str, **who: Any) -> None:
    """Count this request against the limits of ``action``; raises :class:`TooMany`."""
    if not ratelimit.consume(request, app="allauth.account", action=action, **who):
        raise TooMany


def ask_for_verification(request: HttpRequest, email: str) -> bool:
    """Have the confirmation mail sent again, alike for any address; says whether the limit allowed it.

    Raises :class:`TooMany` when this caller has asked for too many addresses, ``Unavailable`` when nobody can be told.
    """
    limit(request, "resend_verification")
    if not consume_email_verification_rate_limit(request, email):
        return False
    hand_over(tasks.send_verification, address_id(email))
    return True
