"""People in Django admin, and what moderators do there."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.actions.members import reinstate_account, suspend_account
from accounts.models import User
from accounts.tests.factories import UserFactory
from p2psandbox.platform.errors import Conflict, Forbidden, NotFound, NotSignedIn
from p2psandbox.platform.permissions import VISITOR
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/accounts/user/"


def test_a_moderator_looks_at_people_without_their_passwords(client: Client, mona: User, ada: User) -> None:
    client.force_login(mona)
    assert ada.email in client.get(PEOPLE, {"q": "Bolt"}).content.decode()
    page = client.get(f"{PEOPLE}{ada.pk}/change/").content.decode()
    assert "Ada" in page
    assert "argon2" not in page


def test_nobody_writes_around_the_rules(client: Client, mona: User, ada: User) -> None:
    client.force_login(mona)
    assert client.get(f"{PEOPLE}add/").status_code == 403
    assert client.post(f"{PEOPLE}{ada.pk}/change/", {"is_staff": "on"}).status_code == 403
    assert client.post(f"{PEOPLE}{ada.pk}/delete/", {"post": "yes"}).status_code == 403
    assert not admin.site.is_registered(EmailAddress)


def test_members_have_no_admin(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get(PEOPLE).status_code in (302, 403)


def act(client: Client, action: str, *people: User) -> Any:
    typed = {"action": action, "_selected_action": [str(p.pk) for p in people]}
    return client.post(PEOPLE, typed, follow=True)


def test_a_suspended_person_is_signed_out_at_once_and_can_be_reinstated(
    client: Client, mona: User, ada: User, ben: User
) -> None:
    bens = Client()
    bens.post("/accounts/login/", {"login": ben.email, "password": PASSWORD})
    key = bens.session.session_key
    client.force_login(mona)
    assert "1 account changed" in act(client, "suspend", ben).content.decode()
    assert not type(bens.session)().exists(key)
    assert bens.get("/settings/profile/").status_code == 302
    act(client, "reinstate", ben)
    ben.refresh_from_db()
    assert ben.is_active


def test_the_last_admin_of_an_organization_stays(client: Client, mona: User, ada: User) -> None:
    client.force_login(mona)
    assert "last_admin" in act(client, "suspend", ada).content.decode()
    ada.refresh_from_db()
    assert ada.is_active
    UserFactory(organization=ada.organization, role="admin")
    suspend_account(actor=mona.actor, person_id=ada.pk)
    ada.refresh_from_db()
    assert not ada.is_active


def test_only_moderators_suspend(ada: User, ben: User, mona: User) -> None:
    with pytest.raises(Forbidden):
        suspend_account(actor=ada.actor, person_id=ben.pk)
    with pytest.raises(NotSignedIn):
        reinstate_account(actor=VISITOR, person_id=ben.pk)
    with pytest.raises(Forbidden):
        suspend_account(actor=mona.actor, person_id=mona.pk)
    User.objects.filter(pk=ben.pk).update(deleted_at=timezone.now())
    with pytest.raises(NotFound):
        suspend_account(actor=mona.actor, person_id=ben.pk)


def test_suspending_an_admin_beside_another_is_no_conflict(ada: User, mona: User) -> None:
    with pytest.raises(Conflict):
        suspend_account(actor=mona.actor, person_id=ada.pk)


def test_a_moderator_is_made_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", interactive=False, email="Root@Example.com", first_name="Rut", last_name="Ott", verbosity=0
    )
    root = User.objects.get(email="root@example.com")
    assert (root.first_name, root.is_staff, root.is_superuser, root.is_email_verified) == ("Rut", True, True, True)
    assert EmailAddress.objects.get(user=root).verified
    client = Client()
    assert client.post("/accounts/login/", {"login": root.email, "password": PASSWORD})["Location"] == "/"
    assert client.get("/admin/").status_code == 200


def test_a_person_shows_as_their_name_and_initials(ada: User, nico: User) -> None:
    assert (str(ada), ada.get_short_name(), ada.initials, ada.avatar_url) == ("Ada Berg", "Ada", "AB", None)
    assert User.objects.get_by_natural_key(ada.email.upper()) == ada
    assert User.objects.create_user("x@example.com", None, is_staff=True).has_usable_password() is False
