"""Topics and posts for tests, made by the product's own actions."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import factory

from accounts.models import User
from forums.actions import moderation, posts, reports, topics
from forums.models import Category, Decision, Post, Report, Topic
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.tests.factories import pdf


class CategoryFactory(factory.django.DjangoModelFactory[Category]):
    class Meta:
        model = Category
        django_get_or_create = ("slug",)

    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())
    slug = "machines"


def ask(author: User, title: str = "Why does the compressor trip?", **given: Any) -> Topic:
    """Return a new question by this person."""
    given.setdefault("body", "<p>It trips every morning after the first start.</p>")
    category = given.pop("category", None) or CategoryFactory()
    return topics.create_topic(actor=author.actor, category_id=category.pk, title=title, **given)


def answer(author: User, topic: Topic, body: str = "<p>Check the thermal relay first.</p>", **given: Any) -> Post:
    """Return a new reply by this person."""
    return posts.reply(actor=author.actor, topic_id=topic.pk, body=body, **given)


def reported(by: User, post: Post, reason: str = "spam", **given: Any) -> Report:
    """Return this person's report of a post."""
    return reports.report_post(actor=by.actor, post_id=post.pk, reason=reason, **given)


def hidden(by: User, post: Post, reason: str = "Advertising in every line.") -> Decision:
    """Return a moderator's decision to hide a post."""
    return moderation.hide_post(actor=by.actor, post_id=post.pk, reason=reason)


def uploaded(person: User, name: str = "manual.pdf", data: bytes = b"") -> StoredFile:
    """Return a file of this person's that is attached to nothing yet."""
    return files.store(actor=person.actor, purpose="attachment", name=name, stream=BytesIO(data or pdf()))


def in_text(file: StoredFile, alt: str = "the relay") -> str:
    """Return a picture in a text, as the editor writes it."""
    return f'<p><img src="/files/{file.pk}/large/" alt="{alt}"></p>'
