"""What each purpose accepts, who may upload for it, and which pictures are made: all in one readable place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from p2psandbox.platform.files.kinds import KINDS, Family, Kind
from p2psandbox.platform.files.models import Purpose
from p2psandbox.platform.permissions import Permission

MIB = 1024 * 1024
Box = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendition: at most ``box`` large (``inside``), or exactly cut to its shape (``cover``); never enlarged."""

    name: str
    box: Box
    formats: tuple[str, ...] = ("webp",)
    fit: Literal["inside", "cover"] = "inside"
    quality: int = 82


@dataclass(frozen=True, slots=True)
class Rule:
    """One purpose. ``limits`` holds the most bytes per family of kinds; what is not in it is not accepted.

    ``public``: everybody may see it, under an address that does not expire; its pictures are made at once.
    ``largest`` bounds the picture that is kept, ``animated`` says whether it may move.
    """

    limits: Mapping[Family, int]
    permission: Permission
    pictures: tuple[Picture, ...] = ()
    public: bool = False
    largest: Box | None = None
    animated: bool = True
    only: tuple[str, ...] = ()

    def accepts(self, kind: Kind) -> bool:
        return kind.family in self.limits and (not self.only or kind.name in self.only)

    @property
    def kinds(self) -> list[Kind]:
        """All kinds accepted."""
        return [kind for kind in KINDS.values() if self.accepts(kind)]

    @property
    def extensions(self) -> str:
        """What a file input's ``accept`` says."""
        return ",".join(extension for kind in self.kinds for extension in kind.extensions)


_SQUARES = (Picture("small", (96, 96), fit="cover"), Picture("large", (384, 384), fit="cover"))
_LOGOS = (Picture("small", (160, 160), quality=88), Picture("large", (640, 640), quality=88))
_SHOWN = (Picture("small", (480, 480)), Picture("large", (1600, 1600)))
_GALLERY = tuple(
    Picture(name, (width, width), formats=("webp", "jpeg"))
    for name, width in (("small", 480), ("medium", 960), ("large", 1920))
)

RULES: dict[Purpose, Rule] = {
    Purpose.AVATAR: Rule(
        {Family.IMAGE: 25 * MIB}, Permission.EDIT_OWN_ACCOUNT,
        pictures=_SQUARES, public=True, largest=(1024, 1024), animated=False,
    ),
    Purpose.LOGO: Rule(
        {Family.IMAGE: 25 * MIB}, Permission.EDIT_ORGANIZATION,
        pictures=_LOGOS, public=True, largest=(1280, 1280), animated=False,
    ),
    Purpose.ATTACHMENT: Rule(
        {Family.IMAGE: 50 * MIB, Family.PDF: 50 * MIB, Family.OFFICE: 50 * MIB, Family.TEXT: 20 * MIB},
        Permission.WRITE_POSTS, pictures=_SHOWN,
    ),
    Purpose.MEDIA: Rule(
        {Family.IMAGE: 50 * MIB, Family.VIDEO: 2048 * MIB, Family.PDF: 50 * MIB, Family.OFFICE: 50 * MIB},
        Permission.WRITE_USE_CASE, pictures=_GALLERY,
    ),
    Purpose.EVIDENCE: Rule(
        {Family.IMAGE: 25 * MIB, Family.PDF: 25 * MIB}, Permission.EDIT_ORGANIZATION, only=("jpeg", "png", "pdf"),
    ),
}  # fmt: skip


def rule_of(purpose: str) -> Rule:
    """Return the rule of a purpose; raises ``ValueError`` for an unknown one."""
    return RULES[Purpose(purpose)]
