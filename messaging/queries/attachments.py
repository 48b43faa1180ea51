"""Files in messages: what each carries, and who sees it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from messaging.models import Message
from p2psandbox.platform.files.attached import Attached, attached_files
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.permissions import Actor, Permission, allows

#: What files of messages are attached to.
KIND = "messaging.message"


def attached_to(messages: Iterable[Message]) -> dict[UUID, list[Attached]]:
    """Return what each message carries, in the order it was attached: one statement, none where nothing is."""
    wanted = [message.pk for message in messages if message.attachment_count]
    found: dict[UUID, list[Attached]] = {}
    if not wanted:
        return found
    for file in attached_files(KIND, wanted):
        assert file.attached_id is not None  # or it had not been found
        found.setdefault(file.attached_id, []).append(Attached.of(file))
    return found


def attachment_visible_to(actor: Actor, file: StoredFile) -> bool:
    """Say whether the actor is one of the two people, or moderates and the message was reported to them."""
    if file.attached_id is None or not allows(actor, Permission.READ_MEMBERS_AREA):
        return False
    if Message.objects.visible_to(actor.id).filter(pk=file.attached_id).exists():
        return True
    from messaging.queries.reports import is_shown_to_moderators  # reports show attachments, too

    return allows(actor, Permission.MODERATE_MESSAGES) and is_shown_to_moderators(file.attached_id)
