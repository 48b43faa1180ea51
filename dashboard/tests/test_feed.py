"""The activity feed: in order, without doubles or gaps, and only what everybody may see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from dashboard import feed
from dashboard.feed import Kind, Scope, activity, count_newer
from dashboard.tests.factories import answered_at, question_at, reply_at, story_at
from forums.models import Post, Topic, TopicReader
from forums.tests.factories import ask
from messaging.actions.blocking import block
from messaging.tests.factories import BlockFactory
from organizations.models import Organization
from p2psandbox.platform.errors import Invalid, NotVerified
from usecases.models import ReplicationState, Status, UseCase
from usecases.tests.factories import ReplicationFactory

pytestmark = pytest.mark.django_db(databases="__all__")

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _old_companies(bolt: Organization, khalil: Organization) -> None:
    for number, company in enumerate((bolt, khalil)):
        Organization.objects.filter(pk=company.pk).update(created_at=START - timedelta(days=1 + number))


def names(person: User, **given: Any) -> list[str]:
    return [entry.name for entry in activity(person.actor, **given).entries]


def walk(person: User, *, size: int, scope: Scope = Scope.ALL, kind: Kind | None = None) -> list[str]:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = activity(person.actor, scope=scope, kind=kind, cursor=cursor, size=size)
        found += [entry.name for entry in page.entries]
        cursor = page.next
    return found


def test_everything_is_merged_in_order(ada: User, ben: User, lina: User) -> None:
    topic = question_at(lina, START)
    answer = reply_at(ben, topic, START + timedelta(hours=1))
    story = story_at(ada, START + timedelta(hours=2))
    answered_at(topic, answer, START + timedelta(hours=3))
    found = [(entry.kind, entry.id) for entry in activity(lina.actor).entries]
    assert found == [
        (Kind.BEST_ANSWER, topic.pk),
        (Kind.USE_CASE, story.pk),
        (Kind.REPLY, answer.pk),
        (Kind.TOPIC, topic.pk),
        (Kind.ORGANIZATION, ada.organization_id),
        (Kind.ORGANIZATION, lina.organization_id),
    ]


def test_what_is_deleted_hidden_or_unpublished_is_gone_at_once(ben: User, lina: User) -> None:
    topic, gone = question_at(lina), question_at(lina)
    deleted, hidden = reply_at(ben, topic), reply_at(ben, topic)
    story, below = story_at(ben), reply_at(ben, gone)
    before = set(names(lina))
    now = timezone.now()
    Topic.objects.filter(pk=gone.pk).update(deleted_at=now)
    Post.objects.filter(pk=deleted.pk).update(deleted_at=now)
    Post.objects.filter(pk=hidden.pk).update(hidden_at=now)
    UseCase.objects.filter(pk=story.pk).update(status=Status.UNPUBLISHED)
    vanished = {f"topic:{gone.pk}", f"use_case:{story.pk}", *(f"reply:{one.pk}" for one in (deleted, hidden, below))}
    assert before - set(names(lina)) == vanished


def test_what_others_tried_is_told_while_the_story_is_there(ben: User, lina: User) -> None:
    story = story_at(ben, START)
    at = timezone.now()
    tried = ReplicationFactory(use_case=story, author=lina, state=ReplicationState.PUBLISHED, published_at=at)
    waiting = ReplicationFactory(
        use_case=story_at(ben, START), author=lina, state=ReplicationState.IN_REVIEW, published_at=None
    )
    found = names(ben)
    assert found[0] == f"replication:{tried.pk}"
    assert f"replication:{waiting.pk}" not in found
    UseCase.objects.filter(pk=story.pk).update(status=Status.UNPUBLISHED)
    assert f"replication:{tried.pk}" not in names(ben)


def test_an_unconfirmed_sign_up_is_no_news(lina: User, nico: User) -> None:
    stranger = Organization.objects.create(name="Nobody yet", slug="nobody-yet")
    assert f"organization:{stranger.pk}" not in names(lina)


def test_my_organization_and_what_i_watch(ben: User, ada: User, lina: User) -> None:
    mine, other = question_at(ben, START), question_at(lina, START)
    reply = reply_at(lina, other)
    TopicReader.objects.create(topic=other, user=ada, watch="watching")
    TopicReader.objects.create(topic=mine, user=ada, watch="normal")
    assert names(ada, scope=Scope.ORGANIZATION) == [f"topic:{mine.pk}", f"organization:{ada.organization_id}"]
    assert names(ada, scope=Scope.WATCHING) == [f"reply:{reply.pk}", f"topic:{other.pk}"]
    assert names(ada, kind=Kind.REPLY) == [f"reply:{reply.pk}"]


def test_what_blocked_people_do_is_left_out_and_not_counted(ben: User, ada: User, lina: User) -> None:
    topic = question_at(ben)
    answered_at(topic, reply_at(lina, topic))
    story_at(lina)
    own = names(ada)
    BlockFactory(person=ada, blocked=lina)
    start = activity(ada.actor).newest
    assert names(ada) == [name for name in own if name in (f"topic:{topic.pk}", *_companies(own))]
    assert names(ben) == own
    question_at(lina)
    assert count_newer(ada.actor, start) == 0
    assert count_newer(ben.actor, start) > 0


def _companies(found: list[str]) -> list[str]:
    return [name for name in found if name.startswith("organization:")]


def test_a_moderator_without_a_company_has_no_company_feed(ben: User, mona: User) -> None:
    question_at(ben)
    assert names(mona, scope=Scope.ORGANIZATION) == []
    assert names(mona, scope=Scope.ALL) != []


MOMENTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=1, max_size=25)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=MOMENTS, size=st.integers(1, 5), meanwhile=st.lists(st.integers(0, 3), max_size=12))
def test_paging_shows_each_entry_once_whatever_comes_or_goes(
    ben: User, lina: User, moments: list[tuple[int, int]], size: int, meanwhile: list[int]
) -> None:
    """Many entries of one moment; while it is read, entries arrive on top and others vanish."""
    Topic.objects.all().update(best_answer=None, best_answer_at=None, deleted_at=timezone.now())
    UseCase.objects.all().update(deleted_at=timezone.now())
    kept = [_made(ben, what, START + timedelta(minutes=minute)) for what, minute in moments]
    doomed = [f"use_case:{story_at(ben, START + timedelta(minutes=minute)).pk}" for _what, minute in moments[::3]]
    seen: list[str] = []
    cursor: str | None = ""
    steps = iter(meanwhile)
    while cursor is not None:
        page = activity(lina.actor, cursor=cursor, size=size)
        seen += [entry.name for entry in page.entries]
        cursor = page.next
        if (step := next(steps, None)) is not None:
            if step < 2:
                question_at(ben, START + timedelta(days=1 + step))
            elif doomed:
                UseCase.objects.filter(pk=doomed.pop().removeprefix("use_case:")).update(deleted_at=timezone.now())
    assert len(seen) == len(set(seen))
    assert {name for names_ in kept for name in names_} <= set(seen)
    order = [entry.key for entry in activity(lina.actor, size=100).entries]
    assert order == sorted(order, reverse=True)


def _made(person: User, what: int, at: datetime) -> set[str]:
    if what == 0:
        return {f"use_case:{story_at(person, at).pk}"}
    topic = question_at(person, at)
    if what == 1:
        return {f"topic:{topic.pk}"}
    reply = reply_at(person, topic, at)
    if what == 2:
        return {f"topic:{topic.pk}", f"reply:{reply.pk}"}
    answered_at(topic, reply, at)
    return {f"topic:{topic.pk}", f"reply:{reply.pk}", f"best_answer:{topic.pk}"}


def test_one_can_go_back_up(ben: User, lina: User) -> None:
    for minute in range(7):
        question_at(ben, START + timedelta(minutes=minute))
    first = activity(lina.actor, size=3)
    second = activity(lina.actor, cursor=str(first.next), size=3)
    back = activity(lina.actor, cursor=str(second.previous), size=3)
    assert [e.id for e in back.entries] == [e.id for e in first.entries]
    assert first.previous is None
    assert back.previous is None


def test_new_entries_of_others_are_counted(ben: User, lina: User) -> None:
    page = activity(lina.actor)
    question_at(ben)
    question_at(lina)
    assert count_newer(lina.actor, page.newest) == 1


@pytest.mark.parametrize("wrong", ["x", "%00", "bm8gY3Vyc29y", "é"])
def test_what_is_no_cursor_is_refused(lina: User, wrong: str) -> None:
    with pytest.raises(Invalid):
        activity(lina.actor, cursor=wrong)


def test_a_cursor_of_another_feed_is_refused(client: Client, ben: User, lina: User) -> None:
    for _number in range(3):
        question_at(ben)
    cursor = activity(lina.actor, size=2).next
    client.force_login(lina)
    assert client.get(f"/api/v1/dashboard/activity?cursor={cursor}").status_code == 200
    for other in ("scope=organization", "kind=topic"):
        answer = client.get(f"/api/v1/dashboard/activity?cursor={cursor}&{other}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["attr"] == "cursor"


def test_the_json_is_the_same_feed_in_one_query_a_kind(client: Client, ben: User, lina: User) -> None:
    for _number in range(4):
        topic = question_at(ben)
        answered_at(topic, reply_at(lina, topic))
    client.force_login(lina)
    client.get("/api/v1/dashboard/activity")
    with CaptureQueriesContext(connection) as asked:
        found = client.get("/api/v1/dashboard/activity").json()
    assert [one["id"] for one in found["results"]] == names(lina)
    assert len(asked) <= 1 + len(Kind)
    assert found["results"][0]["person"]["organization"]["name"] == "Khalil Plastics"


def test_the_feed_is_for_confirmed_people(nico: User) -> None:
    with pytest.raises(NotVerified):
        activity(nico.actor)


def test_the_latest_entry_is_known_by_name(ben: User) -> None:
    topic = question_at(ben)
    assert feed.latest_id() == f"topic:{topic.pk}"
    assert UUID(str(feed.latest_id()).partition(":")[2])


def test_the_beginning_of_the_feed_is_made_once_for_all_who_see_the_same(
    client: Client, ada: User, ben: User, lina: User, django_capture_on_commit_callbacks: Any
) -> None:
    def titles(person: User, **chosen: str) -> list[str]:
        client.force_login(person)
        return [entry["title"] for entry in client.get("/api/v1/dashboard/activity", chosen).json()["results"]]

    with django_capture_on_commit_callbacks(execute=True):
        ask(ada, title="Who grinds cast iron dry?")
    assert "Who grinds cast iron dry?" in titles(ben)
    with CaptureQueriesContext(connection) as queries:
        assert titles(lina) == titles(ben)
    assert not any("forums_topic" in query["sql"] for query in queries)
    assert "Who grinds cast iron dry?" in titles(ben, scope="organization")
    assert "Who grinds cast iron dry?" not in titles(lina, scope="organization")

    with django_capture_on_commit_callbacks(execute=True):
        block(actor=lina.actor, person_id=ada.pk)
    assert "Who grinds cast iron dry?" not in titles(lina)
    assert "Who grinds cast iron dry?" in titles(ben)
