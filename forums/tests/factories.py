"""Topics and posts for tests, made by the product's own actions."""

from __future__ import annotations

from typing import Any

import factory

from accounts.models import User
from forums.actions import posts, topics
from forums.models import Category, Post, Topic


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
