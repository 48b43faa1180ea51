"""Seeded rows are as the actions would have left them."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Max, OuterRef, Q, Subquery

from accounts.models import MemberRole, User
from dashboard import seeding
from forums import rules
from forums.actions.search import reindex, waiting
from forums.branches import Place, places
from forums.documents import PostRevision
from forums.models import Category, Post, PostLike, SearchEntry, Topic
from messaging.conversing import unread_in
from messaging.models import Conversation, Message, Notification, Participant
from messaging.queries.conversations import find
from organizations.models import Organization
from p2psandbox.platform import documents, richtext
from usecases import search
from usecases.content import of_revision
from usecases.documents import UseCaseRevision
from usecases.models import Status, UseCase

pytestmark = pytest.mark.django_db(databases="__all__")

SCALE = seeding.SCALES["tiny"]
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def seeded(db: Any) -> None:
    seeding.seed(SCALE, now=NOW)


def test_there_is_exactly_as_much_as_the_scale_says(seeded: None) -> None:
    assert Organization.objects.count() == SCALE.organizations
    assert User.objects.count() == SCALE.people
    assert Topic.objects.count() == SCALE.topics
    assert Post.objects.count() == SCALE.posts
    assert UseCase.objects.count() == SCALE.use_cases
    assert Conversation.objects.count() == SCALE.conversations
    assert Message.objects.count() == SCALE.messages
    assert Notification.objects.count() == SCALE.notifications
    longest = Topic.objects.order_by("-last_number").values_list("last_number", flat=True)[:2]
    assert tuple(longest) == SCALE.long_threads


def test_people_can_sign_in_and_every_company_has_an_admin(seeded: None) -> None:
    person = User.objects.get(email=seeding.email(1))
    assert person.check_password(seeding.PASSWORD)
    assert person.is_email_verified
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == SCALE.people
    admins = Count("people", filter=Q(people__role=MemberRole.ADMIN))
    assert set(Organization.objects.annotate(admins=admins).values_list("admins", flat=True)) == {1}
    assert User.objects.get(email=seeding.email(0)).is_staff


def test_numbers_run_from_one_without_a_gap(seeded: None) -> None:
    topics = Topic.objects.annotate(count=Count("posts"), highest=Max("posts__number"))
    assert not topics.exclude(count=F("last_number"), highest=F("last_number")).exists()


def test_posts_stand_on_the_branches_they_answer(seeded: None) -> None:
    for topic in Topic.objects.all():
        thread = list(topic.posts.order_by("number"))
        index = {post.pk: post.number - 1 for post in thread}
        gone = {post.number - 1 for post in thread if post.is_deleted}
        stand = places([index[post.parent_id] if post.parent_id else None for post in thread], gone=gone)
        found = [Place(post.branch, post.branch_place, post.branch_size, post.branch_replies) for post in thread]
        assert found == stand
        assert topic.branch_count == max(place.branch for place in stand)


def test_counters_are_what_counting_finds(seeded: None) -> None:
    for post in Post.objects.annotate(
        found_replies=Count("replies", filter=Q(replies__deleted_at=None), distinct=True),
        found_likes=Count("likes", distinct=True),
    ):
        assert (post.reply_count, post.like_count) == (post.found_replies, post.found_likes)
    for topic in Topic.objects.all():
        alive = topic.posts.alive().order_by("number")
        first, last = alive[0], alive.last()
        assert last is not None
        assert topic.reply_count == alive.count() - 1
        assert topic.like_count == first.like_count
        assert (topic.last_post_at, topic.last_post_by_id) == (last.created_at, last.author_id)
        assert (topic.author_id, topic.organization_id) == (first.author_id, first.organization_id)
    for category in Category.objects.all():
        assert category.topic_count == category.topics.count()
    assert PostLike.objects.exists()


def test_conversations_stand_as_writing_and_reading_would_leave_them(seeded: None) -> None:
    for own in Participant.objects.select_related("last_message", "conversation"):
        rows = list(Message.objects.filter(conversation=own.conversation).order_by("created_at"))
        assert own.last_message == rows[-1]
        assert own.last_at == own.conversation.last_at == rows[-1].created_at
        assert own.unread_count == unread_in(own)
    longest = Counter(Message.objects.values_list("conversation", flat=True)).most_common(1)
    assert longest[0][1] == SCALE.long_conversation
    some = Message.objects.select_related("sender")[0]
    word = max(some.body.split(), key=len)
    assert some in [hit.message for hit in find(some.sender.actor, word, size=100).hits]


def test_posts_follow_each_other_in_time_and_none_is_from_the_future(seeded: None) -> None:
    before = Post.objects.filter(topic=OuterRef("topic"), number=OuterRef("number") - 1).values("created_at")
    assert not Post.objects.annotate(before=Subquery(before)).filter(created_at__lt=F("before")).exists()
    assert not Post.objects.filter(created_at__gt=NOW).exists()


def test_the_database_holds_every_constraint(seeded: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in (Organization, User, Topic, Post):
        for row in model._base_manager.all():
            row.full_clean(exclude=["password"], validate_unique=False)


def test_every_post_leads_to_the_revision_that_says_it(seeded: None) -> None:
    posts = {post.revision_id: post for post in Post.objects.all()}
    revisions = PostRevision.fetch(posts)
    assert revisions.keys() == posts.keys()
    for post in posts.values():
        revision = revisions[post.revision_id]
        assert (revision.subject_id, revision.author_id, revision.previous_id) == (post.id, post.author_id, None)
        assert post.excerpt == rules.excerpt_of(revision.text)
        assert richtext.sanitise(revision.html) == revision.html
        assert richtext.to_text(revision.html) == revision.text


def test_posts_are_indexed_as_writing_would_index_them(seeded: None) -> None:
    columns = [field.attname for field in SearchEntry._meta.concrete_fields]
    before = sorted(SearchEntry.objects.values_list(*columns), key=str)
    assert waiting() == 0
    assert len(before) == Post.objects.count()
    assert reindex(everything=True) == len(before)
    assert sorted(SearchEntry.objects.values_list(*columns), key=str) == before


def test_stories_mirror_their_revision(seeded: None) -> None:
    for story in UseCase.objects.select_related("organization"):
        content = of_revision(UseCaseRevision.get(story.working_revision_id))
        columns = content.columns()
        assert {name: getattr(story, name) for name in columns} == columns
        assert story.search_recipe == search.RECIPE
        vector = search.vector(content, story.organization.name)
        stored, anew = UseCase.objects.filter(pk=story.pk).values_list("search_vector", vector).get()
        assert stored == anew
        assert story.metrics.count() == len(content.metrics)
        assert story.like_count == story.likes.count()
        assert story.transitions.order_by("id").last().to_status == story.status


def test_published_stories_say_when_and_all_states_occur(seeded: None) -> None:
    assert UseCase.objects.filter(status=Status.PUBLISHED).exists()
    assert not UseCase.objects.filter(status=Status.PUBLISHED, published_at=None).exists()
    assert not UseCase.objects.filter(published_at__gt=NOW).exists()


def test_the_sweep_finds_no_orphan(seeded: None) -> None:
    before = Post.objects.count()
    ids = list(Post.objects.values_list("revision_id", flat=True))
    documents.sweep()
    assert len(PostRevision.fetch(ids)) == before


def test_the_same_seed_makes_the_same_rows(seeded: None) -> None:
    first = list(Topic.objects.order_by("id").values_list("id", "title", "last_post_at", "view_count"))
    with connection.cursor() as cursor:
        tables = "accounts_user, organizations_organization, forums_category"
        cursor.execute(f"TRUNCATE {tables} CASCADE")
    seeding.seed(SCALE, now=NOW)
    again = list(Topic.objects.order_by("id").values_list("id", "title", "last_post_at", "view_count"))
    assert again == first


def test_the_command_seeds_and_says_how_to_sign_in() -> None:
    out = io.StringIO()
    call_command("seed", scale="tiny", yes=True, stdout=out)
    assert "300 posts" in out.getvalue()
    assert seeding.PASSWORD in out.getvalue()
    with pytest.raises(CommandError, match="already"):
        call_command("seed", scale="tiny", yes=True)


def test_without_a_terminal_the_command_wants_a_yes() -> None:
    with pytest.raises(CommandError, match="--yes"):
        call_command("seed", scale="tiny")
    assert not User.objects.exists()
