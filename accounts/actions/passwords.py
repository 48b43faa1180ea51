"""Setting a password."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.sessions import end_all_sessions
from accounts.models import User
from p2psandbox.platform.errors import Conflict, Invalid


def check_password_rules(*, field: str, password: str, person: User) -> None:
    """Raise :class:`Invalid` on ``field`` with every rule the password breaks for this person."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid({field: error.messages}) from error


def set_password(*, person: User, password: str, keep_session: str | None) -> None:
    """Store a checked password and end the person's sessions, except the one with the key ``keep_session``.

    Takes effect only if the stored password is still the one ``person`` was loaded with: of two uses of one
    reset key at the same moment, the second raises ``Conflict("expired_key")``.
    """
    before = person.password
    person.set_password(password)
    with transaction.atomic():
        changed = User.objects.filter(pk=person.pk, password=before).update(
            password=person.password, updated_at=timezone.now()
        )
        if not changed:
            raise Conflict(_("This link was used already. Ask for a new one."), code="expired_key")
        end_all_sessions(person=person, keep=keep_session)
