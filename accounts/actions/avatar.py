"""A person's picture."""

from __future__ import annotations

from typing import IO

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import Purpose, StoredFile
from p2psandbox.platform.permissions import Actor, Permission, require

KIND = "accounts.user"


def set_avatar(*, actor: Actor, name: str, stream: IO[bytes], content_type: str = "") -> User:
    """Take a picture as the actor's own, made anew in two squares; the one before is deleted.

    Raises ``NotSignedIn``, and what :func:`files.store` raises for a picture that cannot be taken.
    """
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    picture = files.store(actor=actor, purpose=Purpose.AVATAR, name=name, stream=stream, content_type=content_type)
    with transaction.atomic():
        user = _own(actor)
        files.replace(actor=actor, purpose=Purpose.AVATAR, file_ids=[picture.pk], kind=KIND, subject_id=user.pk)
        return _keep(user, picture.public_key or "")


def remove_avatar(*, actor: Actor) -> User:
    """Take the actor's picture away; does nothing without one. Raises ``NotSignedIn``."""
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    with transaction.atomic():
        user = _own(actor)
        if user.avatar_key:
            files.delete_attached(kind=KIND, subject_id=user.pk, purpose=Purpose.AVATAR)
        return _keep(user, "")


def forget_avatar(file: StoredFile) -> None:
    """Show initials again instead of a picture that a moderator deletes."""
    assert file.attached_id is not None
    person = User.objects.filter(pk=file.attached_id, avatar_key=file.public_key)
    person.update(avatar_key="", updated_at=timezone.now())


def _own(actor: Actor) -> User:
    user = User.objects.select_for_update().filter(pk=actor.id).first() if actor.id is not None else None
    if user is None:
        raise NotFound
    return user


def _keep(user: User, key: str) -> User:
    user.avatar_key = key
    user.save(update_fields=["avatar_key", "updated_at"])
    return user
