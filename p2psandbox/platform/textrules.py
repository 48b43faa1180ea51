"""What counts as text worth storing, in any script: the one place that refuses junk.

Every text a person enters passes through :class:`FieldChecks` in an action. Text is normalised (NFC, no
surrounding space, ``\\n`` line ends) and refused with a sentence that says what to do when it holds control
or bidirectional-override characters, or consists only of symbols, of one link, or of one repeated letter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid, Message

#: Embeddings, overrides and isolates make text read differently from what is stored (CVE-2021-42574).
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NOT_IN_NAMES = re.compile(r"https?:|www\.|[<>@/\\]|\.\w{2,}/", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextRule:
    """Limits of one field, in characters after normalising. ``multiline`` allows line breaks and tabs.

    ``meaningful`` demands real words: off for names of places, part numbers and the like.
    """

    max_length: int
    min_length: int = 0
    multiline: bool = False
    meaningful: bool = True


TITLE = TextRule(max_length=200, min_length=8)
NAME = TextRule(max_length=100, min_length=1, meaningful=False)
ORGANIZATION_NAME = TextRule(max_length=120, min_length=2)
LINE = TextRule(max_length=200, meaningful=False)
SUMMARY = TextRule(max_length=500, min_length=10, multiline=True)
NOTE = TextRule(max_length=2000, min_length=2, multiline=True)


def normalise(value: str) -> str:
    """Return ``value`` in NFC with ``\\n`` line ends and without surrounding space."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _is_control(char: str, *, multiline: bool) -> bool:
    if multiline and char in "\n\t":
        return False
    return unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co") or char in "\u2028\u2029\ufeff\ufffe\uffff"


def problem(value: str, rule: TextRule) -> str | None:
    """Return what is wrong with a normalised text, as a sentence that says what to do, or ``None``."""
    if any(_is_control(char, multiline=rule.multiline) for char in value):
        return _("Remove the invisible control characters or line breaks; retype the text if you pasted it.")
    if _BIDI.search(value):
        return _("Remove the hidden characters that change the direction of the text.")
    if len(value) > rule.max_length:
        return _("Shorten this to %(limit)d characters; it has %(length)d.") % {
            "limit": rule.max_length,
            "length": len(value),
        }
    if not value:
        return _("Fill this in.") if rule.min_length else None
    if len(value) < rule.min_length:
        return _("Write at least %(limit)d characters.") % {"limit": rule.min_length}
    return junk(value) if rule.meaningful else None


def junk(value: str) -> str | None:
    """Return why a text says nothing (symbols only, a link only, one repeated letter), or ``None``.

    A letter or digit of any script counts as content; a text of four or more characters needs two different.
    """
    if not any(unicodedata.category(char)[0] in "LN" for char in value):
        return _("Use words: symbols alone say nothing.")
    without_links = _LINK.sub("", value)
    if not any(unicodedata.category(char)[0] in "LN" for char in without_links):
        return _("Say in words what the link is about.")
    content = [char.casefold() for char in without_links if unicodedata.category(char)[0] in "LN"]
    if len(content) >= 4 and len(set(content)) == 1:
        return _("Use words: one repeated letter says nothing.")
    return None


class FieldChecks:
    """Collects what is wrong, field by field, so that a person hears all of it at once."""

    def __init__(self) -> None:
        self.problems: dict[str, list[Message]] = {}

    def add(self, field: str, message: Message) -> None:
        """Note one problem of one field."""
        self.problems.setdefault(field, []).append(message)

    def text(self, field: str, value: object, rule: TextRule) -> str:
        """Return the normalised text; note a problem when it breaks the rule or is no text at all."""
        if not isinstance(value, str):
            if value is None and not rule.min_length:
                return ""
            self.add(field, _("Fill this in.") if value is None else _("This must be text."))
            return ""
        text = normalise(value)
        if (found := problem(text, rule)) is not None:
            self.add(field, found)
        return text

    def name(self, field: str, value: object, rule: TextRule) -> str:
        """Return a name on one line. Names stand in mail to strangers, so a link in one would be advertising."""
        text = " ".join(self.text(field, value, rule).split())
        if field not in self.problems and _NOT_IN_NAMES.search(text):
            self.add(field, _("Write only the name, without links or addresses."))
        return text

    def items(self, field: str, values: object, rule: TextRule, *, most: int) -> list[str]:
        """Return a list of distinct normalised texts, at most ``most`` of them, in the order given."""
        if values is None:
            return []
        if not isinstance(values, (list, tuple)):
            self.add(field, _("This must be a list."))
            return []
        cleaned = [self.text(field, value, rule) for value in values]
        distinct: list[str] = []
        known: set[str] = set()
        for text in cleaned:
            if text and text.casefold() not in known:
                known.add(text.casefold())
                distinct.append(text)
        if len(distinct) > most:
            self.add(field, _("Keep at most %(most)d entries.") % {"most": most})
        return distinct

    def choice(self, field: str, value: object, choices: object, *, required: bool = False) -> str:
        """Return ``value`` if it is one of ``choices`` (or empty and not required), else note a problem."""
        if not value and not required:
            return ""
        if not isinstance(value, str) or value not in choices:  # type: ignore[operator]
            self.add(field, _("Choose one of the list."))
            return ""
        return value

    def done(self) -> None:
        """Raise :class:`Invalid` with everything noted so far, if anything was."""
        if self.problems:
            raise Invalid(self.problems)
