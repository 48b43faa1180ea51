"""We tried this too: reports of other organizations, signed off there, counted on the story."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import MemberRole, User
from accounts.tests.factories import UserFactory
from messaging.models import Notification
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound
from usecases import queries
from usecases.actions import lifecycle, replications
from usecases.models import Replication, UseCase
from usecases.tests.factories import REPORT, draft, published, tried

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def story(ben: User, ada: User) -> UseCase:
    return published(ben, ada)


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(recipient=person, read_at=None).values_list("kind", flat=True))


def counts(story: UseCase) -> tuple[int, int, int]:
    story.refresh_from_db()
    return story.replications_same, story.replications_partly, story.replications_failed


def test_an_admins_report_is_published_and_told_to_the_author(story: UseCase, ben: User, kamal: User) -> None:
    made = tried(kamal, story)
    assert made.is_published
    assert counts(story) == (1, 0, 0)
    assert "replication" in told(ben)


def test_a_members_report_waits_for_their_own_admin(
    story: UseCase, ada: User, ben: User, kamal: User, lina: User
) -> None:
    made = tried(lina, story, outcome="partly")
    assert (made.state, counts(story)) == ("in_review", (0, 0, 0))
    assert told(kamal) == ["replication_submitted"]
    assert "replication" not in told(ben)
    assert queries.replications_of(ben.actor, story) == []
    with pytest.raises(NotFound):
        replications.approve_report(actor=ada.actor, replication_id=made.pk)
    with pytest.raises(Forbidden):
        replications.approve_report(actor=lina.actor, replication_id=made.pk)
    replications.approve_report(actor=kamal.actor, replication_id=made.pk)
    assert counts(story) == (0, 1, 0)
    assert told(kamal) == []
    assert told(lina) == ["replication_decided"]
    assert queries.replications_of(ben.actor, story) == [made]


def test_a_report_comes_back_with_a_note_is_changed_and_handed_in_again(
    story: UseCase, kamal: User, lina: User
) -> None:
    made = tried(lina, story)
    with pytest.raises(Invalid):
        replications.reject_report(actor=kamal.actor, replication_id=made.pk, note="")
    replications.reject_report(actor=kamal.actor, replication_id=made.pk, note="Say on how many machines.")
    replications.edit_report(actor=lina.actor, replication_id=made.pk, outcome="failed")
    made.refresh_from_db()
    assert (made.state, made.note, made.outcome, made.summary) == ("in_review", "", "failed", REPORT["summary"])
    replications.approve_report(actor=kamal.actor, replication_id=made.pk)
    with pytest.raises(Conflict):
        replications.edit_report(actor=lina.actor, replication_id=made.pk, outcome="same")
    assert counts(story) == (0, 0, 1)


def test_nobody_reports_on_their_own_organizations_story_nor_on_drafts(
    story: UseCase, ada: User, ben: User, lina: User, mona: User
) -> None:
    for person in (ben, ada, mona):
        with pytest.raises(Forbidden):
            tried(person, story)
    with pytest.raises(NotFound):
        tried(lina, draft(ben))


def test_one_report_for_each_organization_until_it_is_withdrawn(story: UseCase, kamal: User, lina: User) -> None:
    made = tried(lina, story)
    with pytest.raises(Conflict):
        tried(kamal, story)
    replications.approve_report(actor=kamal.actor, replication_id=made.pk)
    replications.withdraw_report(actor=lina.actor, replication_id=made.pk)
    assert counts(story) == (0, 0, 0)
    tried(kamal, story, outcome="failed")
    assert counts(story) == (0, 0, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": "great"}, "outcome"),
        ({"summary": "Fine."}, "summary"),
        ({"summary": "!" * 30}, "summary"),
        ({"summary": "x" * 3000}, "summary"),
        ({"context": "https://example.com/buy"}, "context"),
        ({"metrics": [{"name": "OEE", "unit": "kWh", "baseline": "1", "result": "2"}]}, "metrics.0.unit"),
        ({"metrics": [{"name": "Downtime", "unit": "h"}]}, "metrics.0.result"),
        ({"metrics": "many"}, "metrics"),
        ({"state": "published"}, "state"),
    ],
)
def test_a_report_says_something(changes: dict[str, Any], field: str, story: UseCase, kamal: User) -> None:
    with pytest.raises(Invalid) as refused:
        tried(kamal, story, **changes)
    assert list(refused.value.fields) == [field]


def test_a_story_that_leaves_takes_its_reports_along(story: UseCase, ada: User, kamal: User, lina: User) -> None:
    made = tried(lina, story)
    lifecycle.unpublish(actor=ada.actor, use_case_id=story.pk)
    assert not queries.replications_to_review(kamal.actor).exists()
    with pytest.raises(NotFound):
        replications.approve_report(actor=kamal.actor, replication_id=made.pk)


def test_reporting_and_signing_off_on_pages(client: Client, story: UseCase, kamal: User, lina: User) -> None:
    form = f"/use-cases/{story.pk}/tried/"
    client.force_login(lina)
    assert form in client.get(story.get_absolute_url()).content.decode()
    typed = {
        "outcome": "same",
        "summary": "Short",
        "metric-0-name": "OEE",
        "metric-0-unit": "kWh",
        "metric-0-result": "7",
    }
    refused = client.post(form, typed).content.decode()
    assert "at least 20 characters" in refused
    assert "kWh cannot be compared" in refused
    typed |= {"summary": "We did the same on two presses.", "metric-0-unit": "%"}
    assert client.post(form, typed).status_code == 302
    made = Replication.objects.get()
    assert "We did the same" in client.get(story.get_absolute_url()).content.decode()
    client.force_login(UserFactory())
    assert "We did the same" not in client.get(story.get_absolute_url()).content.decode()
    client.force_login(kamal)
    assert "We did the same" in client.get("/use-cases/review/").content.decode()
    client.post(f"/use-cases/replications/{made.pk}/reject/", {"note": "Say which presses."})
    client.force_login(lina)
    page = client.get(form).content.decode()
    assert "Say which presses." in page
    assert "We did the same on two presses." in page
    client.post(form, typed | {"summary": "We did the same on the two Engel presses."})
    client.force_login(kamal)
    client.post(f"/use-cases/replications/{made.pk}/approve/")
    client.force_login(UserFactory())
    page = client.get(story.get_absolute_url()).content.decode()
    assert "the two Engel presses" in page
    assert "1 organization tried it: 1 with the same result" in page
    assert "1 organization tried it" in client.get("/use-cases/").content.decode()


def test_reporting_and_signing_off_in_json(story: UseCase, ben: User, kamal: User, lina: User) -> None:
    api = APIClient()
    api.force_authenticate(lina)
    address = f"/api/v1/use-cases/{story.pk}/replications"
    made = api.post(address, REPORT, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "in_review")
    assert made.json()["metrics"][0]["change_percent"] == -67
    assert api.post(address, REPORT, format="json").json()["errors"][0]["code"] == "already_reported"
    one = f"/api/v1/replications/{made.json()['id']}"
    assert api.patch(one, {"outcome": "partly"}, format="json").json()["outcome"] == "partly"
    api.force_authenticate(kamal)
    assert api.post(f"{one}/reject", {"note": "Say more."}, format="json").json()["note"] == "Say more."
    assert api.post(f"{one}/approve", {}, format="json").status_code == 409
    assert api.patch(one, {"outcome": "same"}, format="json").json()["state"] == "published"
    api.force_authenticate(ben)
    assert api.get(address).json()["results"][0]["organization"]["name"] == "Khalil Plastics"
    record = {"same": 1, "partly": 0, "failed": 0}
    assert api.get(f"/api/v1/use-cases/{story.pk}").json()["replications"] == record
    assert api.get("/api/v1/use-cases").json()["results"][0]["replications"] == record
    api.force_authenticate(kamal)
    assert api.delete(one).status_code == 204
    assert api.get(f"/api/v1/use-cases/{story.pk}").json()["replications"]["same"] == 0


def test_a_list_of_reports_takes_few_queries(
    client: Client, story: UseCase, lina: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        tried(UserFactory(role=MemberRole.ADMIN), story)
    client.force_login(lina)
    client.get(story.get_absolute_url())
    with django_assert_max_num_queries(9):
        client.get(story.get_absolute_url())
