"""What attackers write comes out harmless, through form and JSON, on the page and in the answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from forums.imports.threads import RefusedThread, understand
from forums.models import Post
from forums.tests.factories import CategoryFactory, ask
from p2psandbox.platform.tests.test_richtext import ATTACKS, harm_in


def bodies(page: str) -> list[str]:
    """Return what stands in the posts of a topic's page, up to each one's buttons."""
    return re.findall(r'<div class="prose post__text" dir="auto">(.*?)</div>\s*<div class="post__bar', page, re.DOTALL)


def test_attacks_as_replies_are_refused_or_harmless(as_: Any, client: Client, ada: User, lina: User) -> None:
    topic = ask(ada)
    api = as_(lina)
    client.force_login(lina)

    for attack in ATTACKS:
        made = api.post(f"/api/v1/forums/topics/{topic.pk}/posts", {"body": attack})
        typed = {"body": attack, "body_format": "html"}
        sent = client.post(f"/forums/topics/{topic.pk}/reply/", typed)
        assert made.status_code in (201, 400), attack
        assert sent.status_code == (302 if made.status_code == 201 else 400), attack
        if made.status_code == 201:
            assert harm_in(made.data["body"]) == [], attack

    last = Post.objects.filter(topic=topic).count() // 20 + 1
    for number in range(1, last + 1):
        page = client.get(f"{topic.get_absolute_url()}?page={number}")
        found = bodies(page.content.decode())
        assert found
        assert [harm for body in found for harm in harm_in(body)] == []


@pytest.mark.parametrize(
    "attack", ["<script>alert(1)</script> here", '"><img src=x onerror=alert(1)>', "{{ 7*7 }} {% x %}"]
)
def test_attacks_in_titles_tags_and_search_are_shown_as_text(client: Client, ada: User, attack: str) -> None:
    shelf = CategoryFactory()
    client.force_login(ada)
    form = {"category": shelf.pk, "title": f"Title {attack}", "body": "Some words", "tags": attack[:40], "key": "k"}

    topic = client.post("/forums/topics/new/", form, follow=True)
    listed = client.get("/forums/", {"search": attack, "tag": attack[:40]})
    refused = client.post("/forums/topics/new/", {**form, "body": "", "key": "k2"})

    for response in (topic, listed, client.get("/forums/"), refused):
        page = response.content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in page.partition("<h1")[2].partition("</h1>")[0]


@pytest.mark.parametrize("field", ["body_html", "body_markdown"])
def test_attacks_in_imported_threads_are_refused_or_harmless(field: str) -> None:
    taken = 0
    for attack in ATTACKS:
        posts = [{"author": "Somebody", field: f"It trips.\n\n{attack}"}]
        try:
            thread = understand({"title": "Why does it trip?", "posts": posts})
        except RefusedThread:
            continue
        taken += 1
        assert [harm for one in thread.posts for harm in harm_in(one.text.html)] == [], attack
    assert taken > len(ATTACKS) / 2
