"""What a search field offers while somebody types: topics by title, tags, categories."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Func, TextField
from django.urls import reverse

from forums.models import Category, SearchEntry, Topic, topic_url
from p2psandbox.platform import search
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.search.words import words_of

#: Characters from which on something is offered, and how much of each kind.
SHORTEST = 2
TOPICS, TAGS, CATEGORIES = 5, 3, 2
#: Newest topics among which the most read ones are chosen.
_LOOKED_AT = 100
#: Tags are counted anew after so many seconds; the commonest are known.
_TAGS_FOR, _MOST_TAGS = 600, 2_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that begins as was typed. ``kind`` is ``topic``, ``tag`` or ``category``."""

    kind: str
    label: str
    url: str


def suggestions(actor: Actor, text: str) -> list[Suggestion]:
    """Return what goes on as ``text`` does, at most ten. Raises ``NotSignedIn``, ``NotVerified``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    text = text[: search.MAX_QUERY].strip()
    if len(text) < SHORTEST:
        return []
    beginning = "".join(word.form for word in words_of(text))
    return [*_categories(beginning), *_tags(beginning), *_topics(actor, text)]


def _topics(actor: Actor, text: str) -> list[Suggestion]:
    query = search.understand(text)
    tsquery = query.unfinished or query.tsquery
    if not query or not tsquery:
        return []
    heads = SearchEntry.objects.questions().filter(head=search.RawQuery(tsquery))
    newest = SearchEntry.objects.filter(pk__in=heads.order_by("-created_at").values("pk")[:_LOOKED_AT])
    found = (
        Topic.objects.filter(pk__in=newest.visible_to(actor).values("topic"))
        .order_by("-view_count", "-pk")
        .values_list("pk", "slug", "title")
    )
    # Those found by their tags alone would puzzle whoever reads their titles.
    named = [row for row in found[: 10 * TOPICS] if search.mentions(row[2], search.Wanted(query.lexemes, query.last))]
    return [Suggestion("topic", title, topic_url(pk, slug)) for pk, slug, title in named[:TOPICS]]


def _tags(beginning: str) -> list[Suggestion]:
    if not beginning:
        return []
    chosen = [tag for tag, folded in tags_in_use() if folded.startswith(beginning)]
    address = reverse("forums:topic_list")
    return [Suggestion("tag", tag, f"{address}?{urlencode({'tag': tag})}") for tag in chosen[:TAGS]]


def tags_in_use() -> list[tuple[str, str]]:
    """Return the tags of topics that stand, commonest first, each with its folded form. A few minutes old."""
    return cache.get_or_set("forums:tags", _count_tags, _TAGS_FOR) or []


def _count_tags() -> list[tuple[str, str]]:
    each = Topic.objects.alive().annotate(tag=Func("tags", function="unnest", output_field=TextField()))
    commonest = each.values_list("tag").annotate(topics=Count("pk")).order_by("-topics", "tag")[:_MOST_TAGS]
    return [(tag, "".join(word.form for word in words_of(tag))) for tag, _topics in commonest]


def _categories(beginning: str) -> list[Suggestion]:
    if not beginning:
        return []
    named = [
        category
        for category in Category.objects.all()
        if any(word.form.startswith(beginning) for word in words_of(category.name))
    ]
    return [Suggestion("category", one.name, one.get_absolute_url()) for one in named[:CATEGORIES]]
