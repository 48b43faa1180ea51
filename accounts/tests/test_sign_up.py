"""The rule of signing up: organization and admin together, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions.sign_up import sign_up
from accounts.models import MemberRole, User
from accounts.tests.forms import NEWCOMER
from organizations.models import Organization
from p2psandbox.platform.errors import Forbidden, Invalid, NotVerified
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.permissions import VISITOR
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def register(**changes: Any) -> None:
    sign_up(**{"actor": VISITOR, **NEWCOMER, **changes})


def refused(**changes: Any) -> dict[str, list[str]]:
    """Return what is said about each field; asserts that nothing was stored or sent."""
    with pytest.raises(Invalid) as caught:
        register(**changes)
    assert not User.objects.filter(email="rosa@winter.example").exists()
    assert not OutboxMail.objects.exists()
    return {name: [str(text) for text in texts] for name, texts in caught.value.fields.items()}


def test_signing_up_makes_an_organization_and_its_unverified_admin() -> None:
    register(email=" Rosa@Winter.Example ", organization_name="  Winter   Castings ")
    user = User.objects.get()
    assert (user.email, user.role, user.email_verified_at) == ("rosa@winter.example", MemberRole.ADMIN, None)
    assert user.check_password(PASSWORD)
    company = user.organization
    assert company is not None
    assert (company.name, company.slug, company.industry) == ("Winter Castings", "winter-castings", "metals")
    assert (company.size, company.country, company.city) == ("small", "DE", "Halle")
    address = EmailAddress.objects.get()
    assert (address.email, address.primary, address.verified) == ("rosa@winter.example", True, False)
    assert OutboxMail.objects.get().template == "verification"


def test_only_name_address_and_organization_are_needed() -> None:
    register(industry="", organization_size="", country="", city="")
    assert Organization.objects.get().industry == ""


def test_people_who_are_signed_in_cannot_sign_up(ada: User, nico: User) -> None:
    with pytest.raises(Forbidden):
        register(actor=ada.actor)
    with pytest.raises(NotVerified):
        register(actor=nico.actor)


def test_a_known_address_changes_nothing_and_tells_its_owner_politely(ada: User) -> None:
    before = ada.password
    register(email=ada.email.upper(), organization_name="Quite Another")
    assert list(User.objects.all()) == [ada]
    assert not Organization.objects.filter(name="Quite Another").exists()
    ada.refresh_from_db()
    assert ada.password == before
    told = OutboxMail.objects.get()
    assert (told.template, told.to) == ("already_registered", ada.email)
    assert "http://localhost:8000/accounts/login/" in told.text


def test_a_name_used_with_a_known_address_looks_taken_afterwards(ada: User) -> None:
    register(email=ada.email, organization_name="Side Door")
    with pytest.raises(Invalid) as caught:
        register(organization_name="SIDE door")
    assert list(caught.value.fields) == ["organization_name"]


@pytest.mark.parametrize("name", ["Bolt & Co", "BOLT & CO", "bolt & co", " Bolt  & Co "])
def test_an_organizations_name_is_taken_in_any_case(ada: User, name: str) -> None:
    said = refused(organization_name=name)
    assert list(said) == ["organization_name"]
    assert "colleague" in said["organization_name"][0]


def test_a_name_that_is_taken_is_refused_for_a_known_address_too(ada: User) -> None:
    with pytest.raises(Invalid):
        register(email=ada.email, organization_name="Bolt & Co")
    assert not OutboxMail.objects.exists()


def test_names_that_look_alike_in_an_address_get_one_each() -> None:
    register()
    register(email="b@winter.example", organization_name="Winter-Castings")
    register(email="c@winter.example", organization_name="New")
    register(email="d@winter.example", organization_name="مصنع البلاستيك")
    slugs = set(Organization.objects.values_list("slug", flat=True))
    assert slugs == {"winter-castings", "winter-castings-2", "new-2", "مصنع-البلاستيك"}


def test_the_same_key_signs_up_once() -> None:
    register(key="one-form")
    register(key="one-form")
    assert User.objects.count() == 1


def test_a_key_whose_sign_up_was_refused_can_be_used_again(bolt: Organization) -> None:
    with pytest.raises(Invalid):
        register(key="one-form", organization_name="Bolt & Co")
    register(key="one-form")
    assert User.objects.filter(email="rosa@winter.example").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "rosa"),
        ("email", "rosa@"),
        ("email", "rosa@winter@example"),
        ("email", "rosa@winter.example\nBcc: eve@example.com"),
        ("email", "a" * 250 + "@winter.example"),
        ("email", "rosa@" + "ü" * 70 + ".example"),
        ("email", ""),
        ("email", ["rosa@winter.example"]),
        ("first_name", ""),
        ("first_name", None),
        ("first_name", "!!!"),
        ("first_name", "Rosa\r\nSubject: hello"),
        ("first_name", "Rosa\x00"),
        ("first_name", "\u202easoR"),
        ("first_name", "R" * 101),
        ("first_name", "aaaaaaaa"),
        ("first_name", {"$ne": 1}),
        ("last_name", "Win at https://evil.example"),
        ("last_name", "www.evil.example"),
        ("last_name", "evil.example/now"),
        ("last_name", "<b>Winter</b>"),
        ("organization_name", "W"),
        ("organization_name", "W" * 121),
        ("organization_name", "..."),
        ("organization_name", "Visit https://evil.example now"),
        ("industry", "alchemy"),
        ("organization_size", "huge"),
        ("country", "XX"),
        ("country", "Germany"),
        ("city", "H" * 101),
        ("city", "Halle\u2066"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(field: str, value: Any) -> None:
    said = refused(**{field: value})
    assert list(said) == [field]
    assert all(said[field])


@pytest.mark.parametrize("password", ["short", "password", "12345678", "rosa.winter", "x" * 129, "rosa@winter.example"])
def test_a_weak_password_is_refused(password: str) -> None:
    assert list(refused(password=password)) == ["password"]


@pytest.mark.parametrize("password", ["ein langer Satz", "كلمة سر طويلة", "x9" * 64, "        spaces        "])
def test_a_password_needs_no_particular_characters(password: str) -> None:
    register(password=password)
    assert User.objects.get().check_password(password)
    assert User.objects.get().password.startswith("argon2")


def test_everything_that_is_wrong_is_said_at_once(bolt: Organization) -> None:
    said = refused(email="rosa", password="short", first_name="", organization_name="Bolt & Co", country="XX")
    assert set(said) == {"email", "password", "first_name", "organization_name", "country"}


def test_an_international_domain_is_kept_in_ascii() -> None:
    register(email="rosa@Gießerei.example")
    assert User.objects.get().email == "rosa@giesserei.example" or "xn--" in User.objects.get().email


@given(first=st.text(max_size=200), company=st.text(max_size=200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_stored_or_refused_never_a_fault(first: str, company: str) -> None:
    refused_for: set[str] = set()
    try:
        register(first_name=first, organization_name=company, email=f"{User.objects.count()}@winter.example")
    except Invalid as error:
        refused_for = set(error.fields)
    assert refused_for <= {"first_name", "organization_name"}


def test_the_mail_is_written_in_the_language_of_the_page(mailed_link: Callable[..., str]) -> None:
    register(language="ar")
    assert User.objects.get().language == "ar"
    assert 'dir="rtl"' in OutboxMail.objects.get().html
    assert mail.outbox == []
