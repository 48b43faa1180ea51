"""Following an invitation: who gets in, who does not, and what each is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.acceptance import accept_invitation
from accounts.actions.invitations import resend_invitation
from accounts.models import Invitation, MemberRole, User
from accounts.queries.invitations import standing_invitation
from accounts.tests.conftest import codes
from accounts.tests.factories import UserFactory, invited
from organizations.models import AuditEntry, Deed, Organization
from p2psandbox.platform.errors import Conflict, Forbidden, Gone, Invalid, NotFound, NotVerified
from p2psandbox.platform.permissions import VISITOR
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
TYPED = {"first_name": "Rosa", "last_name": "Winter", "password": PASSWORD}
ACCEPT = "/api/v1/invitations/accept"
VALIDATE = "/api/v1/invitations/validate"


def accept(token: str, **typed: Any) -> User:
    return accept_invitation(actor=VISITOR, token=token, **{**TYPED, **typed})


def why(token: str) -> str:
    with pytest.raises(Gone) as gone:
        standing_invitation(token)
    return gone.value.code


# -- The rules -----------------------------------------------------------------------------------------------


def test_who_accepts_is_a_member_with_a_confirmed_address(ada: User, bolt: Organization) -> None:
    invitation, token = invited(ada, email="rosa@bolt.example", role=MemberRole.ADMIN)
    rosa = accept(token, language="ar")
    rosa.refresh_from_db()
    assert (rosa.email, rosa.organization, rosa.role, rosa.language) == ("rosa@bolt.example", bolt, "admin", "ar")
    assert rosa.is_email_verified
    assert rosa.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=rosa).verified
    invitation.refresh_from_db()
    assert invitation.accepted_by == rosa
    entry = AuditEntry.objects.get()
    assert (entry.what, entry.actor_name, entry.organization) == (Deed.INVITATION_ACCEPTED, "Rosa Winter", bolt)


def test_a_link_works_once(ada: User) -> None:
    _invitation, token = invited(ada)
    accept(token)
    assert why(token) == "used"
    with pytest.raises(Gone):
        accept(token)


def test_a_changed_shortened_or_invented_token_is_none(ada: User) -> None:
    _invitation, token = invited(ada)
    secret, _dot, signature = token.partition(".")
    for wrong in ("", secret, f"{secret}.", f"x{secret}.{signature}", f"{secret}.{signature[:-1]}x", "a.b.c", "\x00"):
        with pytest.raises(NotFound):
            standing_invitation(wrong)


def test_a_token_signed_with_the_former_key_still_works(ada: User, settings: Any) -> None:
    _invitation, token = invited(ada)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    assert standing_invitation(token)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(NotFound):
        standing_invitation(token)


def test_a_newer_link_replaces_the_former(ada: User) -> None:
    invitation, token = invited(ada)
    resend_invitation(actor=ada.actor, invitation_id=invitation.pk)
    with pytest.raises(NotFound):
        standing_invitation(token)


def test_an_expired_or_cancelled_one_lets_nobody_in(ada: User) -> None:
    _late, expired = invited(ada, sent_at=timezone.now() - timedelta(days=7, seconds=1))
    _back, cancelled = invited(ada, cancelled_at=timezone.now())
    assert (why(expired), why(cancelled)) == ("expired", "cancelled")


@pytest.mark.parametrize(
    "loss",
    [
        {"role": "member"},
        {"is_active": False},
        {"deleted_at": timezone.now()},
        {"organization": None, "is_staff": True, "is_active": False},
    ],
)
def test_who_may_invite_no_more_lets_nobody_in(ada: User, loss: dict[str, Any]) -> None:
    _invitation, token = invited(ada)
    User.objects.filter(pk=ada.pk).update(**loss)
    assert why(token) == "cancelled"


def test_an_admin_who_moved_to_another_company_lets_nobody_into_the_former(ada: User, khalil: Organization) -> None:
    _invitation, token = invited(ada)
    User.objects.filter(pk=ada.pk).update(organization=khalil)
    assert why(token) == "cancelled"


def test_a_company_that_is_gone_takes_nobody(ada: User, bolt: Organization) -> None:
    _invitation, token = invited(ada)
    Organization.objects.filter(pk=bolt.pk).update(deleted_at=timezone.now())
    assert why(token) == "cancelled"


def test_names_and_password_are_judged_and_the_invitation_stands_meanwhile(ada: User) -> None:
    invitation, token = invited(ada)
    with pytest.raises(Invalid) as refused:
        accept(token, first_name="https://evil.example", last_name="", password="12345")
    assert set(refused.value.fields) == {"first_name", "last_name", "password"}
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert User.objects.count() == 1


def test_an_address_that_got_an_account_meanwhile_is_not_moved(ada: User, khalil: Organization) -> None:
    invitation, token = invited(ada)
    elsewhere = UserFactory(email=invitation.email, organization=khalil)
    with pytest.raises(Conflict) as refused:
        accept(token)
    assert refused.value.code == "address_taken"
    elsewhere.refresh_from_db()
    assert elsewhere.organization == khalil
    assert Invitation.objects.get().accepted_at is None


def test_who_was_removed_comes_back_to_their_own_account(ada: User, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(deleted_at=timezone.now(), role="admin")
    _invitation, token = invited(ada, email=ben.email)
    back = accept(token, password="another-horse-battery")
    assert back.pk == ben.pk
    ben.refresh_from_db()
    assert (ben.deleted_at, ben.role, ben.is_active) == (None, "member", True)
    assert ben.check_password("another-horse-battery")
    assert EmailAddress.objects.filter(user=ben).count() == 1


def test_who_was_suspended_or_removed_elsewhere_does_not(ada: User, ben: User, lina: User) -> None:
    now = timezone.now()
    User.objects.filter(pk=ben.pk).update(deleted_at=now, suspended_at=now)
    User.objects.filter(pk=lina.pk).update(deleted_at=now)
    for person in (ben, lina):
        _invitation, token = invited(ada, email=person.email)
        with pytest.raises(Conflict):
            accept(token)


def test_signed_in_people_accept_nothing(ada: User, lina: User, nico: User) -> None:
    _invitation, token = invited(ada)
    for person, error in ((lina, Forbidden), (nico, NotVerified)):
        with pytest.raises(error):
            accept_invitation(actor=person.actor, token=token, **TYPED)


# -- JSON ----------------------------------------------------------------------------------------------------


def test_json_says_what_a_link_leads_to(program: APIClient, ada: User) -> None:
    invitation, token = invited(ada)
    answer = program.get(VALIDATE, {"token": token})
    assert answer.status_code == 200
    said = answer.json()
    assert (said["email"], said["organization"]["name"], said["invited_by"]) == (
        invitation.email,
        "Bolt & Co",
        "Ada Berg",
    )
    assert set(said) == {"email", "organization", "role", "invited_by", "expires_at"}


def test_json_accepts_and_signs_in(program: APIClient, ada: User) -> None:
    _invitation, token = invited(ada, email="rosa@bolt.example")
    answer = program.post(ACCEPT, {"token": token, **TYPED})
    assert answer.status_code == 201
    assert answer.json()["user"]["email_verified"] is True
    assert program.get("/api/v1/users/me").json()["email"] == "rosa@bolt.example"


def test_json_says_why_a_link_does_not_work(program: APIClient, ada: User) -> None:
    _invitation, token = invited(ada, cancelled_at=timezone.now())
    for answer in (program.get(VALIDATE, {"token": token}), program.post(ACCEPT, {"token": token, **TYPED})):
        assert (answer.status_code, codes(answer)) == (410, [("cancelled", None)])
    assert program.get(VALIDATE, {"token": "x.y"}).status_code == 404
    program.force_login(ada)
    assert program.post(ACCEPT, {"token": token, **TYPED}).status_code == 403


# -- Pages ---------------------------------------------------------------------------------------------------


def test_the_page_says_who_invites_to_which_company_and_signs_in(client: Client, ada: User) -> None:
    _invitation, token = invited(ada, email="rosa@bolt.example", message="See you soon")
    page = client.get(f"/invitations/{token}/")
    text = page.content.decode()
    assert page.status_code == 200
    for part in ("Ada Berg", "Bolt &amp; Co", "rosa@bolt.example", "See you soon", "noindex"):
        assert part in text
    assert "no-store" in page["Cache-Control"]
    arrived = client.post(f"/invitations/{token}/", TYPED, follow=True)
    assert arrived.redirect_chain[-1] == ("/", 302)
    assert "Welcome to Bolt &amp; Co" in arrived.content.decode()
    assert User.objects.get(email="rosa@bolt.example").first_name == "Rosa"


def test_a_form_with_faults_comes_back_with_what_was_typed(client: Client, ada: User) -> None:
    _invitation, token = invited(ada)
    page = client.post(f"/invitations/{token}/", {**TYPED, "password": "x9-zq"})
    assert page.status_code == 400
    assert 'value="Rosa"' in page.content.decode()
    assert "x9-zq" not in page.content.decode()


@pytest.mark.parametrize(
    ("columns", "status", "words"),
    [
        ({"accepted_at": timezone.now()}, 410, "has been accepted"),
        ({"cancelled_at": timezone.now()}, 410, "was taken back"),
        ({"sent_at": timezone.now() - timedelta(days=8)}, 410, "has expired"),
    ],
)
def test_a_link_that_is_over_has_a_page_that_says_why(
    client: Client, ada: User, columns: dict[str, Any], status: int, words: str
) -> None:
    _invitation, token = invited(ada, **columns)
    page = client.get(f"/invitations/{token}/")
    assert page.status_code == status
    assert words in page.content.decode()
    assert client.post(f"/invitations/{token}/", TYPED).status_code == status


def test_a_tampered_link_has_one_too(client: Client) -> None:
    page = client.get("/invitations/some.thing/")
    assert page.status_code == 404
    assert "Open the newest mail" in page.content.decode()


def test_somebody_signed_in_is_told_whom_it_is_for(client: Client, ada: User, lina: User) -> None:
    _invitation, token = invited(ada, email="rosa@bolt.example")
    client.force_login(lina)
    for page in (client.get(f"/invitations/{token}/"), client.post(f"/invitations/{token}/", TYPED)):
        assert page.status_code == 403
        assert "rosa@bolt.example" in page.content.decode()
        assert lina.email in page.content.decode()
    assert not User.objects.filter(email="rosa@bolt.example").exists()


def test_an_address_taken_meanwhile_leads_to_the_sign_in_page(client: Client, ada: User) -> None:
    invitation, token = invited(ada)
    UserFactory(email=invitation.email)
    page = client.post(f"/invitations/{token}/", TYPED)
    assert page.status_code == 409
    assert "You have an account already" in page.content.decode()
