"""People hear of a story's way: its admins that it waits, its author what became of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import MemberRole, User
from accounts.tests.factories import UserFactory
from messaging import unread
from messaging.models import Notification
from usecases.actions import drafts, lifecycle
from usecases.tests.factories import draft, published, submitted

pytestmark = pytest.mark.django_db(databases="__all__")

NOTE = "Say what it cost, please."


def told(person: User) -> list[tuple[str, str]]:
    """What somebody was told and has not read: kinds and titles, the latest first."""
    return list(Notification.objects.filter(recipient=person, read_at=None).values_list("kind", "title"))


def test_a_handed_in_story_is_told_to_the_companys_admins(ada: User, ben: User, kamal: User) -> None:
    second = UserFactory(organization=ben.organization, role=MemberRole.ADMIN)
    story = submitted(ben)
    for admin in (ada, second):
        assert told(admin) == [("use_case_submitted", story.title)]
    assert told(kamal) == told(ben) == []
    row = Notification.objects.filter(recipient=ada).get()
    assert (row.people, row.url) == ([ben.pk], story.get_absolute_url())


def test_what_one_admin_decides_waits_for_no_other(ada: User, ben: User) -> None:
    second = UserFactory(organization=ben.organization, role=MemberRole.ADMIN)
    story = submitted(ben)
    lifecycle.approve(actor=ada.actor, use_case_id=story.pk)
    assert told(ada) == told(second) == []
    assert told(ben) == [("use_case_approved", story.title)]


def test_who_gets_a_story_back_is_told_but_not_the_note_in_mail(
    ada: User, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    story = submitted(ben)
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.reject(actor=ada.actor, use_case_id=story.pk, note=NOTE)
    assert told(ben) == [("use_case_rejected", story.title)]
    [received] = [one for one in mail.outbox if ben.email in one.to]
    assert received.subject == f"Ada Berg sent your use case back: {story.title}"
    assert NOTE not in str(received.body)
    assert NOTE not in str(received.alternatives)  # type: ignore[attr-defined]  # an EmailMultiAlternatives


def test_changes_that_are_taken_back_wait_for_nobody(ada: User, ben: User) -> None:
    story = published(ben, ada)
    drafts.save_draft(actor=ben.actor, use_case_id=story.pk, changes={"title": "Sensors on every compressor"})
    lifecycle.submit(actor=ben.actor, use_case_id=story.pk)
    assert told(ada) == [("use_case_submitted", story.title)]
    drafts.discard_changes(actor=ben.actor, use_case_id=story.pk)
    assert told(ada) == []


def test_moderators_acts_are_told_to_the_author(ada: User, ben: User, mona: User) -> None:
    story = published(ben, ada)
    lifecycle.feature(actor=mona.actor, use_case_id=story.pk)
    lifecycle.take_down(actor=mona.actor, use_case_id=story.pk, note=NOTE)
    assert [kind for kind, _title in told(ben)] == ["moderation", "use_case_featured"]


def test_nobody_is_told_what_they_did_themselves(ada: User) -> None:
    story = draft(ada)
    lifecycle.submit(actor=ada.actor, use_case_id=story.pk)
    assert told(ada) == []


def test_a_deleted_story_takes_what_was_told_with_it(ada: User, ben: User) -> None:
    story = submitted(ben)
    lifecycle.delete(actor=ben.actor, use_case_id=story.pk)
    assert not Notification.objects.exists()


def test_an_admin_comes_from_the_bell_to_the_story(
    client: Client, ada: User, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    story = submitted(ben)
    client.force_login(ada)
    page = client.get("/notifications/").content.decode()
    assert "Ben Krause handed in a use case" in page
    assert 'data-notifications="1"' in page
    with django_capture_on_commit_callbacks(execute=True):
        there = client.get(Notification.objects.get().get_absolute_url())
    assert there["Location"] == story.get_absolute_url()
    assert client.get(there["Location"]).status_code == 200
    assert unread.waiting(ada.actor).count == 0
