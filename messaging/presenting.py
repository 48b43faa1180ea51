"""A notification as people read it: who did what, to which thing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from messaging.kinds import ABOUT, Kind
from messaging.models import Notification

#: So many are shown by name or picture.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One notification ready to show; ``actors`` are the latest people, ``actor_count`` how many there are."""

    row: Notification
    says: str
    actors: list[User]
    actor_count: int

    @property
    def unread(self) -> bool:
        return self.row.read_at is None

    @property
    def new(self) -> int:
        """How many events no mail has told of yet."""
        return self.row.count - self.row.mailed_count


def lines(rows: Iterable[Notification]) -> list[Line]:
    """Return rows with their people: one query for all of them."""
    shown = list(rows)
    wanted = {person for row in shown for person in row.people[:NAMED]}
    people = User.objects.select_related("organization").defer("password", "bio", "expertise").in_bulk(wanted)
    return [_line(row, people) for row in shown]


def _line(row: Notification, people: Mapping[UUID, User]) -> Line:
    everybody = row.people
    named = [people[person] for person in everybody[:NAMED] if person in people]
    names = [_isolated(one.get_full_name()) for one in named]
    says = str(ABOUT[Kind(row.kind)].says) % {"who": _names(names, len(everybody))}
    return Line(row, says, named, len(everybody))


def _isolated(name: str) -> str:
    """Return a name that leaves the sentence around it in its order, on pages and in mails, whatever its script."""
    leftwards = any(unicodedata.bidirectional(character) in ("R", "AL") for character in name)
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" if leftwards else name


def _names(names: list[str], count: int) -> str:
    """Say who: one, two, or one and how many others."""
    if not names:
        return _("Somebody")
    if count == 1:
        return names[0]
    if count == 2 and len(names) == 2:
        return _("%(one)s and %(other)s") % {"one": names[0], "other": names[1]}
    others = count - 1
    text = ngettext("%(one)s and %(count)d other", "%(one)s and %(count)d others", others)
    return text % {"one": names[0], "count": others}
