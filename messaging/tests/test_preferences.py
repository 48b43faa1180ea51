"""How people are told: chosen on a page or in JSON, and ended from a mail without signing in."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.conftest import codes
from messaging.actions import DIGEST, set_preferences
from messaging.kinds import ABOUT, Email, Kind
from messaging.links import unsubscribe_url
from messaging.models import NotificationPreference
from messaging.queries import Choice, preferences
from messaging.tests.factories import NotificationPreferenceFactory
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.models import new_id

pytestmark = pytest.mark.django_db
PAGE = "/settings/notifications/"
API = "/api/v1/notifications/preferences"


def form(**changes: str) -> dict[str, str]:
    """What the page sends with everything as it is at first, but for ``changes``."""
    sent = {f"{kind}-in_app": "on" for kind, about in ABOUT.items() if about.in_app}
    sent |= {f"{kind}-email": str(about.email) for kind, about in ABOUT.items()}
    return {name: value for name, value in (sent | changes).items() if value}


def path_of(person: User, subject: str) -> str:
    return urlsplit(unsubscribe_url(person.pk, subject)).path


def test_what_was_not_chosen_is_as_at_first(ada: User) -> None:
    chosen = preferences(ada.actor)
    assert {kind: (choice.in_app, choice.email) for kind, choice in chosen.items()} == {
        kind: (about.in_app, about.email) for kind, about in ABOUT.items()
    }


def test_choices_are_kept_for_whom_they_were_made_by(ada: User, ben: User) -> None:
    set_preferences(actor=ada.actor, changes={"reply": {"email": "weekly"}, "mention": {"in_app": False}})
    set_preferences(actor=ada.actor, changes={"reply": {"in_app": False}})
    assert preferences(ada.actor)[Kind.REPLY] == Choice(False, Email.WEEKLY)
    assert preferences(ada.actor)[Kind.MENTION] == Choice(False, ABOUT[Kind.MENTION].email)
    assert preferences(ben.actor)[Kind.REPLY] == Choice(True, Email.INSTANT)
    assert NotificationPreference.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "change"),
    [("nothing", {"in_app": True}), ("reply", {"email": "hourly"}), ("use_case_featured", {"email": "instant"})],
)
def test_what_does_not_exist_is_refused(ada: User, kind: str, change: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        set_preferences(actor=ada.actor, changes={kind: change, "mention": {"email": "off"}})
    assert list(refused.value.fields) == [kind]
    assert not NotificationPreference.objects.exists()


def test_the_page_shows_and_keeps_choices(client: Client, ada: User) -> None:
    client.force_login(ada)
    page = client.get(PAGE).content.decode()
    assert page.count('type="checkbox"') == len(Kind)
    assert page.count("<select") == len(Kind)
    assert f'href="{PAGE}" aria-current="page"' in page

    answer = client.post(PAGE, form(**{"reply-in_app": "", "reply-email": "daily"}))
    assert answer["Location"] == PAGE
    assert preferences(ada.actor)[Kind.REPLY] == Choice(False, Email.DAILY)
    assert NotificationPreference.objects.count() == 1, "what stayed as it was is not written"


def test_the_page_says_what_it_cannot_take(client: Client, ada: User) -> None:
    client.force_login(ada)
    answer = client.post(PAGE, form(**{"use_case_featured-email": "instant"}))
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode() or "field__error" in answer.content.decode()
    assert not NotificationPreference.objects.exists()


def test_who_has_not_confirmed_may_choose_too(client: Client, nico: User) -> None:
    client.force_login(nico)
    assert client.post(PAGE, form(**{"message-email": "off"})).status_code == 302
    assert preferences(nico.actor)[Kind.MESSAGE].email == Email.OFF


def test_programs_read_and_change_choices(api_client: APIClient, ada: User) -> None:
    api_client.force_login(ada)
    assert api_client.get(API).json()["reply"] == {"in_app": True, "email": "instant"}
    assert list(api_client.get(API).json()) == list(Kind)

    changed = api_client.patch(API, {"reply": {"email": "daily"}})
    assert changed.status_code == 200
    assert changed.json()["reply"] == {"in_app": True, "email": "daily"}
    assert api_client.get(API).json() == changed.json()


@pytest.mark.parametrize(
    "body",
    [
        {"nothing": {"in_app": True}},
        {"reply": {"sound": True}},
        {"reply": {"email": "hourly"}},
        {"reply": {"email": None}},
        {"use_case_featured": {"email": "instant"}},
        {"reply": "off"},
    ],
)
def test_programs_are_told_what_is_wrong(api_client: APIClient, ada: User, body: dict[str, object]) -> None:
    api_client.force_login(ada)
    answer = api_client.patch(API, body)
    assert answer.status_code == 400
    assert str(codes(answer)[0][1]).startswith(next(iter(body)))
    assert not NotificationPreference.objects.exists()


def test_a_mail_program_ends_mail_of_a_kind_with_one_click(ada: User, ben: User) -> None:
    """As RFC 8058 has it: a POST with that body, no cookie, no token, no page before."""
    stranger = Client(enforce_csrf_checks=True)
    for _again in range(2):
        answer = stranger.post(
            path_of(ada, "mention"), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
    assert preferences(ada.actor)[Kind.MENTION] == Choice(True, Email.OFF)
    assert preferences(ada.actor)[Kind.REPLY].email == Email.INSTANT
    assert preferences(ben.actor)[Kind.MENTION].email == Email.INSTANT


def test_a_digest_ends_as_a_whole(client: Client, ada: User) -> None:
    NotificationPreferenceFactory(person=ada, kind=Kind.REPLY, email=Email.WEEKLY)
    client.post(path_of(ada, DIGEST))
    left = {kind for kind, choice in preferences(ada.actor).items() if choice.email != Email.OFF}
    assert left == {kind for kind, about in ABOUT.items() if about.email == Email.INSTANT} - {Kind.REPLY}


@pytest.mark.parametrize("subject", ["mention", DIGEST])
def test_the_link_shows_a_button_and_changes_nothing_by_itself(client: Client, ada: User, subject: str) -> None:
    page = client.get(path_of(ada, subject)).content.decode()
    assert "End this mail" in page
    assert '<form method="post">' in page
    assert not NotificationPreference.objects.exists()
    done = client.post(path_of(ada, subject)).content.decode()
    assert "You get no more such mail" in done


def test_links_that_are_not_ours_lead_nowhere(client: Client, ada: User) -> None:
    good = path_of(ada, "mention")
    for path in (good[:-2] + "x/", "/notifications/unsubscribe/nonsense/", path_of(ada, "nothing")):
        assert client.post(path).status_code == 404
    nobody = urlsplit(unsubscribe_url(new_id(), "mention")).path
    assert client.post(nobody).status_code == 404
    assert not NotificationPreference.objects.exists()
