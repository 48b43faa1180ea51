"""Links to our own topics and stories as cards: what every member may see, as it is now, and nothing else."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from forums import cards
from forums.actions.topics import delete_topic, edit_topic
from forums.models import Topic
from forums.tests.factories import answer, ask
from forums.tests.test_budgets import at_most
from usecases.models import Status, UseCase
from usecases.tests.factories import published


def alone(address: str, words: str = "") -> str:
    return f'<p><a href="{address}">{words or address}</a></p>'


@pytest.fixture
def linked(kamal: User) -> Topic:
    return ask(kamal, "Which relay for <b>400 V</b>?")


def page(client: Client, reader: User, topic: Topic) -> str:
    client.force_login(reader)
    return client.get(topic.get_absolute_url()).content.decode()


def test_a_link_alone_becomes_a_card_and_others_stay_links(
    client: Client, ada: User, lina: User, linked: Topic
) -> None:
    topic, address = ask(ada), linked.get_absolute_url()
    answer(lina, topic, f"<p>See:</p>{alone(settings.SITE_URL.rstrip('/') + address)}{alone(address)}")
    answer(lina, topic, f"{alone(address, 'that one')}<p>In a <a href='{address}'>{address}</a> sentence.</p>")

    shown = page(client, lina, topic)

    assert shown.count('class="link-card"') == 2
    assert "Which relay for &lt;b&gt;400 V&lt;/b&gt;?" in shown
    assert "Khalil Plastics" in shown
    assert "that one</a></p>" in shown
    assert "<!--card" not in shown
    assert "/card--" not in shown


def test_a_card_shows_what_is_there_now_though_the_post_is_cached(
    client: Client, ada: User, kamal: User, lina: User, linked: Topic
) -> None:
    topic = ask(ada)
    answer(lina, topic, alone(linked.get_absolute_url()))
    assert 'class="link-card"' in page(client, lina, topic)

    edit_topic(actor=kamal.actor, topic_id=linked.pk, title="Which contactor instead?")
    cache.delete_many([f"forums:card:en:topic:{linked.pk}"])  # a minute later
    assert "Which contactor instead?" in page(client, lina, topic)

    delete_topic(actor=kamal.actor, topic_id=linked.pk)
    cache.delete_many([f"forums:card:en:topic:{linked.pk}"])
    gone = page(client, lina, topic)
    assert 'class="link-card"' not in gone
    assert "Which contactor instead?" not in gone
    assert f'<a href="{linked.get_absolute_url()}"' in gone


@pytest.mark.parametrize("status", Status.values)
def test_only_published_stories_have_a_card_even_for_their_own_people(
    client: Client, ada: User, ben: User, status: str
) -> None:
    story, topic = published(ben, ada), ask(ada)
    UseCase.objects.filter(pk=story.pk).update(status=status, featured_at=None)
    answer(ada, topic, alone(story.get_absolute_url()))

    assert ('class="link-card"' in page(client, ada, topic)) is (status == Status.PUBLISHED)


def test_addresses_elsewhere_and_of_other_pages_have_none(linked: Topic) -> None:
    address = linked.get_absolute_url()
    for other in (
        f"https://evil.example{address}",
        f"//evil.example{address}",
        f"{address}edit/x/",
        "/accounts/logout/",
    ):
        assert cards.marked(alone(other)) == alone(other)


def test_cards_cost_one_question_a_minute(client: Client, ada: User, lina: User, linked: Topic) -> None:
    topic = ask(ada)
    for _number in range(3):
        answer(lina, topic, alone(linked.get_absolute_url()))
    page(client, lina, topic)
    client.get(topic.get_absolute_url())

    with at_most(sql=2, documents=0):
        client.get(topic.get_absolute_url())
