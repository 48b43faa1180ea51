"""What new accounts may not do yet, who is exempt, and that nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import UserFactory
from forums.actions import newcomers, posts
from forums.models import Post, Topic
from forums.tests.factories import answer, ask, hidden
from p2psandbox.platform.errors import Invalid, TooMany

LINKS = "<p>See <a href='https://a.example/x'>this</a>, www.b.example and https://c.example/?p=1.</p>"
PICTURES = "<p>Look:</p>" + "".join(f"<img src='/files/{UUID(int=number)}/' alt='A pump'>" for number in range(4))


@pytest.fixture(autouse=True)
def _limited(settings: Any) -> None:
    settings.LIMIT_NEWCOMERS = True


@pytest.fixture
def topic(mona: User) -> Topic:
    return ask(mona)


def joined(person: User, *, days: float) -> User:
    User.objects.filter(pk=person.pk).update(created_at=timezone.now() - timedelta(days=days))
    return person


def test_new_is_who_joined_lately_or_has_hardly_written(ben: User, topic: Topic, mona: User) -> None:
    joined(ben, days=30)
    written = []
    for _post in range(newcomers.STANDING_POSTS):
        assert newcomers.is_new(ben.actor)
        written.append(answer(ben, topic))
    assert not newcomers.is_new(ben.actor)

    hidden(mona, written[0])
    assert newcomers.is_new(ben.actor)
    answer(ben, topic)
    assert not newcomers.is_new(ben.actor)
    joined(ben, days=1)
    assert newcomers.is_new(ben.actor)


def test_moderators_and_admins_of_verified_organizations_are_exempt(ada: User, ben: User, mona: User) -> None:
    assert newcomers.is_new(ada.actor)
    assert not newcomers.is_new(mona.actor)
    bolt = ada.organization
    assert bolt is not None
    bolt.verified_at = timezone.now()
    bolt.save()
    assert not newcomers.is_new(ada.actor)
    assert newcomers.is_new(ben.actor)


def test_an_operator_can_switch_it_off(ben: User, settings: Any) -> None:
    settings.LIMIT_NEWCOMERS = False
    assert not newcomers.is_new(ben.actor)


@pytest.mark.parametrize(
    "body", [LINKS, PICTURES, "<p>http://a.example http://b.example http://c.example all here</p>"]
)
def test_too_many_links_or_pictures_are_refused_wherever_one_writes(ben: User, topic: Topic, body: str) -> None:
    reply = answer(ben, topic)
    own = ask(ben)
    for write in (
        lambda: answer(ben, topic, body),
        lambda: ask(ben, body=body),
        lambda: posts.edit_post(actor=ben.actor, post_id=reply.pk, body=body),
        lambda: posts.edit_post(actor=ben.actor, post_id=Post.objects.get(topic=own).pk, body=body),
    ):
        with pytest.raises(Invalid) as refused:
            write()
        assert "New accounts can post" in str(refused.value.fields["body"])


def test_who_is_known_posts_as_many_as_they_like(topic: Topic, mona: User) -> None:
    assert answer(mona, topic, LINKS)
    with pytest.raises(Invalid) as refused:
        answer(mona, topic, PICTURES)
    assert "New accounts" not in str(refused.value.fields), "they are only not hers"


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("<p>Nothing here.</p>", 0),
        ("<a href='https://a.example/'>https://a.example</a>", 1),
        ("<a href='https://a.example/x'>one</a> <a href='http://A.example/x'>two</a>", 1),
        ("<a href='/forums/posts/1/'>ours</a> http://localhost:8000/forums/", 0),
        ("www.a.example, WWW.B.example.", 2),
        ("https://a.example/?a=1&amp;b=2 https://a.example/?a=1&amp;b=3", 2),
        ("http://[::1 is no address", 1),
    ],
)
def test_links_to_other_sites_are_counted_once_each(html: str, count: int) -> None:
    assert len(newcomers.links_away(html)) == count


def test_an_hour_has_so_many_posts_for_a_new_account(ben: User, topic: Topic) -> None:
    for _post in range(newcomers.POSTS_PER_HOUR - 1):
        answer(ben, topic)
    ask(ben)

    for write in (lambda: answer(ben, topic), lambda: ask(ben)):
        with pytest.raises(TooMany) as refused:
            write()
        assert 0 < refused.value.retry_after <= 3600
    assert answer(UserFactory(), topic)


def test_what_was_refused_uses_up_no_turn(ben: User, topic: Topic) -> None:
    for _try in range(newcomers.POSTS_PER_HOUR + 1):
        with pytest.raises(Invalid):
            answer(ben, topic, LINKS)
    assert answer(ben, topic)


def test_the_page_keeps_what_was_typed(client: Client, ben: User, topic: Topic) -> None:
    client.force_login(ben)
    for _post in range(newcomers.POSTS_PER_HOUR):
        answer(ben, topic)

    reply = client.post(f"/forums/topics/{topic.pk}/reply/", {"body": "<p>Kept words</p>", "key": "k"})
    asked = client.post(
        "/forums/topics/new/",
        {"category": str(topic.category_id), "title": "A kept title here", "body": "<p>Kept words</p>", "key": "q"},
    )
    links = client.post(f"/forums/topics/{topic.pk}/reply/", {"body": LINKS, "key": "l"})

    for page, status, words in (
        (reply, 429, "Kept words"),
        (asked, 429, "A kept title here"),
        (links, 400, "b.example"),
    ):
        assert page.status_code == status
        assert words in page.content.decode()
        assert "New accounts can post" in page.content.decode()
    assert int(reply["Retry-After"]) > 3000
    assert int(asked["Retry-After"]) > 3000


def test_json_says_so_too(as_: Any, ben: User, topic: Topic) -> None:
    api = as_(ben)
    address = f"/api/v1/forums/topics/{topic.pk}/posts"
    refused = api.post(address, {"body": LINKS}, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, "body")
    for _post in range(newcomers.POSTS_PER_HOUR):
        answer(ben, topic)
    late = api.post(address, {"body": "<p>One more word</p>"}, format="json")
    assert (late.status_code, late.json()["errors"][0]["code"]) == (429, "throttled")
    assert late["Retry-After"]


def test_an_hour_has_so_many_uploads_for_a_new_account_posted_or_not(
    api_client: APIClient, client: Client, ben: User, mona: User, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "UPLOADS_PER_HOUR", 2)
    announced = {"purpose": "attachment", "name": "manual.pdf", "content_type": "application/pdf", "size": 1000}
    api_client.force_login(ben)
    begun = [api_client.post("/api/v1/files", announced, format="json").status_code for _file in range(3)]
    assert begun == [201, 201, 429]

    client.force_login(ben)
    file = SimpleUploadedFile("log.txt", b"E42 at 6:00\n")
    sent = {"body": "<p>Kept words</p>", "key": "k", "attachments_form": "1", "attachments": file}
    page = client.post(f"/forums/topics/{topic.pk}/reply/", sent)
    assert page.status_code == 429
    assert "upload 2 files an hour" in page.content.decode()
    assert "Kept words" in page.content.decode()

    api_client.force_login(mona)
    assert api_client.post("/api/v1/files", announced, format="json").status_code == 201
