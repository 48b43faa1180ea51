"""The demo data: there once, whole, and made by the rules."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.queries.invitations import invitation_counts
from dashboard import demo
from forums.documents import PostRevision
from forums.models import Category, Post, Topic
from messaging.conversing import unread_in
from messaging.models import Message, Notification, Participant
from messaging.queries.conversations import conversation
from organizations.audit import trail
from organizations.models import Organization
from p2psandbox.platform import documents
from p2psandbox.platform.permissions import Role
from usecases.documents import UseCaseRevision
from usecases.models import Status, Step, UseCase, Visibility

pytestmark = pytest.mark.django_db(databases="__all__")


def run(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module", autouse=True)
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the data once for all tests of this module, within a transaction that is taken back after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        run("load_demo")
        yield
        transaction.set_rollback(True)


def test_four_companies_with_admins_members_and_a_moderator() -> None:
    assert Organization.objects.count() == 4
    assert Organization.objects.values("country").distinct().count() == 4
    assert Organization.objects.values("industry").distinct().count() == 4
    roles = [person.actor.role for person in User.objects.all()]
    assert roles.count(Role.ADMIN) == 4
    assert roles.count(Role.MEMBER) == 4
    assert roles.count(Role.MODERATOR) == 1


def test_two_people_are_invited_and_the_admin_sees_by_whom() -> None:
    greta = User.objects.get(first_name="Greta")
    assert invitation_counts(greta.actor) == {"pending": 2, "accepted": 0, "expired": 0, "cancelled": 0}
    assert [entry.actor_name for entry in trail(greta.actor)] == ["Greta Janssen"] * 2


def test_what_people_were_told_is_as_old_as_what_it_is_about() -> None:
    told = Notification.objects.all()
    assert told.filter(read_at=None).exists()
    assert not told.filter(mail_due_at__isnull=False).exists()
    for row in told.filter(thread__startswith="use_case:"):
        story = UseCase.objects.get(pk=row.thread.partition(":")[2])
        assert row.first_event_at == row.last_event_at == story.updated_at


def test_one_password_signs_everybody_in() -> None:
    people = list(User.objects.all())
    assert len({person.password for person in people}) == 1
    assert people[0].check_password(demo.accounts()[0].password)


def test_topics_show_every_state_a_forum_has() -> None:
    topics = Topic.objects.all()
    assert Category.objects.count() == 6
    assert topics.count() == 13
    assert topics.filter(pinned_at__isnull=False).count() == 1
    assert topics.filter(best_answer__isnull=False).count() >= 4
    assert topics.filter(reply_count=0).count() >= 2
    assert topics.filter(title__regex="[\u0600-\u06ff]").count() == 1
    assert sum(Category.objects.values_list("topic_count", flat=True)) == topics.count()


def test_stories_show_every_state_and_what_came_of_them() -> None:
    stories = UseCase.objects.all()
    published = stories.filter(status=Status.PUBLISHED)
    assert stories.count() == 9
    assert stories.filter(status=Status.IN_REVIEW).count() == 1
    assert stories.filter(status=Status.DRAFT).count() == 1
    assert published.filter(visibility=Visibility.PUBLIC).exists()
    assert published.filter(featured_at__isnull=False).count() == 1
    assert all(story.headline_change and story.headline_improved for story in published)
    assert published.filter(headline_name="Scrap rate", headline_change=-38, headline_period="6 months").exists()
    assert published.filter(title__regex="[\u0600-\u06ff]").exists()


def test_a_story_was_begun_handed_in_and_signed_off_in_that_order() -> None:
    now = timezone.now()
    for story in UseCase.objects.filter(status=Status.PUBLISHED):
        times = list(story.transitions.order_by("id").values_list("created_at", flat=True))
        assert times == sorted(times)
        assert story.created_at < story.published_at < now
    assert UseCase.objects.get(title__startswith="Vibration").transitions.filter(step=Step.APPROVED).exists()


def test_what_was_said_lies_in_the_past_and_in_order() -> None:
    now = timezone.now()
    for topic in Topic.objects.all():
        times = list(topic.posts.order_by("number").values_list("created_at", flat=True))
        assert times == sorted(times)
        assert topic.created_at == times[0]
        assert topic.last_post_at == times[-1] < now
    assert Topic.objects.filter(created_at__lt=now - timedelta(days=20)).exists()


def test_every_text_is_in_the_library_and_none_is_an_orphan() -> None:
    ids = list(Post.objects.values_list("revision_id", flat=True))
    assert len(PostRevision.fetch(ids)) == len(ids)
    assert PostRevision._base_manager.filter(id__in=ids, created_at__gt=timezone.now() - timedelta(days=1)).count() == 0
    told = [story.working_revision_id for story in UseCase.objects.all()]
    documents.sweep()
    assert len(UseCaseRevision.fetch(told)) == len(told)
    assert len(PostRevision.fetch(ids)) == len(ids)


def test_a_second_run_says_so_and_changes_nothing() -> None:
    before = list(Topic.objects.order_by("id").values_list("id", "updated_at"))
    assert "there already" in run("load_demo")
    assert list(Topic.objects.order_by("id").values_list("id", "updated_at")) == before


def test_people_of_different_companies_have_written_to_each_other() -> None:
    now = timezone.now()
    sent = Message.objects.select_related("sender", "recipient")
    assert sent.count() >= 10
    for message in sent:
        assert message.sender.organization_id != message.recipient.organization_id
        assert now - timedelta(days=30) < message.created_at < now
    assert sent.filter(attachment_count=1).count() == 1
    for side in Participant.objects.select_related("conversation__first", "person"):
        talk = conversation(side.person.actor, side.other_id)
        times = [line.message.created_at for line in reversed(talk.lines)]
        assert times == sorted(times)
        assert side.last_at == side.conversation.last_at == times[-1]
        assert side.unread_count == unread_in(side)
        assert all(line.read or not line.mine for line in talk.lines) or not _has_read_all(side)
        told = Notification.objects.filter(recipient=side.person, thread=side.thread, read_at=None)
        assert told.exists() == bool(side.unread_count)
        assert all(row.last_event_at == side.last_at for row in told)
    assert Participant.objects.filter(unread_count__gt=0).count() == 2


def _has_read_all(side: Participant) -> bool:
    return not Participant.objects.get(person=side.other_id, other=side.person_id).unread_count


def test_the_accounts_are_printed_with_the_password() -> None:
    printed = run("demo_accounts")
    assert len(printed.splitlines()) == 1 + User.objects.count()
    for account in demo.accounts():
        assert account.password in printed
        assert account.email in printed
        assert account.name in printed
