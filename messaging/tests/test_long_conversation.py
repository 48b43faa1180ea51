"""A conversation of many thousand messages: any page of it is found along an index, and the list in one step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from messaging.conversing import hold
from messaging.models import Conversation, Message, Participant
from messaging.queries.conversations import PER_PAGE, conversation, conversations
from p2psandbox.platform.keyset import older_than

pytestmark = pytest.mark.django_db
MANY = 20_000
#: A page, the one row that says whether there are more, and what an index reads beside them.
FEW = 2 * PER_PAGE

_FILL = """
INSERT INTO messaging_message (id, created_at, updated_at, conversation_id, sender_id, recipient_id, body,
    attachment_count, withheld, hidden_from_sender, hidden_from_recipient, vector)
SELECT gen_random_uuid(), now() - make_interval(secs => n), now(), %s, %s, %s, 'Number ' || n,
    0, false, false, false, ''
FROM generate_series(1, %s) AS n
"""


@pytest.fixture
def long(ada: User, lina: User) -> Conversation:
    found = hold(ada.pk, lina.pk)
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [found.pk, ada.pk, lina.pk, MANY])
        cursor.execute("ANALYZE messaging_message, messaging_participant")
    newest = Message.objects.filter(conversation=found).order_by("-created_at")[0]
    Participant.objects.filter(conversation=found).update(last_message=newest, last_at=newest.created_at)
    return found


def rows_read(ask: Callable[[], Any]) -> int:
    """Return how many messages PostgreSQL looks at to answer; it scans no table."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    read = 0
    for query in asked.captured_queries:
        if not query["sql"] or "$1" in query["sql"]:
            continue  # one's side of the conversation, prepared: without its values it cannot be explained
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query["sql"])
            [[found]] = cursor.fetchall()
        for node in _nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]):
            if node.get("Relation Name") == "messaging_message":
                assert node["Node Type"] != "Seq Scan", query["sql"]
                read += node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
    return int(read)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def test_any_page_of_a_long_conversation_reads_a_page(ada: User, lina: User, long: Conversation) -> None:
    rows = Message.objects.filter(conversation=long).order_by("-created_at")
    middle, last = rows[MANY // 2], rows[MANY - 10]
    assert rows_read(lambda: conversation(ada.actor, lina.pk)) <= FEW
    for row in (middle, last):
        cursor = older_than(row, column="created_at", feed=lina.pk.hex)
        assert rows_read(lambda cursor=cursor: conversation(ada.actor, lina.pk, cursor=cursor)) <= FEW
    # What came after a message: that message is looked up, too.
    assert rows_read(lambda: conversation(ada.actor, lina.pk, after=rows[3].pk)) <= FEW


def test_the_list_reads_one_message_of_each_conversation(ada: User, long: Conversation) -> None:
    assert rows_read(lambda: conversations(ada.actor)) <= 1
