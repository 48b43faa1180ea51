"""Second factors: an app, recovery codes, passkeys."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.adapter import SecondFactorAdapter
from accounts.models import User
from accounts.tests.conftest import codes
from accounts.tests.passkey import SoftPasskey
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str) -> str:
    """Return what an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def guarded(ada: User) -> User:
    """Ada, with an app and recovery codes."""
    TOTP.activate(ada, SECRET)
    RecoveryCodes.activate(ada)
    return ada


@pytest.fixture
def at_home(browser: Client, ada: User) -> Client:
    """Ada's browser, signed in and just asked for her password again."""
    browser.force_login(ada)
    assert browser.post("/accounts/reauthenticate/?next=/accounts/2fa/", {"password": PASSWORD}).status_code == 302
    return browser


def recovery_codes(user: User) -> list[str]:
    wrapped = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap()
    return list(wrapped.get_unused_codes())


# -- Signing in --------------------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing(browser: Client, guarded: User) -> None:
    answer = browser.post("/accounts/login/", {"login": guarded.email, "password": PASSWORD, "remember": "on"})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in browser.session
    page = browser.get("/accounts/2fa/authenticate/").content.decode()
    assert 'id="id_code"' in page
    assert "mfa/js/webauthn.js" in page
    assert "is wrong" in browser.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    done = browser.post("/accounts/2fa/authenticate/", {"code": code_of(SECRET)})
    assert done["Location"] == "/"
    assert browser.session["_auth_user_id"] == str(guarded.pk)
    assert browser.cookies["sessionid"]["max-age"] == 30 * 24 * 3600


def test_json_asks_for_the_code_second(program: APIClient, guarded: User) -> None:
    first = program.post("/api/v1/auth/login", {"email": guarded.email, "password": PASSWORD})
    assert (first.status_code, codes(first)) == (401, [("mfa_required", None)])
    assert program.get("/api/v1/auth/session").status_code == 401
    wrong = program.post("/api/v1/auth/mfa", {"code": "000000"})
    assert (wrong.status_code, codes(wrong)) == (401, [("invalid_code", None)])
    right = program.post("/api/v1/auth/mfa", {"code": code_of(SECRET)})
    assert right.status_code == 200
    assert right.json()["user"]["id"] == str(guarded.pk)
    assert program.get("/api/v1/auth/session").status_code == 200
    assert program.cookies["sessionid"]["max-age"] == ""


def test_a_code_without_a_password_opens_nothing(program: APIClient, guarded: User) -> None:
    answer = program.post("/api/v1/auth/mfa", {"code": code_of(SECRET)})
    assert (answer.status_code, codes(answer)) == (401, [("no_sign_in_pending", None)])
    assert Client().get("/accounts/2fa/authenticate/")["Location"] == "/accounts/login/"


def test_a_code_works_once(program: APIClient, guarded: User) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for expected in (200, 401):
            program.post("/api/v1/auth/login", {"email": guarded.email, "password": PASSWORD})
            assert program.post("/api/v1/auth/mfa", {"code": code_of(SECRET)}).status_code == expected


def test_a_recovery_code_works_once(program: APIClient, guarded: User) -> None:
    code = recovery_codes(guarded)[0]
    for expected in (200, 401):
        program.post("/api/v1/auth/login", {"email": guarded.email, "password": PASSWORD})
        assert program.post("/api/v1/auth/mfa", {"code": code}).status_code == expected
    assert len(recovery_codes(guarded)) == 9


def test_guessing_codes_is_slowed_down(program: APIClient, browser: Client, guarded: User) -> None:
    program.post("/api/v1/auth/login", {"email": guarded.email, "password": PASSWORD})
    answers = [program.post("/api/v1/auth/mfa", {"code": f"00000{n}"}) for n in range(6)]
    assert [a.status_code for a in answers] == [401] * 5 + [429]
    assert answers[-1]["Retry-After"] == "300"
    browser.post("/accounts/login/", {"login": guarded.email, "password": PASSWORD})
    page = browser.post("/accounts/2fa/authenticate/", {"code": code_of(SECRET)})
    assert "Try again in 5 minutes" in page.content.decode()


def test_the_second_step_waits_a_quarter_of_an_hour(program: APIClient, guarded: User) -> None:
    program.post("/api/v1/auth/login", {"email": guarded.email, "password": PASSWORD})
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert codes(program.post("/api/v1/auth/mfa", {"code": code_of(SECRET)})) == [("no_sign_in_pending", None)]


