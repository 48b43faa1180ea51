"""Topics as the design system shows them; other apps' pages list topics through this too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from forums.models import Topic


def topic_rows(topics: Iterable[Topic], *, with_category: bool = True) -> list[dict[str, Any]]:
    """Return the rows of ``components/topic_row.html`` for topics that came from :mod:`forums.queries`."""
    everything = reverse("forums:topic_list")
    return [_row(topic, everything, with_category=with_category) for topic in topics]


def _row(topic: Topic, everything: str, *, with_category: bool) -> dict[str, Any]:
    company = topic.organization
    return {
        "url": topic.get_absolute_url(),
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
