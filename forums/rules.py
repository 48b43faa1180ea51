"""Limits of what is written in the forums, and how its text is made ready to store."""

from __future__ import annotations

from django.utils.text import slugify

from p2psandbox.platform import richtext
from p2psandbox.platform.textrules import FieldChecks, TextRule

TAG = TextRule(max_length=40, meaningful=False)
CATEGORY_NAME = TextRule(max_length=80, min_length=2)
CATEGORY_DESCRIPTION = TextRule(max_length=300, meaningful=False)
MOST_TAGS = 6
#: Most files under one post, most pictures in its text, and what all of them together may take.
MOST_ATTACHMENTS = 10
MOST_PICTURES = 20
MOST_ATTACHED_BYTES = 200 * 1024 * 1024
EXCERPT_LENGTH = 240
SLUG_LENGTH = 80
#: Words that stand for something else in an address: see ``forums.urls``.
_TAKEN = frozenset(
    {"edit", "delete", "deleted", "restore", "reply", "moderate", "best-answer", "unread", "bookmark", "watch"}
)
#: Addresses no category can have.
TAKEN_BY_PAGES = frozenset({"topics", "posts", "search", "feeds", "new", "preview"})


def tags(checks: FieldChecks, values: object) -> list[str]:
    """Return tags in one spelling: lower case, words joined by hyphens, each once, at most six."""
    found = checks.items("tags", values, TAG, most=MOST_TAGS)
    spelled = ("-".join(tag.lower().strip("#").replace(",", " ").split()) for tag in found)
    return list(dict.fromkeys(tag for tag in spelled if tag))


def slug_of(title: str) -> str:
    """Return a title as it stands in an address, in its own script; ``topic`` when nothing is left."""
    slug = slugify(title, allow_unicode=True)[:SLUG_LENGTH].strip("-_") or "topic"
    return f"{slug}-topic" if slug in _TAKEN else slug


def excerpt_of(text: str) -> str:
    """Return one line of a post for lists and summaries."""
    return richtext.excerpt(text, EXCERPT_LENGTH)
