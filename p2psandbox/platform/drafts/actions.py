"""Keeping, finding and forgetting drafts: always one's own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform.drafts.models import KEY_LENGTH, Draft
from p2psandbox.platform.errors import Invalid, NotFound
from p2psandbox.platform.permissions import Actor, Permission, require

#: What a form is called: ``topic:new``, ``reply:<topic id>``.
_KEY = re.compile(rf"(?=.{{1,{KEY_LENGTH}}}\Z)[a-z][a-z0-9-]*(?::[a-z0-9-]+)*")
MOST_CHARACTERS = 200_000
MOST_FIELDS = 50
#: The oldest go when somebody has more.
MOST_PER_PERSON = 100
KEEP = timedelta(days=90)


def save_draft(*, actor: Actor, key: str, fields: Mapping[str, Any]) -> Draft:
    """Keep what a form's ``fields`` (text, or lists of text, by name) hold, in the place of what was kept before.

    Raises ``NotSignedIn``, ``NotVerified``, ``NotFound`` (no form is called so) and ``Invalid`` (fields).
    """
    mine, key = _checked(actor, key)
    if not all(isinstance(value, str) or _is_texts(value) for value in fields.values()):
        raise Invalid({"fields": _("Each field is text, or a list of texts.")})
    written = json.dumps(dict(fields), ensure_ascii=False)
    if len(fields) > MOST_FIELDS or len(written) > MOST_CHARACTERS:
        raise Invalid({"fields": _("This is too much to be kept as a draft. Copy your text to be safe.")})
    if not all(_storable(text) for name, value in fields.items() for text in _texts(name, value)):
        raise Invalid({"fields": _("This text holds characters that cannot be stored.")})
    with transaction.atomic():
        draft, created = Draft.objects.update_or_create(
            user_id=mine, key=key, defaults={"fields": dict(fields), "updated_at": timezone.now()}
        )
        if created:
            _forget_oldest(mine)
    return draft


def draft_of(actor: Actor, key: str) -> Draft | None:
    """Return what the actor typed into a form and has not sent, if anything. Raises as :func:`save_draft`."""
    mine, key = _checked(actor, key)
    found: Draft | None = Draft.objects.filter(user_id=mine, key=key).first()
    return found


def discard_draft(*, actor: Actor, key: str) -> None:
    """Forget a draft; harmless when there is none. Raises as :func:`save_draft`."""
    mine, key = _checked(actor, key)
    Draft.objects.filter(user_id=mine, key=key).delete()


def forget_old_drafts() -> int:
    """Delete what nobody went on with for 90 days; return how many that were."""
    gone, _rows = Draft.objects.filter(updated_at__lt=timezone.now() - KEEP).delete()
    return gone


def _checked(actor: Actor, key: str) -> tuple[UUID, str]:
    require(actor, Permission.READ_MEMBERS_AREA)
    assert actor.id is not None  # who may read is signed in
    if not _KEY.fullmatch(key):
        raise NotFound
    return actor.id, key


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _texts(name: str, value: Any) -> list[str]:
    return [name, *([value] if isinstance(value, str) else value)]


def _storable(text: str) -> bool:
    """Say whether PostgreSQL takes a text: no NUL, and no half of a surrogate pair."""
    return "\0" not in text and not any(0xD800 <= ord(character) < 0xE000 for character in text)


def _forget_oldest(person_id: UUID) -> None:
    mine = Draft.objects.filter(user_id=person_id).order_by("-updated_at")
    Draft.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_PER_PERSON:])).delete()