def test_the_second_step_can_be_cancelled(browser: Client, guarded: User) -> None:
    browser.post("/accounts/login/", {"login": guarded.email, "password": PASSWORD})
    assert browser.post("/accounts/logout/", {"next": "/accounts/login/"})["Location"] == "/accounts/login/"
    assert browser.get("/accounts/2fa/authenticate/")["Location"] == "/accounts/login/"


def test_a_passkey_must_be_real(browser: Client, guarded: User) -> None:
    options = browser.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["rpId"] == "localhost"
    made_up = {"credential": '{"id": "x", "rawId": "eA", "type": "public-key", "response": {}}'}
    answer = browser.post("/accounts/2fa/webauthn/login/", made_up)
    assert answer["Location"] == "/accounts/login/"
    assert "is wrong" in browser.get("/accounts/login/").content.decode()
    assert "_auth_user_id" not in browser.session


# -- Settings ----------------------------------------------------------------------------------------------

SENSITIVE = [
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/generate/",
]


@pytest.mark.parametrize("path", SENSITIVE)
def test_changing_how_one_signs_in_asks_for_the_password_again(browser: Client, guarded: User, path: str) -> None:
    if "totp" in path:
        Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
    browser.post("/accounts/login/", {"login": guarded.email, "password": PASSWORD})
    browser.force_login(guarded)
    answer = browser.get(path)
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    page = browser.get(answer["Location"]).content.decode()
    assert 'id="id_password"' in page
    assert "Is it you?" in page


