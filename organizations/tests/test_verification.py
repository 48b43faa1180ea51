"""A company is verified: asked for with documents, decided by a moderator, felt by everybody."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import User
from organizations.actions.verification import decide, request_verification, withdraw_request
from organizations.models import AuditEntry, Organization, VerificationRequest
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import Purpose, StoredFile
from p2psandbox.platform.files.queries import permanent_url
from p2psandbox.platform.files.tests.factories import pdf
from p2psandbox.platform.mail.models import OutboxMail

pytestmark = pytest.mark.django_db

REGISTER = "HRB 4711, Leipzig"


def extract() -> SimpleUploadedFile:
    return SimpleUploadedFile("register.pdf", pdf(), content_type="application/pdf")


def evidence(person: User) -> StoredFile:
    upload = extract()
    return files.store(
        actor=person.actor, purpose=Purpose.EVIDENCE, name="register.pdf", stream=upload, content_type="application/pdf"
    )


def asked(person: User) -> VerificationRequest:
    return request_verification(
        actor=person.actor,
        organization_id=person.organization_id,
        registration=REGISTER,
        documents=[evidence(person).pk],
    )


def test_an_admin_asks_and_a_moderator_verifies(client: Client, ada: User, mona: User, bolt: Organization) -> None:
    client.force_login(ada)
    sent = client.post(
        "/organizations/bolt-co/verification/",
        {"registration": REGISTER, "note": "Ask for Ada.", "documents_form": "1", "documents": [extract(), extract()]},
        follow=True,
    )
    page = sent.content.decode()
    assert "Waiting for a moderator" in page
    assert page.count("register.pdf") == 2

    request = VerificationRequest.objects.get()
    client.force_login(mona)
    queue = client.get("/admin/organizations/verificationrequest/").content.decode()
    assert "Bolt &amp; Co" in queue
    shown = client.get(f"/admin/organizations/verificationrequest/{request.pk}/change/").content.decode()
    assert REGISTER in shown
    assert shown.count("register.pdf") == 2
    client.post(f"/admin/organizations/verificationrequest/{request.pk}/decide/", {"decision": "approve"})

    assert Organization.objects.get(pk=bolt.pk).is_verified
    assert "Verified" in Client().get("/organizations/bolt-co/").content.decode()
    mail = OutboxMail.objects.get()
    assert mail.to == ada.email
    assert "Bolt & Co is verified" in mail.subject
    assert list(AuditEntry.objects.values_list("what", flat=True)) == [
        "organization_verified",
        "verification_requested",
    ]


def test_a_refusal_needs_a_reason_and_tells_it(client: Client, ada: User, mona: User, bolt: Organization) -> None:
    request = asked(ada)
    with pytest.raises(Invalid):
        decide(actor=mona.actor, request_id=request.pk, approve=False, reason="")
    decide(actor=mona.actor, request_id=request.pk, approve=False, reason="The extract is from 2009.")
    assert not Organization.objects.get(pk=bolt.pk).is_verified
    assert "The extract is from 2009." in OutboxMail.objects.get().text
    client.force_login(ada)
    page = client.get("/organizations/bolt-co/verification/").content.decode()
    assert "The extract is from 2009." in page
    assert 'name="registration"' in page, "and one may ask again"
    asked(ada)


def test_who_may_ask_decide_and_see(ada: User, ben: User, kamal: User, mona: User, bolt: Organization) -> None:
    document = evidence(ada)
    for person in (ben, kamal):
        with pytest.raises(Forbidden):
            request_verification(
                actor=person.actor, organization_id=bolt.pk, registration=REGISTER, documents=[document.pk]
            )
    request = asked(ada)
    for person in (ada, kamal):
        with pytest.raises(Forbidden):
            decide(actor=person.actor, request_id=request.pk, approve=True)
    file = StoredFile.objects.get(attached_id=request.pk)
    for person, status in ((ada, 302), (mona, 302), (ben, 404), (kamal, 404)):
        client = Client()
        client.force_login(person)
        assert client.get(permanent_url(file)).status_code == status, person


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"registration": ""}, "registration"),
        ({"registration": "x" * 81}, "registration"),
        ({"note": "x" * 1001}, "note"),
        ({"documents": []}, "documents"),
    ],
)
def test_what_is_missing_is_named(ada: User, bolt: Organization, given: dict[str, Any], field: str) -> None:
    complete = {"registration": REGISTER, "documents": [evidence(ada).pk]}
    with pytest.raises(Invalid) as caught:
        request_verification(actor=ada.actor, organization_id=bolt.pk, **{**complete, **given})
    assert field in caught.value.fields
    assert not VerificationRequest.objects.exists()


def test_somebody_elses_document_proves_nothing(ada: User, kamal: User, bolt: Organization) -> None:
    with pytest.raises(Invalid) as caught:
        request_verification(
            actor=ada.actor, organization_id=bolt.pk, registration=REGISTER, documents=[evidence(kamal).pk]
        )
    assert "documents" in caught.value.fields
    assert not VerificationRequest.objects.exists()


def test_a_page_that_is_no_document_is_refused_and_the_text_kept(client: Client, ada: User) -> None:
    client.force_login(ada)
    page = client.post(
        "/organizations/bolt-co/verification/",
        {
            "registration": REGISTER,
            "documents_form": "1",
            "documents": [SimpleUploadedFile("a.pdf", b"<html>", "application/pdf")],
        },
    )
    assert page.status_code == 400
    assert REGISTER in page.content.decode()
    assert not VerificationRequest.objects.exists()


def test_a_request_is_withdrawn_with_its_documents(ada: User, mona: User, bolt: Organization) -> None:
    request = asked(ada)
    withdraw_request(actor=ada.actor, organization_id=bolt.pk)
    assert not StoredFile.objects.filter(attached_id=request.pk, status="ready").exists()
    with pytest.raises(Conflict):
        decide(actor=mona.actor, request_id=request.pk, approve=True)
    with pytest.raises(NotFound):
        withdraw_request(actor=ada.actor, organization_id=bolt.pk)


def test_the_same_as_json(ada: User, bolt: Organization) -> None:
    from rest_framework.test import APIClient

    program = APIClient()
    program.force_login(ada)
    address = "/api/v1/organizations/me/verification"
    assert program.get(address).status_code == 404
    body = {"registration": REGISTER, "documents": [str(evidence(ada).pk)]}
    made = program.post(address, body, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "pending")
    again = program.post(address, {**body, "documents": [str(evidence(ada).pk)]}, format="json")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "already_requested")
    assert program.delete(address).status_code == 204
    assert program.get(address).json()["state"] == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_decide_once(ada: User, mona: User, bolt: Organization) -> None:
    request = asked(ada)
    told: list[str] = []

    def decides(*, approve: bool) -> None:
        try:
            decide(actor=mona.actor, request_id=request.pk, approve=approve, reason="Not this company's extract.")
            told.append("done")
        except Conflict:
            told.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=decides, kwargs={"approve": approve}) for approve in (True, False) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["conflict"] * 5 + ["done"]
    assert OutboxMail.objects.count() == 1
