"""Protected contact: asked for, given to one person, seen by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import MemberRole, User
from accounts.tests.factories import UserFactory
from messaging.models import Notification
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, TooMany
from p2psandbox.platform.permissions import VISITOR
from usecases import queries
from usecases.actions import contacts, drafts, lifecycle
from usecases.models import ContactRequest, UseCase
from usecases.tests.factories import asked, draft, published

pytestmark = pytest.mark.django_db(databases="__all__")

MAIL, PHONE = "ben@bolt.example", "+49 341 123"


@pytest.fixture
def story(ben: User, ada: User) -> UseCase:
    return published(ben, ada)


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(recipient=person, read_at=None).values_list("kind", flat=True))


def seen_by(person: User, story: UseCase) -> tuple[str, Any]:
    """What the page and the JSON of a story tell somebody."""
    client, api = Client(), APIClient()
    client.force_login(person)
    api.force_authenticate(person)
    page = client.get(story.get_absolute_url()).content.decode()
    return page, api.get(f"/api/v1/use-cases/{story.pk}").json()


def test_an_accepted_request_shows_the_contact_to_that_person_alone(story: UseCase, ben: User, lina: User) -> None:
    colleague = UserFactory(organization=lina.organization)
    request = asked(lina, story)
    assert MAIL not in seen_by(lina, story)[0]
    contacts.accept_contact_request(actor=ben.actor, request_id=request.pk, answer="Call in the morning.")
    page, data = seen_by(lina, story)
    assert MAIL in page
    assert PHONE in page
    assert "Call in the morning." in page
    assert (data["contact"]["email"], data["contact_request"]) == (MAIL, "accepted")
    assert data["can"]["see_contact"]
    for other in (colleague, UserFactory()):
        page, data = seen_by(other, story)
        assert MAIL not in page
        assert PHONE not in page
        assert (data["contact"], data["contact_request"]) == (None, None)


def test_the_author_and_the_admins_are_told_and_the_asker_of_the_outcome(
    story: UseCase, ada: User, ben: User, lina: User
) -> None:
    second = UserFactory(organization=ben.organization, role=MemberRole.ADMIN)
    request = asked(lina, story)
    for person in (ada, ben, second):
        assert "contact_request" in told(person)
    contacts.decline_contact_request(actor=ada.actor, request_id=request.pk)
    for person in (ada, ben, second):
        assert "contact_request" not in told(person)
    assert told(lina) == ["contact_answered"]
    assert Notification.objects.get(recipient=lina).people == []


def test_nobody_asks_their_own_organization_and_moderators_need_not(
    story: UseCase, ada: User, ben: User, mona: User
) -> None:
    for person in (ada, ben, mona):
        with pytest.raises(Forbidden):
            asked(person, story)
    with pytest.raises(NotSignedIn):
        contacts.ask_for_contact(actor=VISITOR, use_case_id=story.pk, message="May I ask you something?")


def test_a_draft_of_others_is_not_there_to_ask_about(ben: User, lina: User) -> None:
    with pytest.raises(NotFound):
        asked(lina, draft(ben))


@pytest.mark.parametrize("message", ["", "!!!!!!!!!!!!", "https://example.com/buy-now", "aaaaaaaaaaaa", "x" * 2001])
def test_a_request_says_something(message: str, story: UseCase, lina: User) -> None:
    with pytest.raises(Invalid) as refused:
        asked(lina, story, message)
    assert list(refused.value.fields) == ["message"]


def test_asking_again_while_it_waits_returns_the_same_request(story: UseCase, lina: User) -> None:
    assert asked(lina, story) == asked(lina, story)
    assert ContactRequest.objects.count() == 1


def test_after_a_refusal_one_waits_ninety_days(story: UseCase, ben: User, lina: User) -> None:
    request = asked(lina, story)
    contacts.decline_contact_request(actor=ben.actor, request_id=request.pk)
    with pytest.raises(Conflict) as refused:
        asked(lina, story)
    assert refused.value.code == "declined_recently"
    ContactRequest.objects.update(answered_at=timezone.now() - timedelta(days=91))
    assert asked(lina, story) != request


def test_so_many_a_day_and_no_more(ben: User, ada: User, lina: User) -> None:
    stories = [published(ben, ada) for _ in range(contacts.MOST_A_DAY + 1)]
    for story in stories[:-1]:
        asked(lina, story)
    asked(lina, stories[0])  # the same once more takes no turn
    with pytest.raises(TooMany):
        asked(lina, stories[-1])


def test_only_the_author_and_the_admins_answer(story: UseCase, ben: User, lina: User, kamal: User) -> None:
    request = asked(lina, story)
    colleague = UserFactory(organization=ben.organization)
    for person, refusal in ((lina, Forbidden), (kamal, NotFound), (colleague, NotFound)):
        with pytest.raises(refusal):
            contacts.accept_contact_request(actor=person.actor, request_id=request.pk)
    User.objects.filter(pk=ben.pk).update(organization=kamal.organization)
    with pytest.raises(NotFound):
        contacts.accept_contact_request(actor=User.objects.get(pk=ben.pk).actor, request_id=request.pk)


def test_what_was_answered_is_not_answered_otherwise(story: UseCase, ben: User, lina: User) -> None:
    request = asked(lina, story)
    contacts.accept_contact_request(actor=ben.actor, request_id=request.pk)
    contacts.accept_contact_request(actor=ben.actor, request_id=request.pk)
    with pytest.raises(Conflict):
        contacts.decline_contact_request(actor=ben.actor, request_id=request.pk)


def test_a_story_that_leaves_takes_its_open_requests_along(story: UseCase, ada: User, ben: User, lina: User) -> None:
    request = asked(lina, story)
    lifecycle.unpublish(actor=ada.actor, use_case_id=story.pk)
    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert "contact_request" not in told(ben)
    lifecycle.publish(actor=ada.actor, use_case_id=story.pk)
    with pytest.raises(Conflict):
        contacts.accept_contact_request(actor=ben.actor, request_id=request.pk)
    again = asked(lina, story)
    contacts.accept_contact_request(actor=ben.actor, request_id=again.pk)
    lifecycle.delete(actor=ben.actor, use_case_id=story.pk)
    with pytest.raises(NotFound):
        queries.read(lina.actor, story.pk)


def test_what_an_unpublished_story_is_called_now_is_not_said_to_who_asked(
    story: UseCase, ada: User, lina: User, client: Client
) -> None:
    asked(lina, story)
    lifecycle.unpublish(actor=ada.actor, use_case_id=story.pk)
    drafts.save_draft(actor=ada.actor, use_case_id=story.pk, changes={"title": "Secret plans for next year"})
    client.force_login(lina)
    page = client.get("/use-cases/contact-requests/?box=sent").content.decode()
    assert "has left the library" in page
    assert "Secret plans" not in page
    assert "Secret plans" not in client.get("/api/v1/contact-requests").content.decode()


def test_who_is_switched_off_waits_no_more_and_is_given_nothing(story: UseCase, ben: User, lina: User) -> None:
    request = asked(lina, story)
    User.objects.filter(pk=lina.pk).update(is_active=False)
    assert not queries.requests_received(ben.actor, waiting=True).exists()
    with pytest.raises(Conflict):
        contacts.accept_contact_request(actor=ben.actor, request_id=request.pk)


def test_who_changes_company_leaves_the_contact_behind(story: UseCase, ben: User, lina: User) -> None:
    contacts.accept_contact_request(actor=ben.actor, request_id=asked(lina, story).pk)
    User.objects.filter(pk=lina.pk).update(organization=UserFactory().organization)
    page, data = seen_by(User.objects.get(pk=lina.pk), story)
    assert MAIL not in page
    assert data["contact"] is None


def test_a_story_without_a_contact_gives_none_away(ben: User, ada: User, lina: User) -> None:
    story = published(ben, ada, contact=None)
    with pytest.raises(Conflict) as refused:
        contacts.accept_contact_request(actor=ben.actor, request_id=asked(lina, story).pk)
    assert refused.value.code == "no_contact"


def test_the_owner_reads_who_was_given_what_and_when_it_was_seen(story: UseCase, ben: User, lina: User) -> None:
    request = asked(lina, story)
    contacts.accept_contact_request(actor=ben.actor, request_id=request.pk)
    assert "not seen yet" in seen_by(ben, story)[0]
    seen_by(lina, story)
    request.refresh_from_db()
    assert request.seen_at is not None
    assert request.given == ["name", "title", "email", "phone"]
    page = seen_by(ben, story)[0]
    assert lina.get_full_name() in page
    assert "not seen yet" not in page


def test_asking_and_answering_on_pages(client: Client, story: UseCase, ben: User, lina: User) -> None:
    client.force_login(lina)
    ask = f"/use-cases/{story.pk}/ask/"
    assert ask in client.get(story.get_absolute_url()).content.decode()
    short = client.post(ask, {"message": "Hi"}).content.decode()
    assert "at least 10 characters" in short
    assert client.post(ask, {"message": "May we visit your plant?"}).status_code == 302
    assert "You asked on" in client.get(story.get_absolute_url()).content.decode()
    request = ContactRequest.objects.get()
    client.force_login(ben)
    assert "May we visit your plant?" in client.get("/use-cases/contact-requests/").content.decode()
    assert "Asks for contact" in client.get("/").content.decode()
    accept = f"/use-cases/contact-requests/{request.pk}/accept/"
    assert client.post(accept, {"answer": "Gladly."}, follow=True).status_code == 200
    assert "already" in client.post(f"/use-cases/contact-requests/{request.pk}/decline/", follow=True).content.decode()
    client.force_login(lina)
    assert "Gladly." in client.get("/use-cases/contact-requests/?box=sent").content.decode()


def test_asking_and_answering_in_json(story: UseCase, ben: User, lina: User) -> None:
    api = APIClient()
    api.force_authenticate(lina)
    address = f"/api/v1/use-cases/{story.pk}/contact-requests"
    made = api.post(address, {"message": "May we visit your plant?"}, format="json")
    assert (made.status_code, made.json()["state"], made.json()["direction"]) == (201, "open", "sent")
    assert api.post(address, {"message": "May we visit your plant?"}, format="json").status_code == 200
    assert api.post(f"/api/v1/contact-requests/{made.json()['id']}/accept", {}, format="json").status_code == 403
    api.force_authenticate(ben)
    [found] = api.get("/api/v1/contact-requests?direction=received").json()["results"]
    assert found["asker"]["first_name"] == "Lina"
    done = api.post(f"/api/v1/contact-requests/{found['id']}/accept", {"answer": "Gladly."}, format="json")
    assert (done.json()["state"], done.json()["answered_by"]["first_name"]) == ("accepted", "Ben")
    api.force_authenticate(lina)
    [mine] = api.get("/api/v1/contact-requests").json()["results"]
    assert (mine["answered_by"], mine["seen_at"], mine["given"]) == (None, None, [])


def test_a_list_of_requests_takes_few_queries(
    ben: User, ada: User, django_assert_max_num_queries: Any, client: Client
) -> None:
    story = published(ben, ada)
    for _ in range(5):
        asked(UserFactory(), story)
    client.force_login(ben)
    with django_assert_max_num_queries(6):
        client.get("/use-cases/contact-requests/")
