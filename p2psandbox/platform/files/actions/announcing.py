"""What is judged of a file before its first byte: name, kind, size, and who sends it for what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid, TooLarge, Unsupported
from p2psandbox.platform.files.kinds import Kind, kind_of
from p2psandbox.platform.files.models import Purpose, StoredFile
from p2psandbox.platform.files.names import safe_name
from p2psandbox.platform.files.purposes import Rule, rule_of
from p2psandbox.platform.permissions import Actor, require

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that would be taken, as far as one can tell."""

    actor: Actor
    purpose: Purpose
    name: str
    content_type: str
    size: int
    kind: Kind

    def as_row(self, **values: Any) -> StoredFile:
        """Return the unsaved row for it."""
        assert self.actor.id is not None  # visitors may upload nothing
        return StoredFile(
            owner_id=self.actor.id,
            organization_id=self.actor.organization_id,
            purpose=self.purpose,
            name=self.name,
            declared_type=self.content_type,
            declared_size=self.size,
            **values,
        )


def announced(*, actor: Actor, purpose: str, name: str, content_type: str, size: int) -> Announced:
    """Return what is announced if it may come.

    Raises as :func:`permissions.require`; ``Invalid`` (name, purpose, size), ``Unsupported`` (415: extension and
    declared type, which must agree and be of a kind the purpose takes), ``TooLarge`` (413).
    """
    if purpose not in Purpose.values:
        raise Invalid({"purpose": _("Choose one of the list.")})
    rule = rule_of(purpose)
    require(actor, rule.permission)
    safe = safe_name(name)
    kind = _kind(safe, content_type, rule)
    if size < 1:
        raise Invalid({"size": _("Choose another file: this one is empty.")}, code="empty")
    most = rule.limits[kind.family]
    if size > most:
        raise TooLarge(_("Choose a smaller file: at most %(most)s.") % {"most": filesizeformat(most)})
    return Announced(actor, Purpose(purpose), safe, _plain(content_type), size, kind)


def checked_sha256(value: str) -> str:
    """Return a checksum in lower case, or an empty string; raises ``Invalid`` for anything else."""
    value = value.lower()
    if value and not _SHA256.fullmatch(value):
        raise Invalid({"sha256": _("This must be 64 hexadecimal digits.")})
    return value


def _plain(content_type: str) -> str:
    """Return a content type without parameters."""
    return content_type.partition(";")[0].strip().lower()[:100]


def _kind(name: str, content_type: str, rule: Rule) -> Kind:
    dot = name.rfind(".")
    kind = kind_of(name[dot:].lower()) if dot > 0 else None
    if kind is None or not rule.accepts(kind):
        raise Unsupported(_("Choose a file of these kinds: %(kinds)s.") % {"kinds": _listed(rule.kinds)})
    if not kind.agrees_with(_plain(content_type)):
        raise Unsupported(_("Save the file anew: its name and its kind do not belong together."), code="wrong_type")
    return kind


def _listed(kinds: Sequence[Kind]) -> str:
    return ", ".join(kind.extensions[0] for kind in kinds)
