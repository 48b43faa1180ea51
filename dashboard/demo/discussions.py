"""The demo topics, written by the actions people use, then moved back in time.

Actions write "now", as they must. A forum in which everything was said in one second looks dead, so the times
of what was just written are set afterwards, in the order the actions gave the numbers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dashboard.demo import content
from dashboard.demo.people import Cast
from forums.actions import answers, categories, likes, posts, topics
from forums.documents import PostRevision
from forums.models import Category, Post, Topic
from p2psandbox.platform.databases import LIBRARY


def make_categories(cast: Cast) -> dict[str, UUID]:
    """Return the shelves by key, made by the moderator unless there is one of that name already."""
    found = {}
    for position, entry in enumerate(content.read("categories")["categories"], start=1):
        category = Category.objects.filter(name=entry["name"]).first() or categories.create_category(
            actor=cast.actor("mona"),
            name=entry["name"],
            description=entry["description"],
            position=position,
            colour=entry["colour"],
        )
        found[entry["key"]] = category.pk
    return found


def make_topics(cast: Cast, now: datetime) -> dict[UUID, datetime]:
    """Write every topic with its replies, likes and best answer; return when each revision was written."""
    shelves = make_categories(cast)
    times: dict[UUID, datetime] = {}
    for entry in content.topics():
        times |= _make_topic(entry, cast, shelves[entry["category"]], now)
    return times


def _make_topic(entry: dict[str, Any], cast: Cast, category_id: UUID, now: datetime) -> dict[UUID, datetime]:
    topic = topics.create_topic(
        actor=cast.actor(entry["author"]),
        category_id=category_id,
        title=entry["title"],
        body=entry["body"],
        tags=entry["tags"],
    )
    asked = now - timedelta(days=entry["days_ago"])
    said = [(Post.objects.get(topic=topic, number=1), asked, entry)]
    for reply in entry.get("replies", ()):
        parent = said[reply["answers"]][0].pk if "answers" in reply else None
        post = posts.reply(actor=cast.actor(reply["author"]), topic_id=topic.pk, body=reply["body"], parent_id=parent)
        said.append((post, asked + timedelta(hours=reply["after_hours"]), reply))
    for post, _time, words in said:
        for name in words.get("liked_by", ()):
            likes.like(actor=cast.actor(name), post_id=post.pk)
        if words.get("best"):
            answers.mark_best_answer(actor=cast.actor(entry["author"]), topic_id=topic.pk, post_id=post.pk)
    if entry.get("pinned"):
        topics.set_pinned(actor=cast.actor("mona"), topic_id=topic.pk, pinned=True)
    _move_back(topic, entry, [(post, time) for post, time, _words in said])
    return {post.revision_id: time for post, time, _words in said}


def _move_back(topic: Topic, entry: dict[str, Any], said: list[tuple[Post, datetime]]) -> None:
    for post, time in said:
        Post.objects.filter(pk=post.pk).update(created_at=time, updated_at=time)
        post.likes.update(created_at=time + timedelta(hours=3))
    asked, last = said[0][1], max(time for _post, time in said)
    rows = Topic.objects.filter(pk=topic.pk)
    rows.update(created_at=asked, updated_at=last, last_post_at=last, view_count=entry["views"])
    rows.filter(best_answer__isnull=False).update(best_answer_at=last)
    rows.filter(pinned_at__isnull=False).update(pinned_at=asked)


def move_revisions_back(times: dict[UUID, datetime]) -> None:
    """Give revisions the time of what they say; after the commit, or the sweep would take them for orphans."""
    for revision_id, time in times.items():
        PostRevision._base_manager.using(LIBRARY).filter(id=revision_id).update(created_at=time)
