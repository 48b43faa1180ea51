"""Sending, resending and taking back invitations: the rules, and the same through JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.invitations import (
    MOST_RESENT,
    cancel_invitation,
    cancel_invitations_of,
    resend_invitation,
    send_invitations,
)
from accounts.models import Invitation, InvitationStatus, User
from accounts.queries.invitations import invitation_counts, own_invitations
from accounts.tests.conftest import codes
from accounts.tests.factories import InvitationFactory, UserFactory
from organizations.models import AuditEntry, Deed, Organization
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, NotVerified, TooMany
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.permissions import VISITOR

pytestmark = pytest.mark.django_db
SEND = "/api/v1/invitations/send"


def results(user: User, *emails: str, **more: Any) -> dict[str, str]:
    outcomes = send_invitations(actor=user.actor, emails=emails, **more)
    return {outcome.email: outcome.result.value for outcome in outcomes}


def deeds() -> list[tuple[str, str]]:
    return [(entry.what, entry.subject_name) for entry in AuditEntry.objects.order_by("at", "id")]


# -- Sending -------------------------------------------------------------------------------------------------


def test_each_address_gets_a_result(ada: User, ben: User) -> None:
    told = results(ada, "New@Example.com", ben.email, "nonsense", "new@example.com")
    assert told == {"new@example.com": "sent", ben.email: "already_member", "nonsense": "invalid"}
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.organization, invitation.invited_by) == (
        "new@example.com",
        ada.organization,
        ada,
    )
    assert timedelta(days=6, hours=23) < invitation.expires_at - timezone.now() <= timedelta(days=7)
    assert deeds() == [(Deed.INVITATION_SENT, "new@example.com")]


def test_the_mail_says_who_invites_and_where_to_in_both_its_parts(
    ada: User, browser: Any, mailed_link: Callable[..., str]
) -> None:
    with_message = {"emails": "new@example.com", "role": "member", "message": "See you at the machine, Ada"}
    browser.force_login(ada)
    browser.post("/organization/invitations/", with_message, headers={"host": "evil.example"})
    browser.post("/organization/invitations/", with_message)
    (message,) = mail.outbox
    html = str(message.alternatives[0][0])
    assert message.subject == "Ada Berg invites you to Bolt & Co on P2P Sandbox"
    for part in (str(message.body), html):
        assert "See you at the machine" in part
        assert "Bolt &" in part
    link = mailed_link("new@example.com", "/invitations/")
    assert f"http://localhost:8000{link}" in html
    assert re.fullmatch(r"/invitations/[\w-]{43}\.[\w-]+/", link)


def test_neither_the_token_nor_its_secret_is_stored(ada: User) -> None:
    results(ada, "new@example.com")
    token = re.search(r"/invitations/([^/\s]+)/", OutboxMail.objects.get().text)
    assert token is not None
    invitation = Invitation.objects.get()
    stored = " ".join(str(value) for value in vars(invitation).values())
    assert token[1].partition(".")[0] not in stored
    assert re.fullmatch(r"[0-9a-f]{64}", invitation.token_hash)


def test_an_address_registered_elsewhere_is_answered_alike_and_moves_nobody(ada: User, lina: User) -> None:
    told = results(ada, lina.email, "new@example.com")
    assert set(told.values()) == {"sent"}
    first, second = own_invitations(ada.actor)
    assert {first.status, second.status} == {InvitationStatus.PENDING}
    letter = OutboxMail.objects.get(to=lina.email)
    assert letter.template == "invited_elsewhere"
    assert "/invitations/" not in letter.text + letter.html
    assert "nothing was changed" in letter.text
    lina.refresh_from_db()
    assert lina.organization != ada.organization


def test_a_known_and_an_unknown_address_cost_the_same_queries(ada: User, lina: User) -> None:
    def cost(email: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            results(ada, email)
        return len(asked)

    assert cost(lina.email) == cost("new@example.com")


def test_staff_without_a_company_are_told_apart_from_nobody(ada: User, mona: User) -> None:
    assert results(ada, mona.email) == {mona.email: "sent"}


def test_inviting_again_sends_the_open_one_again_with_what_is_asked_now(ada: User) -> None:
    before = InvitationFactory(invited_by=ada, email="new@example.com", sent_at=timezone.now() - timedelta(days=9))
    assert before.status is InvitationStatus.EXPIRED
    results(ada, "new@example.com", role="admin")
    after = Invitation.objects.get()
    assert (after.pk, after.role, after.resent_count) == (before.pk, "admin", 1)
    assert after.status is InvitationStatus.PENDING
    assert after.token_hash != before.token_hash
    assert deeds() == [(Deed.INVITATION_RESENT, "new@example.com")]


def test_pressing_the_button_twice_sends_one_mail(ada: User) -> None:
    assert results(ada, "new@example.com") == results(ada, "new@example.com")
    assert OutboxMail.objects.count() == 1
    assert len(deeds()) == 1


def test_two_companies_may_invite_the_same_address(ada: User, kamal: User) -> None:
    results(ada, "new@example.com")
    results(kamal, "new@example.com")
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"emails": []}, "emails"),
        ({"emails": [f"p{n}@example.com" for n in range(201)]}, "emails"),
        ({"role": "moderator"}, "role"),
        ({"message": "Look at https://evil.example"}, "message"),
        ({"message": "x" * 501}, "message"),
        ({"message": "a\x00b"}, "message"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_sent(ada: User, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        send_invitations(actor=ada.actor, **{"emails": ["new@example.com"], **wrong})
    assert list(refused.value.fields) == [field]
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "address", ["a\r\nBcc: x@y.example", "a@b", "a b@example.com", "@", "x" * 300 + "@example.com"]
)
def test_an_address_that_could_smuggle_a_header_is_none(ada: User, address: str) -> None:
    assert set(results(ada, address).values()) == {"invalid"}


def test_an_address_with_a_domain_in_another_script_is_kept_in_ascii(ada: User) -> None:
    assert results(ada, "a@bücher.example") == {"a@xn--bcher-kva.example": "sent"}


def test_a_day_has_an_end(ada: User, settings: LazySettings) -> None:
    settings.INVITATIONS_PER_DAY = 3
    results(ada, "a@example.com", "b@example.com")
    with pytest.raises(TooMany):
        results(ada, "c@example.com", "d@example.com")
    assert Invitation.objects.count() == 2
    results(ada, "c@example.com")


def test_only_admins_with_a_company_invite(ben: User, nico: User, mona: User) -> None:
    for actor, error in (
        (VISITOR, NotSignedIn),
        (nico.actor, NotVerified),
        (ben.actor, Forbidden),
        (mona.actor, Forbidden),
    ):
        with pytest.raises(error):
            send_invitations(actor=actor, emails=["new@example.com"])


# -- Again, and taking back ----------------------------------------------------------------------------------


def test_resending_kills_the_former_link_and_starts_the_seven_days_anew(ada: User, bolt: Organization) -> None:
    other = UserFactory(organization=bolt, role="admin")
    before = InvitationFactory(invited_by=other, sent_at=timezone.now() - timedelta(days=8))
    after = resend_invitation(actor=ada.actor, invitation_id=before.pk)
    assert after.token_hash != before.token_hash
    assert after.status is InvitationStatus.PENDING
    assert (after.resent_count, after.invited_by_id) == (1, ada.pk)


def test_what_is_closed_is_not_sent_again(ada: User, ben: User) -> None:
    now = timezone.now()
    closed = [
        InvitationFactory(invited_by=ada, cancelled_at=now),
        InvitationFactory(invited_by=ada, accepted_at=now, accepted_by=ben),
    ]
    for invitation in closed:
        with pytest.raises(Conflict) as refused:
            resend_invitation(actor=ada.actor, invitation_id=invitation.pk)
        assert refused.value.code == "not_open"
    colleague = InvitationFactory(invited_by=ada, email=ben.email)
    with pytest.raises(Conflict) as refused:
        resend_invitation(actor=ada.actor, invitation_id=colleague.pk)
    assert refused.value.code == "already_member"


def test_nobody_is_pestered(ada: User) -> None:
    fresh = InvitationFactory(invited_by=ada, sent_at=timezone.now())
    often = InvitationFactory(invited_by=ada, resent_count=MOST_RESENT)
    for invitation in (fresh, often):
        with pytest.raises(TooMany):
            resend_invitation(actor=ada.actor, invitation_id=invitation.pk)
    with pytest.raises(TooMany):
        results(ada, often.email)


def test_cancelling_twice_is_no_error_but_an_accepted_one_stays(ada: User, ben: User) -> None:
    invitation = InvitationFactory(invited_by=ada)
    for _time in range(2):
        assert cancel_invitation(actor=ada.actor, invitation_id=invitation.pk).status is InvitationStatus.CANCELLED
    assert deeds() == [(Deed.INVITATION_CANCELLED, invitation.email)]
    accepted = InvitationFactory(invited_by=ada, accepted_at=timezone.now(), accepted_by=ben)
    with pytest.raises(Conflict):
        cancel_invitation(actor=ada.actor, invitation_id=accepted.pk)
    results(ada, invitation.email)
    assert Invitation.objects.open().count() == 1


def test_what_an_admin_left_behind_is_taken_back_at_once(ada: User, kamal: User, mona: User) -> None:
    mine, theirs = InvitationFactory(invited_by=ada), InvitationFactory(invited_by=kamal)
    assert cancel_invitations_of(actor=mona.actor, person=ada) == 1
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, theirs.status) == (InvitationStatus.CANCELLED, InvitationStatus.PENDING)
    assert AuditEntry.objects.get().actor_name == "Mona Moderator"


def test_invitations_of_other_companies_are_not_there(kamal: User, ada: User, mona: User) -> None:
    invitation = InvitationFactory(invited_by=ada)
    for act in (resend_invitation, cancel_invitation):
        with pytest.raises(NotFound):
            act(actor=kamal.actor, invitation_id=invitation.pk)
    resend_invitation(actor=mona.actor, invitation_id=invitation.pk)
    invitation.refresh_from_db()
    assert invitation.invited_by == ada


# -- Reading -------------------------------------------------------------------------------------------------


@pytest.fixture
def of_each_kind(ada: User, ben: User, kamal: User) -> dict[str, Invitation]:
    now = timezone.now()
    InvitationFactory(invited_by=kamal)
    return {
        "pending": InvitationFactory(invited_by=ada),
        "accepted": InvitationFactory(invited_by=ada, accepted_at=now, accepted_by=ben),
        "expired": InvitationFactory(invited_by=ada, sent_at=now - timedelta(days=8)),
        "cancelled": InvitationFactory(invited_by=ada, cancelled_at=now),
    }


def test_each_stands_in_one_state_and_is_counted_there(ada: User, of_each_kind: dict[str, Invitation]) -> None:
    assert invitation_counts(ada.actor) == dict.fromkeys(of_each_kind, 1)
    for status, invitation in of_each_kind.items():
        assert [*own_invitations(ada.actor, status=status)] == [invitation]
        assert invitation.status == status


def test_the_list_is_one_query_for_any_number(ada: User, of_each_kind: dict[str, Invitation]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert len([row.invited_by for row in own_invitations(ada.actor)]) == 4
    assert len(asked) == 1


# -- JSON ----------------------------------------------------------------------------------------------------


def test_json_answers_a_result_per_address(program: APIClient, ada: User, ben: User) -> None:
    program.force_login(ada)
    answer = program.post(SEND, {"emails": ["new@example.com", ben.email, "x"], "role": "admin"})
    assert answer.status_code == 201
    assert [line["result"] for line in answer.json()] == ["sent", "already_member", "invalid"]
    assert program.post(SEND, {"email": "one@example.com"}).json() == [{"email": "one@example.com", "result": "sent"}]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"emails": ["a@b.example"], "email": "a@b.example"},
        {"emails": "a@b.example"},
        {"emails": [7]},
        {"email": {"$ne": 1}},
        {"email": "a@b.example", "role": "moderator"},
        {"email": "a@b.example", "organization": "x"},
    ],
)
def test_json_refuses_other_shapes(program: APIClient, ada: User, body: dict[str, Any]) -> None:
    program.force_login(ada)
    assert program.post(SEND, body).status_code == 400


def test_json_lists_counts_resends_and_cancels(
    program: APIClient, ada: User, of_each_kind: dict[str, Invitation]
) -> None:
    program.force_login(ada)
    assert program.get("/api/v1/invitations").json()["count"] == 4
    (line,) = program.get("/api/v1/invitations", {"status": "expired"}).json()["results"]
    assert line["id"] == str(of_each_kind["expired"].pk)
    assert "token" not in str(line)
    assert program.get("/api/v1/invitations/stats").json() == dict.fromkeys(of_each_kind, 1)
    again = program.post(f"/api/v1/invitations/{line['id']}/resend")
    assert (again.status_code, again.json()["status"]) == (200, "pending")
    assert program.delete(f"/api/v1/invitations/{line['id']}").status_code == 204
    refused = program.post(f"/api/v1/invitations/{line['id']}/resend")
    assert (refused.status_code, codes(refused)) == (409, [("not_open", None)])


def test_json_limits_how_often_somebody_sends(program: APIClient, ada: User, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "invite": "2/m/user"}
    program.force_login(ada)
    statuses = [program.post(SEND, {"email": f"p{n}@example.com"}).status_code for n in range(3)]
    assert statuses == [201, 201, 429]


def test_a_sending_that_is_repeated_with_its_key_sends_nothing_more(program: APIClient, ada: User, ben: User) -> None:
    program.force_login(ada)
    body = {"emails": ["new@example.com", ben.email]}
    first = program.post(SEND, body, headers={"Idempotency-Key": "k1"})
    Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1))

    again = program.post(SEND, body, headers={"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert OutboxMail.objects.count() == 1

    program.post(SEND, body, headers={"Idempotency-Key": "k2"})
    assert OutboxMail.objects.count() == 2, "another sending"
