"""An organization in numbers: the same as when somebody counts the rows one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Invitation, User
from accounts.tests.factories import UserFactory
from dashboard.statistics import own_statistics
from forums.models import Post, Topic
from forums.tests.factories import answer, ask
from organizations.models import Organization
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import Purpose, Rendition, StoredFile
from p2psandbox.platform.files.tests.factories import picture
from usecases.models import UseCase
from usecases.tests.factories import draft, published, submitted

pytestmark = pytest.mark.django_db(databases="__all__")


def choose(topic: Topic, post: Post) -> None:
    Topic.objects.filter(pk=topic.pk).update(best_answer=post, best_answer_at=timezone.now())


@pytest.fixture
def busy(
    ada: User, ben: User, kamal: User, lina: User, nico: User, bolt: Organization, tmp_path: Any, settings: Any
) -> None:
    """Two companies that did a bit of everything, some of it gone again."""
    settings.MEDIA_ROOT = tmp_path
    UserFactory(organization=bolt, is_active=False)
    UserFactory(organization=bolt, deleted_at=timezone.now())
    for number in range(3):
        topic = ask(ben, f"Why does press number {number} stop?")
        best = answer(lina, topic, "<p>The relay.</p>")
        answer(ada, topic, "<p>It was not the relay.</p>")
        choose(topic, best)
        Topic.objects.filter(pk=topic.pk).update(view_count=10 + number)
    theirs = ask(lina, "Which grease for slow bearings?")
    helped = answer(ben, theirs, "<p>Lithium complex.</p>")
    choose(theirs, helped)
    gone = ask(ben, "This topic will be deleted soon")
    answer(ben, gone, "<p>With its reply.</p>")
    Topic.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    old = answer(ada, theirs, "<p>Long ago.</p>")
    Post.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=12))
    older = answer(ada, theirs, "<p>Longer ago.</p>")
    Post.objects.filter(pk=older.pk).update(created_at=timezone.now() - timedelta(days=40))
    for make in (lambda: published(ben, ada), lambda: submitted(ben), lambda: draft(ben), lambda: draft(ada)):
        make()
    UseCase.objects.filter(status="published").update(view_count=7)
    for person in (ada, kamal):
        stream = tmp_path / "picture.png"
        stream.write_bytes(picture(format="PNG"))
        with stream.open("rb") as opened:
            files.store(actor=person.actor, purpose=Purpose.LOGO, name="p.png", stream=opened, content_type="image/png")


def counted(organization: Organization) -> dict[str, Any]:
    """Count in Python, row by row."""
    now = timezone.now()
    people = [u for u in User.objects.all() if u.organization_id == organization.pk and u.deleted_at is None]
    active = [u for u in people if u.is_active and u.email_verified_at]
    topics = [t for t in Topic.objects.all() if t.deleted_at is None]
    own = [t for t in topics if t.organization_id == organization.pk]
    alive = {t.pk for t in topics}
    posts = [p for p in Post.objects.all() if p.deleted_at is None and p.hidden_at is None and p.topic_id in alive]
    mine = [p for p in posts if p.organization_id == organization.pk]
    by_id = {p.pk: p for p in posts}
    best = [t for t in topics if t.best_answer_id and by_id[t.best_answer_id].organization_id == organization.pk]
    stories = [s for s in UseCase.objects.all() if s.organization_id == organization.pk and s.deleted_at is None]
    out = [s for s in stories if s.status == "published"]
    kept = [f for f in StoredFile.objects.all() if f.organization_id == organization.pk and f.status == "ready"]
    ids = {f.pk for f in kept}
    made = [r for r in Rendition.objects.all() if r.file_id in ids]

    def since(days: int) -> int:
        start = now - timedelta(days=days)
        return len([p for p in mine if p.created_at > start]) + len([s for s in out if s.published_at > start])

    return {
        "users": {
            "total": len(people),
            "active": len(active),
            "admins": len([u for u in active if u.role == "admin"]),
            "pending_invitations": Invitation.objects.count(),
        },
        "content": {
            "topics": len(own),
            "posts": len([p for p in mine if p.number > 1]),
            "best_answers": len(best),
            "use_cases_by_status": {
                status: len([s for s in stories if s.status == status])
                for status in ("draft", "in_review", "published", "unpublished")
            },
            "views": sum(t.view_count for t in own) + sum(s.view_count for s in stories),
        },
        "activity": {"last_7_days": since(7), "last_30_days": since(30)},
        "storage": {
            "files": len(kept),
            "bytes": sum(f.bytes or 0 for f in kept) + sum(r.bytes for r in made),
            "quota_bytes": 5 * 1024**3,
        },
    }


def test_json_says_what_counting_row_by_row_says(busy: None, ada: User, kamal: User) -> None:
    for person in (ada, kamal):
        program = APIClient()
        program.force_login(person)
        said = program.get("/api/v1/organizations/stats").json()
        assert person.organization is not None
        expected = counted(person.organization)
        expected["storage"]["quota_bytes"] = said["storage"]["quota_bytes"]
        assert said == expected
        assert said["content"]["topics"] > 0
        assert said["storage"]["bytes"] > 0


def test_the_page_shows_the_same_to_every_member(busy: None, client: Client, ben: User) -> None:
    client.force_login(ben)
    page = client.get("/organization/statistics/").content.decode()
    for label in ("Members", "Best answers", "Last 30 days", "Storage", "In review"):
        assert label in page


def test_people_without_an_organization_have_no_numbers(mona: User) -> None:
    with pytest.raises(NotFound):
        own_statistics(mona.actor)


def test_the_numbers_cost_the_same_however_much_there_is(busy: None, client: Client, ada: User) -> None:
    client.force_login(ada)
    client.get("/organization/statistics/")
    with CaptureQueriesContext(connection) as before:
        client.get("/organization/statistics/")
    for number in range(5):
        ask(ada, f"One more question, number {number}")
        UserFactory(organization=ada.organization)
    with CaptureQueriesContext(connection) as after:
        client.get("/organization/statistics/")
    assert len(after) == len(before) <= 13, [query["sql"] for query in after]
