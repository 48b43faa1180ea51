"""Two languages as equals: whatever the product says, it says in Arabic, too."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import templatize

from p2psandbox.platform.environment import ROOT

APPS = ("p2psandbox", "organizations", "accounts", "messaging", "usecases", "forums", "dashboard")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
FOLDER = ROOT / "locale" / "ar" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>")
INDENT = re.compile(r"^\s+", re.MULTILINE)
#: Forms that name their number in words: none, one, two.
IN_WORDS = 3


@cache
def catalogue() -> Catalog:
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="ar")


def sources() -> Iterator[tuple[Path, io.BytesIO]]:
    """Yield what holds strings for people, templates turned into Python as Django's own tools do."""
    for folder in (*(ROOT / app for app in APPS), ROOT / "templates"):
        for path in folder.rglob("*.py"):
            if not {"tests", "migrations"} & set(path.parts):
                yield path, io.BytesIO(path.read_bytes())
        for path in (*folder.rglob("*.html"), *folder.rglob("*.txt")):
            if "templates" in path.parts:
                yield path, io.BytesIO(INDENT.sub("", templatize(path.read_text())).encode())


def said() -> Iterator[tuple[str, str | None]]:
    """Yield each string of the product with its context."""
    for _path, source in sources():
        for _line, found, _comments, context in extract("python", source, keywords=KEYWORDS):
            found = found[0] if isinstance(found, tuple) else found
            if found:
                yield found, context


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def text(context: str | bytes | None) -> str | None:
    """Compiled catalogues keep a context as bytes."""
    return context.decode() if isinstance(context, bytes) else context


def told_by(catalog: Catalog) -> dict[tuple[str, str | None], list[str]]:
    """Return each string, in the singular where it has two, with what it is in Arabic."""
    return {
        (message.id if isinstance(message.id, str) else message.id[0], text(message.context)): forms(message)
        for message in catalog
        if message.id
    }


def test_everything_the_product_says_it_says_in_arabic() -> None:
    missing = {text for text, context in said() if catalogue().get(text, context) is None}
    assert missing == set(), "make messages, then translate what is new in locale/ar/LC_MESSAGES/django.po"


def test_nothing_is_left_untranslated_or_guessed() -> None:
    left = [message.id for message in catalogue() if message.id and (message.fuzzy or not all(forms(message)))]
    assert left == []


def test_translations_keep_every_placeholder() -> None:
    lost = []
    for message in catalogue():
        if not message.id:
            continue
        origin = message.id[-1] if isinstance(message.id, tuple) else message.id
        wanted = sorted(PLACEHOLDER.findall(origin))
        of_number = forms(message)[IN_WORDS:] if isinstance(message.id, tuple) else forms(message)
        lost += [(origin, form) for form in of_number if sorted(PLACEHOLDER.findall(form)) != wanted]
    assert lost == []


def test_what_is_compiled_is_what_was_translated() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = read_mo(file)
    assert told_by(compiled) == told_by(catalogue())


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE])
def test_every_language_has_a_catalogue(language: str) -> None:
    assert (ROOT / "locale" / language / "LC_MESSAGES" / "django.mo").exists()
