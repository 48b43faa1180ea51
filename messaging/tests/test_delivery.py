"""Mail about what happened: at once, once a day, once a week; never too much, never to the wrong people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from messaging.actions import mark_all_read, mark_read, set_preferences
from messaging.delivery import KEEP_READ, forget_old, send_due
from messaging.kinds import ABOUT, Email, Kind
from messaging.mails import LISTED
from messaging.models import Notification
from messaging.notify import withdraw
from messaging.tests.factories import NotificationFactory, NotificationPreferenceFactory, tell
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.models import new_id

pytestmark = pytest.mark.django_db
Commit = Callable[..., Any]


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Commit:
    """Run something as a transaction that commits: tasks and mail that wait for it go at once."""

    def run(act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return act(*given, **more)

    return run


def sent_to(person: User) -> list[EmailMultiAlternatives]:
    return [one for one in mail.outbox if person.email in one.to and isinstance(one, EmailMultiAlternatives)]


def at(moment: str) -> Any:
    return time_machine.travel(datetime.fromisoformat(moment), tick=False)


def test_mail_at_once_comes_once_for_a_thread_until_it_is_read(commit: Commit, ada: User, ben: User) -> None:
    commit(tell, ada, by=ben)
    commit(tell, ada, by=ben)
    commit(tell, ada, by=ben, kind=Kind.MENTION)
    assert len(sent_to(ada)) == 1
    commit(tell, ada, by=ben, thread="topic:2")
    assert len(sent_to(ada)) == 2

    mark_all_read(actor=ada.actor)
    commit(tell, ada, by=ben)
    assert len(sent_to(ada)) == 3
    assert not sent_to(ben)


def test_a_reply_that_mentions_is_one_mail(commit: Commit, ada: User, ben: User) -> None:
    def both() -> None:
        tell(ada, by=ben)
        tell(ada, by=ben, kind=Kind.MENTION)

    commit(both)
    [received] = sent_to(ada)
    assert received.subject == "Ben Krause mentioned you: Why does the compressor trip?"


def test_a_mail_says_who_and_where_and_how_to_end_it(commit: Commit, ada: User, ben: User) -> None:
    commit(tell, ada, by=ben)

    [received] = sent_to(ada)
    row = Notification.objects.get()
    html = str(received.alternatives[0][0])
    assert received.subject == "Ben Krause replied: Why does the compressor trip?"
    for text in (str(received.body), html):
        assert f"http://localhost:8000/notifications/{row.pk}/" in text
        assert "http://localhost:8000/settings/notifications/" in text
        assert "http://localhost:8000/notifications/unsubscribe/" in text
    end = received.extra_headers["List-Unsubscribe"]
    assert end.startswith("<http://localhost:8000/notifications/unsubscribe/")
    assert end.strip("<>") in str(received.body)
    assert received.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (row.mailed_count, row.mail_due_at) == (1, None)
    assert row.mailed_at is not None


def test_other_mail_has_no_such_headers(commit: Commit, nico: User) -> None:
    from allauth.account.models import EmailAddress

    from accounts.mails import verification

    commit(verification, EmailAddress.objects.get(user=nico))
    assert "List-Unsubscribe" not in sent_to(nico)[0].extra_headers


def test_gathered_mail_comes_in_the_morning_with_everything_since(commit: Commit, ben: User, lina: User) -> None:
    amal = UserFactory(time_zone="Asia/Amman")
    with at("2026-11-22T10:00+00:00"):
        commit(tell, amal, by=ben, kind=Kind.WATCHED_TOPIC)
        commit(tell, amal, by=lina, kind=Kind.WATCHED_TOPIC)
        commit(tell, amal, by=ben, kind=Kind.BEST_ANSWER, thread="topic:2", title="Which belt lasts longer?")
    with at("2026-11-23T04:59+00:00"):
        assert commit(send_due) == 0
    with at("2026-11-23T05:01+00:00"):
        assert commit(send_due) == 1
        assert commit(send_due) == 0

    [received] = sent_to(amal)
    assert received.subject == "2 things happened that concern you"
    text = str(received.body)
    assert "Lina Haddad and Ben Krause wrote in a topic you watch (2 times): Why does the compressor trip?" in text
    assert "Ben Krause chose your reply as the best answer: Which belt lasts longer?" in text
    assert received.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_was_told_by_mail_is_told_again_only_if_it_goes_on(commit: Commit, ada: User, ben: User) -> None:
    with at("2026-11-22T10:00+00:00"):
        commit(tell, ada, by=ben, kind=Kind.WATCHED_TOPIC)
    with at("2026-11-23T08:01+00:00"):
        commit(send_due)
    with at("2026-11-24T08:01+00:00"):
        assert commit(send_due) == 0
        commit(tell, ada, by=ben, kind=Kind.WATCHED_TOPIC)
    with at("2026-11-25T08:01+00:00"):
        assert commit(send_due) == 1
    assert len(sent_to(ada)) == 2
    assert "times" not in str(sent_to(ada)[1].body)


def test_the_weekly_mail_comes_on_monday(commit: Commit, ada: User, ben: User) -> None:
    set_preferences(actor=ada.actor, changes={"reply": {"email": "weekly"}})
    with at("2026-11-24T10:00+00:00"):  # a Tuesday
        commit(tell, ada, by=ben)
    for day in (25, 26, 27, 28, 29):
        with at(f"2026-11-{day}T08:01+00:00"):
            assert commit(send_due) == 0
    with at("2026-11-30T08:01+00:00"):
        assert commit(send_due) == 1


def test_what_was_read_or_withdrawn_meanwhile_is_not_mailed(commit: Commit, ada: User, ben: User) -> None:
    event = new_id()
    with at("2026-11-22T10:00+00:00"):
        tell(ada, by=ben, kind=Kind.WATCHED_TOPIC)
        tell(ada, by=ben, kind=Kind.WATCHED_TOPIC, thread="topic:2")
        tell(ada, by=ben, kind=Kind.WATCHED_TOPIC, thread="topic:3", event=event)
        mark_read(actor=ada.actor, notification_id=Notification.objects.get(thread="topic:1").pk)
        withdraw(thread="topic:2")
        withdraw(thread="topic:3", event=event)
    with at("2026-11-23T08:01+00:00"):
        assert commit(send_due) == 0
    assert not OutboxMail.objects.exists()


def test_an_event_taken_back_after_a_mail_is_not_mailed_again(commit: Commit, ada: User, ben: User) -> None:
    event = new_id()
    with at("2026-11-22T10:00+00:00"):
        tell(ada, by=ben, kind=Kind.WATCHED_TOPIC)
    with at("2026-11-23T08:01+00:00"):
        commit(send_due)
        tell(ada, by=ben, kind=Kind.WATCHED_TOPIC, event=event)
        withdraw(thread="topic:1", event=event)
    with at("2026-11-24T08:01+00:00"):
        assert commit(send_due) == 0
    assert len(sent_to(ada)) == 1


@pytest.mark.parametrize(
    "since",
    [
        {"is_active": False},
        {"deleted_at": timezone.now()},
        {"email_verified_at": None},
        {"is_active": False, "suspended_at": timezone.now()},
    ],
)
def test_nothing_is_sent_to_people_switched_off_since(
    commit: Commit, ada: User, ben: User, since: dict[str, Any]
) -> None:
    tell(ada, by=ben)
    User.objects.filter(pk=ada.pk).update(**since)
    assert commit(send_due) == 0
    assert not OutboxMail.objects.exists()
    assert not Notification.objects.filter(mail_due_at__isnull=False).exists()


def test_choices_made_meanwhile_hold_for_mail_that_is_still_to_come(commit: Commit, ada: User, ben: User) -> None:
    with at("2026-11-22T10:00+00:00"):
        tell(ada, by=ben, kind=Kind.WATCHED_TOPIC)
        tell(ada, by=ben, kind=Kind.BEST_ANSWER)
        set_preferences(
            actor=ada.actor, changes={"watched_topic": {"email": "off"}, "best_answer": {"email": "weekly"}}
        )
    due = dict(Notification.objects.values_list("kind", "mail_due_at"))
    assert due["watched_topic"] is None
    assert due["best_answer"].isoformat() == "2026-11-23T08:00:00+00:00"


def test_mail_alone_reaches_people_who_want_no_list(commit: Commit, ada: User, ben: User) -> None:
    NotificationPreferenceFactory(person=ada, in_app=False, email=Email.INSTANT)
    commit(tell, ada, by=ben)
    commit(tell, ada, by=ben)
    assert len(sent_to(ada)) == 1


def test_mail_speaks_the_readers_language_and_odd_characters_do_not_stop_it(commit: Commit, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(language="ar")
    commit(tell, ada, title="می\u200cخواهم 6ES7\u00a0314 \u202e" + "x" * 150)
    [received] = sent_to(ada)
    assert 'dir="rtl"' in str(received.alternatives[0][0])
    assert len(received.subject) < 200


def test_a_long_digest_lists_the_latest_and_counts_the_rest(commit: Commit, ada: User) -> None:
    for _number in range(LISTED + 2):
        NotificationFactory(recipient=ada, mail=Email.DAILY, mail_due_at=timezone.now())
    commit(send_due)
    assert "And 2 more." in str(sent_to(ada)[0].body)


def test_an_address_that_is_none_holds_nobody_else_up(commit: Commit, ada: User, ben: User, lina: User) -> None:
    User.objects.filter(pk=ada.pk).update(email="not an address")
    tell(ada, lina, by=ben)
    assert commit(send_due) == 1
    assert len(sent_to(lina)) == 1
    assert commit(send_due) == 0


def test_what_was_read_long_ago_is_forgotten(ada: User) -> None:
    long_ago = timezone.now() - KEEP_READ - timedelta(days=1)
    old = NotificationFactory(recipient=ada, read_at=long_ago)
    unread = NotificationFactory(recipient=ada)
    unlisted = NotificationFactory(recipient=ada, in_app=False)
    Notification.objects.update(updated_at=long_ago)
    fresh = NotificationFactory(recipient=ada, read_at=timezone.now())

    forget_old()

    assert set(Notification.objects.all()) == {unread, fresh}
    assert old not in Notification.objects.all()
    assert unlisted not in Notification.objects.all()


def test_every_kind_says_what_it_is() -> None:
    assert set(ABOUT) == set(Kind)
    for about in ABOUT.values():
        assert about.email in about.emails
        assert str(about.explanation).endswith(".")
