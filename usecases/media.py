"""The media of one version of a story, as its revision holds them: pure values, no files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from p2psandbox.platform.textrules import FieldChecks, TextRule
from usecases.models import MediaKind

CAPTION = TextRule(max_length=300, multiline=True, meaningful=False)


@dataclass(frozen=True, slots=True)
class Medium:
    """One medium: the id of its row, that of its file, and what is said of it. ``cover``: chosen by somebody."""

    id: str
    file: str
    kind: str
    caption: str = ""
    cover: bool = False

    @property
    def may_be_cover(self) -> bool:
        return self.kind != MediaKind.DOCUMENT


def cover_of(media: Sequence[Medium]) -> Medium | None:
    """Return the medium that stands for the story: the one chosen, else the first that can be looked at."""
    able = [one for one in media if one.may_be_cover]
    return next((one for one in able if one.cover), able[0] if able else None)


def cover_file(media: Sequence[Medium]) -> UUID | None:
    """Return the file of the cover."""
    cover = cover_of(media)
    return UUID(cover.file) if cover else None


def arranged(checks: FieldChecks, base: tuple[Medium, ...], value: object) -> tuple[Medium, ...]:
    """Return ``base`` in the order of ``value``, a list of ``{id, caption?, cover?}``, with its captions and cover.

    What the list does not name stays, behind the others: removing is an act of its own, so that no list written
    before an upload can lose it.
    """
    if value is None:
        return base
    if not isinstance(value, (list, tuple)):
        checks.add("media", _("This must be a list."))
        return base
    known = {one.id: one for one in base}
    named: dict[str, Medium] = {}
    chosen: list[str] = []
    for number, entry in enumerate(value):
        medium = known.get(str(entry.get("id", ""))) if isinstance(entry, Mapping) else None
        if medium is None or medium.id in named:
            checks.add(f"media.{number}.id", _("Choose media of this story, each once."))
            continue
        assert isinstance(entry, Mapping)
        named[medium.id] = _said(checks, number, medium, entry)
        if named[medium.id].cover and entry.get("cover") is True:
            chosen.append(medium.id)
    if len(chosen) > 1:
        checks.add("media", _("Choose one cover."))
    new = (*named.values(), *(one for one in base if one.id not in named))
    return with_cover(new, chosen[0]) if chosen else new


def _said(checks: FieldChecks, number: int, medium: Medium, entry: Mapping[str, object]) -> Medium:
    """Return a medium with the caption and the cover an entry gives it."""
    caption, cover = medium.caption, medium.cover
    if "caption" in entry:
        caption = checks.text(f"media.{number}.caption", entry["caption"], CAPTION)
    if "cover" in entry:
        cover = entry["cover"] is True
        if cover and not medium.may_be_cover:
            checks.add(f"media.{number}.cover", _("Choose an image or a video as the cover."))
            cover = False
    return replace(medium, caption=caption, cover=cover)


def with_cover(media: Sequence[Medium], chosen: str) -> tuple[Medium, ...]:
    """Return the media with this one as the only cover."""
    return tuple(replace(one, cover=one.id == chosen) for one in media)


def moved(media: Sequence[Medium], chosen: str, position: int) -> tuple[Medium, ...]:
    """Return the media with this one at ``position`` (from 0, cut to what there is)."""
    rest = [one for one in media if one.id != chosen]
    at = max(0, min(position, len(rest)))
    return (*rest[:at], *(one for one in media if one.id == chosen), *rest[at:])
