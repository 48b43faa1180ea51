"""The bell on a topic's page: filled for each reader, without a query, and quiet about what is looked at."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from forums.models import Topic
from forums.tests.factories import ask
from messaging.models import Notification
from messaging.tests.factories import tell

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def topic(ada: User) -> Topic:
    return ask(ada)


def told(person: User, by: User, thread: str) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        tell(person, by=by, thread=thread)


def test_each_reader_sees_their_own_count(client: Client, topic: Topic, ada: User, ben: User, lina: User) -> None:
    told(lina, ada, "topic:another")
    told(ada, lina, "topic:another")
    told(ada, lina, "use_case:one")
    for person, count in ((lina, 1), (ada, 2), (ben, 0), (lina, 1)):
        client.force_login(person)
        page = client.get(topic.get_absolute_url()).content.decode()
        assert f'data-notifications="{count}"' in page, person


def test_the_count_costs_the_page_no_query(client: Client, topic: Topic, ada: User, lina: User) -> None:
    told(lina, ada, "topic:another")
    client.force_login(lina)
    client.get(topic.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        client.get(topic.get_absolute_url())
    assert not [query["sql"] for query in asked if "messaging_" in query["sql"]]


def test_looking_at_a_topic_reads_what_was_told_of_it(client: Client, topic: Topic, ada: User, lina: User) -> None:
    told(lina, ada, f"topic:{topic.pk}")
    told(lina, ada, "topic:another")
    client.force_login(lina)
    client.head(topic.get_absolute_url())
    assert Notification.objects.filter(read_at=None).count() == 2

    with TestCase.captureOnCommitCallbacks(execute=True):
        client.get(topic.get_absolute_url())

    assert Notification.objects.get(read_at=None).thread == "topic:another"
    assert 'data-notifications="1"' in client.get(topic.get_absolute_url()).content.decode()
