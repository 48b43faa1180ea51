"""Who may see an attached file is the business of the domain it is attached to: each registers what it attaches to.

In ``AppConfig.ready``::

    registry.register("forums.post", purposes=[Purpose.ATTACHMENT], visible_to=queries.attachment_visible_to)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from p2psandbox.platform.files.models import Purpose, StoredFile
from p2psandbox.platform.permissions import Actor

VisibleTo = Callable[[Actor, StoredFile], bool]
TakenAway = Callable[[StoredFile], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing files are attached to."""

    purposes: frozenset[str]
    visible_to: VisibleTo
    owner_may_delete: bool
    taken_away: TakenAway | None


_subjects: dict[str, Subject] = {}


def register(
    kind: str,
    *,
    purposes: Iterable[Purpose],
    visible_to: VisibleTo,
    owner_may_delete: bool = True,
    taken_away: TakenAway | None = None,
) -> None:
    """Say that files of these purposes are attached to things of this kind (``app.model``).

    ``visible_to(actor, file)`` decides who sees one; ``file.attached_id`` is the thing's id. With
    ``owner_may_delete=False`` only the domain's own action takes it away (a logo is not its uploader's), or a
    moderator: ``taken_away(file)`` is then called, in the same transaction, to forget it where it is used.
    """
    _subjects[kind] = Subject(frozenset(purposes), visible_to, owner_may_delete, taken_away)


def subject(kind: str) -> Subject | None:
    """Return what was registered under a kind."""
    return _subjects.get(kind)


def may_see(actor: Actor, file: StoredFile) -> bool:
    """Say whether the actor may see an attached file; nobody sees what no domain answers for."""
    found = _subjects.get(file.attached_kind)
    return found is not None and file.purpose in found.purposes and found.visible_to(actor, file)
