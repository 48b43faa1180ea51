"""The quick way to a topic's page ends at the very same page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from forums import quick
from forums.models import Topic
from forums.tests.factories import answer, ask
from p2psandbox.platform.pages.pattern import squeezed

#: New for each answer: nonces, tokens, one-time keys.
_FRESH = re.compile(
    r'nonce="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"|name="key" value="[^"]+"|id="id_key"[^>]*>'
)


@pytest.fixture
def topic(ada: User) -> Topic:
    return ask(ada, "Does <b>torque</b> & token-goes-here matter?")


def _page(client: Client, address: str) -> str:
    return _FRESH.sub("", client.get(address).content.decode())


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("page", [1, 2])
def test_the_pattern_and_the_template_say_the_same(
    client: Client, settings: Settings, lina: User, topic: Topic, mona: User, page: int, *, locked: bool
) -> None:
    for number in range(22):
        answer(lina, topic, f"<p>Reply {number}: nonce-goes-here, title-goes-here.</p>")
    if locked:
        client.force_login(mona)
        client.post(f"/forums/topics/{topic.pk}/moderate/", {"locked": "1"})
    lina.first_name, lina.last_name = "Li<i>", "O'Neill & token-goes-here"
    lina.save()
    client.force_login(lina)
    address = f"{topic.get_absolute_url()}?page={page}"

    client.get(address)  # from the second visit on it says where to go on
    quickly = _page(client, address)
    settings.DEBUG = True  # where templates are edited, patterns are not used
    slowly = _page(client, address)

    assert squeezed(quickly) == squeezed(slowly)
    assert "Does &lt;b&gt;torque&lt;/b&gt; &amp; token-goes-here matter?" in quickly
    assert "Li&lt;i&gt;" in quickly


def test_every_place_of_the_pattern_is_known_and_filled(client: Client, lina: User, topic: Topic) -> None:
    pattern = quick._pattern("en", with_picture=False)
    assert pattern.names >= {"topic-id", "title", "head", "posts", "reply", "reader-name", "company-slug", "nonce"}

    client.force_login(lina)
    page = client.get(topic.get_absolute_url()).content.decode().replace("token-goes-here", "", 3)  # the title's own
    assert "goes-here" not in page


def test_who_may_do_more_gets_more(client: Client, ada: User, lina: User, mona: User, topic: Topic) -> None:
    edit = f'href="/forums/topics/{topic.pk}/edit/"'
    for person, sees in ((lina, False), (ada, True), (mona, True), (lina, False)):
        client.force_login(person)
        assert (edit in client.get(topic.get_absolute_url()).content.decode()) is sees, person


def test_a_waiting_message_is_shown_on_the_next_page(client: Client, lina: User, ada: User, topic: Topic) -> None:
    client.force_login(lina)
    post = answer(lina, topic, "<p>Mine</p>")
    client.post(f"/forums/posts/{post.pk}/delete/")
    shown = client.get(topic.get_absolute_url()).content.decode()
    toasts = shown.partition("data-toasts>")[2]
    assert 'class="toast' in toasts, "the message is there"
    again = client.get(topic.get_absolute_url()).content.decode().partition("data-toasts>")[2]
    assert again.lstrip().startswith("</div>"), "and is gone after that"
