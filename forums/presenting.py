"""Topics as the design system shows them; other apps' pages list topics through this too."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from forums.models import Topic, topic_url
from forums.queries.search import Found, Hit


def topic_rows(
    topics: Iterable[Topic], *, with_category: bool = True, unread: Collection[UUID] = ()
) -> list[dict[str, Any]]:
    """Return the rows of ``components/topic_row.html`` for topics that came from :mod:`forums.queries`.

    ``unread`` are the topics in which the reader has not read everything since they opened them; their rows lead
    to where reading stopped.
    """
    everything = reverse("forums:topic_list")
    return [_row(topic, everything, with_category=with_category, unread=topic.pk in unread) for topic in topics]


def _row(topic: Topic, everything: str, *, with_category: bool, unread: bool) -> dict[str, Any]:
    company = topic.organization
    return {
        "url": reverse("forums:topic_unread", args=[topic.pk]) if unread else topic.get_absolute_url(),
        "unread": unread,
        "title": topic.title,
        "line": topic.excerpt,
        "answered": topic.best_answer_id is not None,
        "locked": topic.is_locked,
        "pinned": topic.pinned_at is not None,
        "tags": [(tag, f"{everything}?{urlencode({'tag': tag})}") for tag in topic.tags],
        "organization": company.name if company else topic.author_label,
        "verified": bool(company and company.is_verified),
        "replies": topic.reply_count,
        "last_activity": topic.last_post_at,
        "category": topic.category.name if with_category else "",
    }


def hit_rows(found: Found) -> list[dict[str, Any]]:
    """Return the rows of ``forums/parts/hit.html`` for what a search found."""
    return [_hit_row(hit) for hit in found.hits]


def _hit_row(hit: Hit) -> dict[str, Any]:
    post, topic, company = hit.post, hit.post.topic, hit.post.organization
    return {
        "url": topic_url(topic.pk, topic.slug, post.number, post.branch, post.branch_place),
        "title": hit.title,
        "snippet": hit.snippet,
        "is_reply": post.number > 1,
        "is_best": post.pk == topic.best_answer_id,
        "answered": topic.best_answer_id is not None,
        "gone": "deleted" if post.is_deleted or topic.is_deleted else "hidden" if post.hidden_at else "",
        "author": post.author_label,
        "organization": company.name if company else "",
        "verified": bool(company and company.is_verified),
        "category": topic.category.name,
        "likes": post.like_count,
        "when": post.created_at,
    }
