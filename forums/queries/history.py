"""What a post said before: its edits, each with what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.contrib.auth import get_user_model

from forums.actions.guards import require_editor, visible_post
from forums.documents import PostRevision
from forums.models import Post
from p2psandbox.platform.differences import Piece, difference
from p2psandbox.platform.permissions import Actor

#: Edits shown at a time; comparing costs a few milliseconds each.
VERSIONS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Version:
    """One edit: who made it, when, and what it changed."""

    by: str
    at: datetime
    changes: list[Piece]


class History:
    """A post's edits, the latest first, as a sequence of :class:`Version`; a slice compares only its own.

    For the author and moderators: others see that a post was edited, not what it said before, since people also
    take back what should never have left the house.
    """

    def __init__(self, actor: Actor, post_id: UUID) -> None:
        """Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``, ``Forbidden``, ``Unavailable``."""
        self.post = visible_post(actor, post_id)
        require_editor(actor, self.post.author_id)
        self._chain = chain_of(self.post)

    def __len__(self) -> int:
        return max(len(self._chain) - 1, 0)

    def __getitem__(self, part: slice) -> list[Version]:
        return versions(self._chain[part.start : part.stop + 1])


def chain_of(post: Post) -> list[PostRevision]:
    """Return all a post has said, the latest first; only what it says if it was never edited."""
    if post.edited_at is None:
        return []
    chain: list[PostRevision] = PostRevision.history(subject_id=post.pk, revision_id=post.revision_id)
    return chain


def versions(chain: list[PostRevision]) -> list[Version]:
    """Return what each edit of a chain of revisions, latest first, changed."""
    writers = {revision.author_id for revision in chain if revision.author_id}
    found = get_user_model().objects.filter(pk__in=writers)
    people: dict[UUID | None, str] = {person.pk: person.get_full_name() for person in found}
    return [
        Version(people.get(new.author_id, ""), new.created_at, difference(old.text, new.text))
        for new, old in pairwise(chain)
    ]
