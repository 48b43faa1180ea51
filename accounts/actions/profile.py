"""What people say about themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import User
from accounts.queries import own_account
from p2psandbox.platform import cachetags
from p2psandbox.platform.permissions import Actor
from p2psandbox.platform.textrules import FieldChecks

Check = Callable[[FieldChecks, str, Any], Any]


def _text(rule: Any) -> Check:
    return lambda checks, field, value: checks.text(field, value, rule)


def _language(checks: FieldChecks, field: str, value: Any) -> str:
    return checks.choice(field, value, dict(settings.LANGUAGES), required=True)


def _time_zone(checks: FieldChecks, field: str, value: Any) -> str:
    if value not in available_timezones():
        checks.add(field, _("Choose a time zone such as Europe/Berlin."))
    return str(value)


#: Every field a person may set about themselves, and how it is checked.
FIELDS: dict[str, Check] = {
    "first_name": rules.name,
    "last_name": rules.name,
    "job_title": _text(rules.JOB_TITLE),
    "bio": _text(rules.BIO),
    "phone": rules.phone,
    "expertise": lambda checks, field, value: checks.items(field, value, rules.EXPERTISE, most=20),
    "language": _language,
    "time_zone": _time_zone,
}


def update_profile(*, actor: Actor, changes: Mapping[str, Any]) -> User:
    """Store what the actor changed about themselves; ``changes`` holds any of :data:`FIELDS`.

    Raises :class:`Invalid` with every field that cannot be taken.
    """
    user = own_account(actor)
    checks = FieldChecks()
    checked = {field: FIELDS[field](checks, field, value) for field, value in changes.items()}
    checks.done()
    for field, value in checked.items():
        setattr(user, field, value)
    user.save(update_fields=[*checked, "updated_at"])
    cachetags.changed("people")
    return user