def test_the_password_counts_for_five_minutes(at_home: Client) -> None:
    assert at_home.get("/accounts/2fa/totp/activate/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert at_home.get("/accounts/2fa/totp/activate/").status_code == 302


def test_a_code_serves_instead_of_the_password(browser: Client, guarded: User) -> None:
    browser.force_login(guarded)
    page = browser.get("/accounts/2fa/reauthenticate/").content.decode()
    assert 'id="id_code"' in page
    answer = browser.post("/accounts/2fa/reauthenticate/?next=/accounts/2fa/", {"code": code_of(SECRET)})
    assert answer["Location"] == "/accounts/2fa/"
    assert browser.get("/accounts/2fa/recovery-codes/").status_code == 200


def test_an_app_is_added_and_removed(at_home: Client, ada: User) -> None:
    assert "Add an app" in at_home.get("/accounts/2fa/").content.decode()
    page = at_home.get("/accounts/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    found = re.search(r"<code[^>]*>([A-Z2-7]+)</code>", page)
    assert found
    assert "is wrong" in at_home.post("/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    done = at_home.post("/accounts/2fa/totp/activate/", {"code": code_of(found[1])})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    assert mail.outbox[-1].subject == "An authenticator app was added"
    shown = at_home.get(done["Location"]).content.decode()
    assert recovery_codes(ada)[0] in shown

    assert at_home.get("/accounts/2fa/totp/activate/")["Location"] == "/accounts/2fa/totp/deactivate/"
    assert "Remove the app" in at_home.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert at_home.post("/accounts/2fa/totp/deactivate/")["Location"] == "/accounts/2fa/"
    assert mail.outbox[-1].subject == "The authenticator app was removed"
    assert not Authenticator.objects.exists()


def test_recovery_codes_are_shown_downloaded_and_made_anew(browser: Client, guarded: User) -> None:
    browser.force_login(guarded)
    browser.post("/accounts/reauthenticate/?next=/accounts/2fa/", {"password": PASSWORD})
    before = recovery_codes(guarded)
    assert "10 codes left" in browser.get("/accounts/2fa/").content.decode()
    file = browser.get("/accounts/2fa/recovery-codes/download/")
    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert file.content.decode().split() == before
    assert "The 10 codes you have left" in browser.get("/accounts/2fa/recovery-codes/generate/").content.decode()
    browser.post("/accounts/2fa/recovery-codes/generate/")
    assert not set(before) & set(recovery_codes(guarded))
    assert mail.outbox[-1].subject == "New recovery codes were made"


def test_recovery_codes_need_a_second_factor(at_home: Client) -> None:
    assert at_home.get("/accounts/2fa/recovery-codes/").status_code == 404
    assert not Authenticator.objects.exists()


def test_secrets_are_stored_encrypted(guarded: User) -> None:
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in stored
    assert SecondFactorAdapter().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == SECRET


def test_a_passkeys_page_offers_what_the_browser_needs(at_home: Client) -> None:
    page = at_home.get("/accounts/2fa/webauthn/add/").content.decode()
    assert 'id="mfa_webauthn_add"' in page
    assert js_data(page)["creation_options"]["publicKey"]["rp"] == {"id": "localhost", "name": "P2P Sandbox"}
    assert "Sign in with it alone" in page
    assert "script-src 'self' 'nonce-" in at_home.get("/accounts/2fa/webauthn/add/")["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*(src|type=\"application/json\"))", page)
    answer = at_home.post("/accounts/2fa/webauthn/add/", {"name": "Key", "credential": '{"made": "up"}'})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


def passkey(user: User) -> Authenticator:
    """A stored passkey; the credential is the one of allauth's own documentation, never used to sign in here."""
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Blue key", "credential": {}}
    )


def test_passkeys_are_listed_renamed_and_removed(at_home: Client, ada: User) -> None:
    assert "No passkeys yet" in at_home.get("/accounts/2fa/webauthn/").content.decode()
    key = passkey(ada)
    assert "Blue key" in at_home.get("/accounts/2fa/webauthn/").content.decode()
    assert "You have 1 passkey" in at_home.get("/accounts/2fa/").content.decode()
    edit = f"/accounts/2fa/webauthn/keys/{key.pk}/edit/"
    assert 'value="Blue key"' in at_home.get(edit).content.decode()
    assert at_home.post(edit, {"name": "Green key"})["Location"] == "/accounts/2fa/webauthn/"
    assert "Green key" in at_home.get("/accounts/2fa/webauthn/").content.decode()
    remove = f"/accounts/2fa/webauthn/keys/{key.pk}/remove/"
    assert "Green key" in at_home.get(remove).content.decode()
    at_home.post(remove)
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "A passkey was removed"


def test_nobody_touches_the_passkeys_of_others(at_home: Client, ben: User) -> None:
    key = passkey(ben)
    for act in ("edit", "remove"):
        path = f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/"
        assert at_home.get(path).status_code == 404
        assert at_home.post(path, {"name": "mine"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "Blue key"


def js_data(page: str) -> Any:
    """Return what a page hands to the passkey script."""
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def test_a_passkey_signs_in_alone_as_second_step_and_again(at_home: Client, ada: User) -> None:
    key = SoftPasskey()
    options = js_data(at_home.get("/accounts/2fa/webauthn/add/").content.decode())["creation_options"]
    typed = {"name": "Blue key", "passwordless": "on", "credential": key.create(options)}
    assert at_home.post("/accounts/2fa/webauthn/add/", typed)["Location"] == "/accounts/2fa/recovery-codes/"
    assert mail.outbox[-1].subject == "A passkey was added"
    assert "Signs in alone" in at_home.get("/accounts/2fa/webauthn/").content.decode()

    alone = Client()
    asked = alone.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    answer = alone.post("/accounts/2fa/webauthn/login/", {"credential": key.get(asked["request_options"])})
    assert answer["Location"] == "/"
    assert alone.session["_auth_user_id"] == str(ada.pk)
    assert alone.cookies["sessionid"]["max-age"] == ""

    second = Client()
    second.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    asked = js_data(second.get("/accounts/2fa/authenticate/").content.decode())
    answer = second.post("/accounts/2fa/authenticate/", {"credential": key.get(asked["request_options"])})
    assert answer["Location"] == "/"

    page = second.get("/accounts/2fa/webauthn/reauthenticate/?next=/accounts/2fa/").content.decode()
    assert 'id="mfa_webauthn_reauthenticate"' in page
    typed = {"credential": key.get(js_data(page)["request_options"]), "next": "/accounts/2fa/recovery-codes/"}
    assert second.post("/accounts/2fa/webauthn/reauthenticate/", typed)["Location"] == typed["next"]
    assert second.get("/accounts/2fa/recovery-codes/").status_code == 200


def test_a_passkey_of_somebody_deactivated_opens_nothing(at_home: Client, ada: User) -> None:
    key = SoftPasskey()
    options = js_data(at_home.get("/accounts/2fa/webauthn/add/").content.decode())["creation_options"]
    at_home.post("/accounts/2fa/webauthn/add/", {"passwordless": "on", "credential": key.create(options)})
    for change in ({"is_active": False}, {"is_active": True, "deleted_at": timezone.now()}):
        User.objects.filter(pk=ada.pk).update(**change)
        alone = Client()
        asked = alone.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
        answer = alone.post("/accounts/2fa/webauthn/login/", {"credential": key.get(asked["request_options"])})
        assert answer["Location"] == "/accounts/inactive/"
        assert alone.get("/api/v1/auth/session").status_code == 401


def test_a_passkey_is_named_after_its_device(at_home: Client) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    page: Any = at_home.get("/accounts/2fa/webauthn/add/", headers={"User-Agent": agent})
    assert 'value="Passkey on Firefox, Linux"' in page.content.decode()
