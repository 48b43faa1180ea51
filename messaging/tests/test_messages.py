"""Writing to one person: what arrives, what is refused, and what stays each one's own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from messaging import rules, unread
from messaging.actions import blocking, keeping
from messaging.actions.sending import send_message
from messaging.models import Block, Conversation, Message, Notification
from messaging.queries import conversations as queries
from messaging.tests.factories import ConversationFactory, MessagingPreferenceFactory, side_of, wrote
from p2psandbox.platform.drafts.actions import draft_of, save_draft
from p2psandbox.platform.errors import Conflict, Invalid, NotFound, NotVerified, TooMany
from p2psandbox.platform.mail.models import OutboxMail

pytestmark = pytest.mark.django_db
API = "/api/v1/messages"


@pytest.fixture
def as_(api_client: APIClient) -> Any:
    def sign_in(person: User) -> APIClient:
        cache.clear()  # counts are thrown away on commit, and nothing commits here
        api_client.force_authenticate(person)
        return api_client

    return sign_in


def test_a_message_arrives_and_counts_for_its_recipient_alone(ada: User, lina: User, ben: User) -> None:
    message = wrote(ada, lina, "Line one\nhttps://example.org/a?b=1&c=2")

    assert [entry.unread_count for entry in queries.conversations(lina.actor).entries] == [1]
    assert [entry.unread_count for entry in queries.conversations(ada.actor).entries] == [0]
    assert [line.message for line in queries.conversation(lina.actor, ada.pk).lines] == [message]
    assert queries.conversations(ben.actor).entries == []
    assert unread.waiting(lina.actor).messages == 1
    assert unread.waiting(ada.actor).messages == 0


def test_conversations_are_grouped_by_person_the_newest_first(ada: User, lina: User, kamal: User) -> None:
    wrote(ada, lina)
    wrote(ada, kamal)
    last = wrote(lina, ada, "Magnetically.")

    found = queries.conversations(ada.actor).entries
    assert [(entry.person, entry.mine) for entry in found] == [(lina, False), (kamal, True)]
    assert found[0].last_message == last
    assert Conversation.objects.count() == 2


@pytest.mark.parametrize("body", ["", "   \n ", "x" * (rules.BODY.max_length + 1), "x" * 100_000, "a\x00b", 5, None])
def test_what_says_nothing_or_too_much_is_refused_and_nothing_is_stored(ada: User, lina: User, body: Any) -> None:
    with pytest.raises(Invalid) as refused:
        wrote(ada, lina, body)
    assert "body" in refused.value.fields
    assert not Message.objects.exists()
    assert not Conversation.objects.exists()


def test_ten_thousand_characters_are_taken(ada: User, lina: User) -> None:
    assert len(wrote(ada, lina, "é" * rules.BODY.max_length).body) == rules.BODY.max_length


def test_nobody_writes_to_themselves_or_to_who_is_not_there(ada: User, lina: User, nico: User) -> None:
    User.objects.filter(pk=lina.pk).update(is_active=False)
    said = set()
    for recipient in (ada.pk, lina.pk, nico.pk, uuid4()):
        with pytest.raises(Invalid) as refused:
            send_message(actor=ada.actor, recipient_id=recipient, body="Hello")
        assert list(refused.value.fields) == ["recipient"]
        said.add(str(refused.value))
    assert len(said) == 3  # who has not confirmed an address is as if they were not there
    assert not Message.objects.exists()
    with pytest.raises(NotVerified):
        wrote(nico, ada)


def test_the_database_refuses_what_cannot_be(ada: User, lina: User) -> None:
    conversation = ConversationFactory(first=ada, second=lina)
    first, second = conversation.first, conversation.second
    for make in (
        lambda: Conversation.objects.create(first=ada, second=ada),
        lambda: Conversation.objects.create(first=second, second=first),
        lambda: Conversation.objects.create(first=first, second=second),
        lambda: Message.objects.create(conversation=conversation, sender=ada, recipient=ada, body="x", vector=""),
        lambda: Message.objects.create(conversation=conversation, sender=ada, recipient=lina, body="", vector=""),
        lambda: Block.objects.create(person=ada, blocked=ada),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


def test_reading_marks_all_before_and_the_notification(ada: User, lina: User) -> None:
    first, second, third = (wrote(ada, lina, text) for text in ("one", "two", "three"))
    keeping.mark_message_read(actor=lina.actor, message_id=second.pk)
    assert side_of(lina, ada).unread_count == 1
    assert unread.waiting(lina.actor).count == 1

    cache.clear()  # a commit does so
    keeping.mark_message_read(actor=lina.actor, message_id=third.pk)
    keeping.mark_message_read(actor=lina.actor, message_id=first.pk)  # no way back
    assert side_of(lina, ada).unread_count == 0
    cache.clear()
    assert unread.waiting(lina.actor) == unread.Waiting()
    assert [line.read for line in queries.conversation(ada.actor, lina.pk).lines] == [True, True, True]


@pytest.mark.parametrize("silent", ["sender", "reader"])
def test_who_gives_no_read_receipts_gets_none(ada: User, lina: User, silent: str) -> None:
    MessagingPreferenceFactory(person=ada if silent == "sender" else lina, read_receipts=False)
    message = wrote(ada, lina)
    answer = wrote(lina, ada)
    keeping.mark_message_read(actor=lina.actor, message_id=message.pk)
    keeping.mark_message_read(actor=ada.actor, message_id=answer.pk)
    assert not any(line.read for line in queries.conversation(ada.actor, lina.pk).lines)
    assert not any(line.read for line in queries.conversation(lina.actor, ada.pk).lines)


def test_somebody_elses_message_is_not_there(ada: User, lina: User, ben: User, mona: User) -> None:
    message = wrote(ada, lina)
    for other in (ben, mona):
        for act in (keeping.mark_message_read, keeping.delete_message):
            with pytest.raises(NotFound):
                act(actor=other.actor, message_id=message.pk)
        assert queries.conversation(other.actor, ada.pk).lines == []
        with pytest.raises(Invalid):
            queries.conversation(other.actor, ada.pk, after=message.pk)


def test_deleting_is_for_oneself_alone(ada: User, lina: User) -> None:
    first, second = wrote(ada, lina, "one"), wrote(ada, lina, "two")
    keeping.delete_message(actor=lina.actor, message_id=second.pk)
    assert [line.message for line in queries.conversation(lina.actor, ada.pk).lines] == [first]
    assert queries.conversations(lina.actor).entries[0].last_message == first
    assert side_of(lina, ada).unread_count == 1
    assert len(queries.conversation(ada.actor, lina.pk).lines) == 2
    with pytest.raises(NotFound):
        keeping.delete_message(actor=lina.actor, message_id=second.pk)

    keeping.delete_conversation(actor=lina.actor, other_id=ada.pk)
    assert queries.conversations(lina.actor).entries == []
    assert queries.conversation(lina.actor, ada.pk).lines == []
    assert unread.waiting(lina.actor).messages == 0
    again = wrote(ada, lina, "three")
    assert [line.message for line in queries.conversation(lina.actor, ada.pk).lines] == [again]
    assert len(queries.conversation(ada.actor, lina.pk).lines) == 3
    with pytest.raises(NotFound):
        keeping.delete_conversation(actor=lina.actor, other_id=lina.pk)


def test_to_a_blocker_it_looks_sent_and_never_arrives(
    as_: Any, ada: User, lina: User, kamal: User, django_capture_on_commit_callbacks: Any
) -> None:
    wrote(ada, lina, "Before")
    wrote(ada, kamal, "Before")
    for one in (lina, kamal):
        keeping.mark_message_read(
            actor=one.actor, message_id=queries.conversation(one.actor, ada.pk).lines[0].message.pk
        )
    blocking.block(actor=lina.actor, person_id=ada.pk)
    OutboxMail.objects.all().delete()
    told: dict[User, Any] = {}
    for one in (kamal, lina):
        with django_capture_on_commit_callbacks(), CaptureQueriesContext(connection) as asked:
            sent = as_(ada).post(API, {"recipient": str(one.pk), "body": "Are you awake?"})
        listed = as_(ada).get(f"{API}/{one.pk}").json()["results"]
        told[one] = (
            sent.status_code,
            {name: value for name, value in sent.json().items() if name not in ("id", "recipient", "created_at")},
            len(asked),
            [(line["body"], line["read"]) for line in listed],
            as_(ada).get(API).json()["results"][0]["last_message"]["body"],
        )
    assert told[lina] == told[kamal]
    assert [line.message.body for line in queries.conversation(lina.actor, ada.pk).lines] == ["Before"]
    assert queries.conversations(lina.actor).entries[0].last_message.body == "Before"  # type: ignore[union-attr]
    assert unread.waiting(lina.actor).messages == side_of(lina, ada).unread_count == 0
    assert not Notification.objects.filter(recipient=lina, read_at=None).exists()
    assert queries.find(lina.actor, "awake").hits == []
    assert [hit.message.body for hit in queries.find(ada.actor, "awake").hits] == ["Are you awake?"] * 2

    blocking.unblock(actor=lina.actor, person_id=ada.pk)
    later = wrote(ada, lina, "After")
    assert [line.message.body for line in queries.conversation(lina.actor, ada.pk).lines] == ["After", "Before"]
    keeping.mark_message_read(actor=lina.actor, message_id=later.pk)
    assert all(line.read for line in queries.conversation(ada.actor, lina.pk).lines)  # no gap tells of the block


def test_who_blocks_somebody_cannot_write_to_them(as_: Any, ada: User, lina: User) -> None:
    for _time in range(2):
        assert as_(ada).put(f"{API}/blocks/{lina.pk}").status_code == 204
    assert [one["person"]["id"] for one in as_(ada).get(f"{API}/blocks").json()] == [str(lina.pk)]
    with pytest.raises(Conflict):
        wrote(ada, lina)
    assert not Message.objects.exists()
    for _time in range(2):
        assert as_(ada).delete(f"{API}/blocks/{lina.pk}").status_code == 204
    wrote(ada, lina)
    assert as_(ada).put(f"{API}/blocks/{ada.pk}").status_code == 400
    assert as_(ada).put(f"{API}/blocks/{uuid4()}").status_code == 404


def test_blocking_ends_the_mail_that_was_due(ada: User, lina: User) -> None:
    wrote(ada, lina)
    assert Notification.objects.filter(recipient=lina, mail_due_at__isnull=False).exists()
    blocking.block(actor=lina.actor, person_id=ada.pk)
    assert not Notification.objects.filter(recipient=lina, mail_due_at__isnull=False).exists()


def test_notifications_gather_per_person_and_mail_holds_no_text(
    ada: User, lina: User, kamal: User, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        wrote(ada, lina, "The melting point is Rubinol.")
        wrote(ada, lina, "Rubinol again.")
        wrote(kamal, lina, "Rubinol too.")
    rows = Notification.objects.filter(recipient=lina)
    assert sorted(row.count for row in rows) == [1, 2]
    assert {row.url for row in rows} == {f"/messages/{one.pk}/#newest" for one in (ada, kamal)}
    assert [mail.to for mail in mailoutbox] == [[lina.email]] * 2
    assert not [mail for mail in mailoutbox if "Rubinol" in mail.message().as_string()]


def test_a_draft_ends_when_the_message_is_sent(ada: User, lina: User) -> None:
    key = f"message:{lina.pk}"
    save_draft(actor=ada.actor, key=key, fields={"body": "How did"})
    wrote(ada, lina)
    assert draft_of(ada.actor, key) is None


def test_one_key_sends_once(as_: Any, ada: User, lina: User) -> None:
    sent = {"recipient": str(lina.pk), "body": "Once"}
    answers = [as_(ada).post(API, sent, headers={"Idempotency-Key": "k1"}) for _time in range(3)]
    assert {(one.status_code, one.json()["id"]) for one in answers} == {(201, str(Message.objects.get().pk))}
    assert side_of(lina, ada).unread_count == 1


def test_who_writes_too_often_waits(ada: User, lina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SENT_PER_MINUTE", 2)
    wrote(ada, lina)
    wrote(ada, lina)
    with pytest.raises(TooMany):
        wrote(ada, lina)
    assert Message.objects.count() == 2


def test_search_finds_ones_own_messages_in_both_languages(ada: User, lina: User, ben: User) -> None:
    arabic = wrote(lina, ada, "الضاغط يتوقف كل صباح")
    gone = wrote(ada, lina, "The 6ES7-314 of the compressor")
    kept = wrote(ada, lina, "Compressors, <b>two</b> of them")
    keeping.delete_message(actor=ada.actor, message_id=gone.pk)
    assert [hit.message for hit in queries.find(ada.actor, "compressor").hits] == [kept]
    assert [hit.message for hit in queries.find(lina.actor, "compressor").hits] == [kept, gone]
    assert [hit.message for hit in queries.find(lina.actor, "6es7 314").hits] == [gone]
    assert [hit.message for hit in queries.find(ada.actor, "ضاغط").hits] == [arabic]
    assert [hit.message for hit in queries.find(ada.actor, "compr").hits] == [kept]
    assert queries.find(ben.actor, "compressor").hits == []
    assert "&lt;b&gt;" in queries.find(ada.actor, "compressor").hits[0].snippet


def test_pages_follow_each_other_without_doubles_or_gaps(as_: Any, ada: User, lina: User, kamal: User) -> None:
    written = [wrote(ada if n % 2 else lina, lina if n % 2 else ada, f"m{n}") for n in range(25)]
    expected = [str(one.pk) for one in reversed(written)]
    seen, url = [], f"{API}/{lina.pk}?page_size=10"
    while url:
        page = as_(ada).get(url).json()
        seen += [one["id"] for one in page["results"]]
        url = page["next"]
        if len(seen) == 10:
            foreign = page["next"].partition("cursor=")[2].partition("&")[0]
            wrote(lina, ada, "meanwhile")
    assert seen == expected
    assert as_(ada).get(f"{API}/{kamal.pk}?cursor={foreign}").status_code == 400
    assert as_(ada).get(f"{API}?cursor={foreign}").status_code == 400
    assert as_(ada).get(f"{API}/{lina.pk}?cursor=no").status_code == 400
    after = as_(ada).get(f"{API}/{lina.pk}?after={expected[1]}").json()["results"]
    assert [one["body"] for one in after] == ["meanwhile", "m24"]


def test_json_says_what_the_contract_says(as_: Any, ada: User, lina: User) -> None:
    wrote(ada, lina, "Hello")
    got = as_(lina).get(API).json()
    assert set(got) == {"next", "previous", "results"}
    assert set(got["results"][0]) == {"person", "last_message", "unread_count"}
    assert as_(lina).get(f"{API}/unread-count").json() == {"count": 1}
    [line] = as_(lina).get(f"{API}/{ada.pk}").json()["results"]
    assert as_(lina).get(f"{API}/unread-count").json() == {"count": 1}  # asking reads nothing
    assert as_(lina).patch(f"{API}/{line['id']}/read", {}).status_code == 200
    assert as_(lina).get(f"{API}/unread-count").json() == {"count": 0}
    assert as_(lina).patch(f"{API}/{uuid4()}/read", {}).status_code == 404
    for bad in ({"recipient": "x", "body": "a"}, {"recipient": str(ada.pk), "body": "a", "sender": str(ada.pk)},
                {"recipient": {"$ne": 1}, "body": "a"}, {"recipient": str(ada.pk), "body": {"$ne": 1}}):  # fmt: skip
        assert as_(lina).post(API, bad).status_code == 400
    assert as_(lina).get(f"{API}/{uuid4()}").status_code == 404
    assert as_(lina).get(f"{API}/{lina.pk}").status_code == 404
    assert as_(lina).delete(f"{API}/{ada.pk}").status_code == 204
    assert as_(lina).get(API).json()["results"] == []
    assert as_(lina).patch(f"{API}/preferences", {"read_receipts": False}).json() == {"read_receipts": False}
    assert as_(lina).get(f"{API}/search?q=hello").json()["results"] == []
    assert as_(ada).get(f"{API}/search?q=hello").json()["results"][0]["snippet"] == "<mark>Hello</mark>"
