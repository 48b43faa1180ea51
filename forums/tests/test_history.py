"""What a post said before: for its author and moderators, edit by edit."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from forums.actions.posts import edit_post
from forums.models import Post
from forums.tests.factories import answer, ask


@pytest.fixture
def reply(ada: User, lina: User) -> Post:
    """A reply that was edited twice."""
    made = answer(lina, ask(ada), "<p>Set the pressure to 6 bar and wait.</p>")
    for text in ("Set the pressure to 8 bar and wait.", "Set the pressure to 8 bar, then wait <script>."):
        edit_post(actor=lina.actor, post_id=made.pk, body=f"<p>{text.replace('<', '&lt;')}</p>")
    return made


def test_the_author_reads_what_each_edit_changed(client: Client, reply: Post, lina: User) -> None:
    client.force_login(lina)
    page = client.get(f"/forums/posts/{reply.pk}/history/").content.decode()
    assert "<del>6</del><ins>8</ins>" in page
    assert "&lt;script&gt;" in page
    assert page.index("then") < page.index("<del>6</del>"), "the latest first"
    assert f'href="/forums/posts/{reply.pk}/history/"' in client.get(reply.topic.get_absolute_url()).content.decode()


def test_others_read_that_it_was_edited_and_no_more(client: Client, reply: Post, kamal: User, mona: User) -> None:
    for person, status in ((kamal, 403), (mona, 200)):
        client.force_login(person)
        assert client.get(f"/forums/posts/{reply.pk}/history/").status_code == status
    client.force_login(kamal)
    page = client.get(reply.topic.get_absolute_url()).content.decode()
    assert "edited" in page
    assert f"/forums/posts/{reply.pk}/history/" not in page


def test_the_json_says_the_same(as_: Any, reply: Post, lina: User, kamal: User) -> None:
    address = f"/api/v1/forums/posts/{reply.pk}/revisions"
    found = as_(lina).get(address).json()
    assert found["count"] == 2
    first = found["results"][1]
    assert first["author_name"] == lina.get_full_name()
    assert {"kind": "removed", "text": "6"} in first["changes"]
    assert as_(lina).get(address, {"page": 2, "page_size": 1}).json()["results"] == [first]
    assert as_(kamal).get(address).status_code == 403


def test_what_was_never_edited_says_so(client: Client, ada: User, lina: User) -> None:
    reply = answer(lina, ask(ada))
    client.force_login(lina)
    assert "Never edited" in client.get(f"/forums/posts/{reply.pk}/history/").content.decode()
    assert client.get(f"/forums/posts/{reply.pk}/history/?page=2").status_code == 404
