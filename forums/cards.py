"""Links to our own topics and stories that stand alone in a paragraph, shown as small cards.

A post's piece of a page is kept for all members and for hours, a topic's title and state are not: so the piece only
marks where a card goes, and cards are filled in for a minute at a time. They show what every member may see; whatever
else is linked, and whatever is gone meanwhile, stays a plain link. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language

from forums.models import Topic
from p2psandbox.platform.pages.pattern import squeezed
from usecases.models import Status, UseCase

#: Most cards on one page; further links stay links.
MOST = 20
_SECONDS = 60
_ALONE = re.compile(r'<p><a href="([^"]+)"[^>]*>([^<]+)</a></p>')
_OWN = re.compile(r"/(forums/topics|use-cases)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[^/?#]*/?(?:[?#]\S*)?")
#: Sanitised HTML holds no comments, so nobody else writes these.
_PLACE = re.compile(r"<!--card:(topic|story):([0-9a-f-]{36})-->(.*?)<!--/card-->", re.DOTALL)
_Key = tuple[str, str]


def marked(html: str) -> str:
    """Return sanitised HTML with the places of cards marked around the links they stand for."""
    return _ALONE.sub(_mark, html)


def _mark(found: re.Match[str]) -> str:
    address, words = unescape(found[1]), unescape(found[2]).strip()
    own = _OWN.fullmatch(address.removeprefix(settings.SITE_URL.rstrip("/")))
    if own is None or words not in (address, settings.SITE_URL.rstrip("/") + address):
        return found[0]
    kind = "topic" if own[1] == "forums/topics" else "story"
    return f"<!--card:{kind}:{own[2]}-->{found[0]}<!--/card-->"


def filled(html: str) -> str:
    """Return marked HTML with its cards; costs nothing where there are none, else one look into the cache."""
    if "<!--card:" not in html:
        return html
    wanted = list(dict.fromkeys((found[1], found[2]) for found in _PLACE.finditer(html)))[:MOST]
    cards = _cards(wanted)
    return _PLACE.sub(lambda found: cards.get((found[1], found[2])) or found[3], html)


def _cards(wanted: list[_Key]) -> dict[_Key, str]:
    names = {f"forums:card:{get_language()}:{kind}:{key}": (kind, key) for kind, key in wanted}
    kept = cache.get_many(names)
    missing = {name: about for name, about in names.items() if name not in kept}
    if missing:
        found = _topics({UUID(key) for kind, key in missing.values() if kind == "topic"})
        found |= _stories({UUID(key) for kind, key in missing.values() if kind == "story"})
        fresh = {name: found.get(about, "") for name, about in missing.items()}
        cache.set_many(fresh, timeout=_SECONDS)
        kept |= fresh
    return {about: kept[name] for name, about in names.items()}


def _topics(ids: Collection[UUID]) -> dict[_Key, str]:
    if not ids:
        return {}
    rows = Topic.objects.alive().filter(pk__in=ids).select_related("organization", "author")
    return {("topic", str(row.pk)): _card(topic=row) for row in rows}


def _stories(ids: Collection[UUID]) -> dict[_Key, str]:
    if not ids:
        return {}
    rows = UseCase.objects.alive().filter(pk__in=ids, status=Status.PUBLISHED).select_related("organization")
    return {("story", str(row.pk)): _card(story=row) for row in rows}


def _card(**about: object) -> str:
    return squeezed(render_to_string("forums/parts/link_card.html", about))
