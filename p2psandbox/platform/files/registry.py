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
TakeTurn = Callable[[Actor], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing files are attached to."""

    purposes: frozenset[str]
    visible_to: VisibleTo
    owner_may_delete: bool
    taken_away: TakenAway | None
    take_turn: TakeTurn | None


_subjects: dict[str, Subject] = {}


def register(
    kind: str,
    *,
    purposes: Iterable[Purpose],
    visible_to: VisibleTo,
    owner_may_delete: bool = True,
    taken_away: TakenAway | None = None,
    take_turn: TakeTurn | None = None,
) -> None:
    """Say that files of these purposes are attached to things of this kind (``app.model``).

    ``visible_to(actor, file)`` decides who sees one; ``file.attached_id`` is the thing's id. With
    ``owner_may_delete=False`` only the domain's own action takes it away (a logo is not its uploader's), or a
    moderator: ``taken_away(file)`` is then called, in the same transaction, to forget it where it is used.
    ``take_turn(actor)`` is asked before a file for one of these purposes is begun, and raises ``TooMany`` to refuse it.
    """
    _subjects[kind] = Subject(frozenset(purposes), visible_to, owner_may_delete, taken_away, take_turn)


def take_turn(actor: Actor, purpose: str) -> None:
    """Count a file that somebody is about to send. Raises ``TooMany`` where a domain has had enough of theirs."""
    for found in _subjects.values():
        if purpose in found.purposes and found.take_turn is not None:
            found.take_turn(actor)


def subject(kind: str) -> Subject | None:
    """Return what was registered under a kind."""
    return _subjects.get(kind)


def may_see(actor: Actor, file: StoredFile) -> bool:
    """Say whether the actor may see an attached file; nobody sees what no domain answers for."""
    found = _subjects.get(file.attached_kind)
    return found is not None and file.purpose in found.purposes and found.visible_to(actor, file)
