"""A company's logo."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from organizations.models import AuditEntry, Organization
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.tests.factories import picture

pytestmark = pytest.mark.django_db


def sign(name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(format="PNG"), content_type="image/png")


def test_an_admin_sets_the_logo_and_everybody_sees_it(client: Client, ada: User, bolt: Organization) -> None:
    client.force_login(ada)
    assert client.post("/organizations/bolt-co/logo/", {"file": sign()}).status_code == 302
    bolt.refresh_from_db()
    assert bolt.logo_url
    page = Client().get("/organizations/bolt-co/").content.decode()
    assert f'src="{bolt.logo_url}"' in page
    assert 'og:image" content="http' in page
    assert bolt.large_logo_url in page
    shown = Client().get(bolt.logo_url)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")


def test_a_new_logo_replaces_the_old_one_and_it_can_be_removed(client: Client, ada: User, bolt: Organization) -> None:
    client.force_login(ada)
    client.post("/organizations/bolt-co/logo/", {"file": sign()})
    first = Organization.objects.get(pk=bolt.pk).logo_key
    client.post("/organizations/bolt-co/logo/", {"file": sign()})
    second = Organization.objects.get(pk=bolt.pk).logo_key
    assert first != second
    assert StoredFile.objects.filter(status="ready").count() == 1
    client.post("/organizations/bolt-co/logo/", {"remove": "1"})
    assert Organization.objects.get(pk=bolt.pk).logo_url is None
    assert not StoredFile.objects.filter(status="ready").exists()
    assert AuditEntry.objects.filter(what="logo_changed").count() == 3


def test_what_is_no_picture_is_refused_and_nothing_is_kept(client: Client, ada: User, bolt: Organization) -> None:
    client.force_login(ada)
    for name, data in (("logo.svg", b"<svg/>"), ("logo.png", b"<script>"), ("logo.png", b"")):
        answer = client.post("/organizations/bolt-co/logo/", {"file": SimpleUploadedFile(name, data, "image/png")})
        assert answer.status_code == 400, name
    assert client.post("/organizations/bolt-co/logo/", {}).status_code == 400
    assert not StoredFile.objects.exclude(status="failed").exists()


def test_the_same_as_json(ada: User, ben: User, bolt: Organization) -> None:
    program = APIClient()
    program.force_login(ben)
    address = "/api/v1/organizations/me/logo"
    assert program.post(address, {"file": sign()}, format="multipart").status_code == 403
    program.force_login(ada)
    made = program.post(address, {"file": sign()}, format="multipart")
    assert made.status_code == 200, made.json()
    assert set(made.json()) == {"logo_url", "large_logo_url"}
    assert program.post(address, {"file": sign("logo.exe")}, format="multipart").status_code == 415
    assert program.post(address, {}, format="multipart").status_code == 400
    assert program.delete(address).status_code == 204
    assert program.get("/api/v1/organizations/me").json()["logo_url"] is None
