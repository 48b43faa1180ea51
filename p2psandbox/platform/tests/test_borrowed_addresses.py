"""Addresses that browsers and Django admin have chosen."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from accounts.models import User
from organizations.models import Organization

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "head"])
def test_whoever_looks_for_the_icon_where_it_always_was_is_led_to_it(client: Client, method: str) -> None:
    answer = getattr(client, method)("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/img/mark.svg")
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert finders.find("img/mark.svg")
    assert "sessionid" not in answer.cookies


def test_the_icon_is_only_looked_at(client: Client) -> None:
    assert client.post("/favicon.ico").status_code == 405


def test_view_on_site_leads_moderators_to_the_page(client: Client, bolt: Organization, mona: User) -> None:
    client.force_login(mona)
    kind = ContentType.objects.get_for_model(Organization).pk
    address = reverse("admin:view_on_site", args=[kind, bolt.pk])
    assert client.get(address)["Location"].endswith(bolt.get_absolute_url())


@pytest.mark.parametrize("word", ["not-a-uuid", "%00", "0", "x" * 3000, "%F0%9F%8F%AD", str(uuid.UUID(int=7))])
def test_view_on_site_of_what_there_is_not_is_not_found(client: Client, mona: User, word: str) -> None:
    client.force_login(mona)
    for model in (Organization, User, ContentType):
        kind = ContentType.objects.get_for_model(model).pk
        assert client.get(f"/admin/r/{kind}/{word}/").status_code == 404
    for kind in ("0", "kind", "9" * 40, "%00"):
        assert client.get(f"/admin/r/{kind}/{word}/").status_code == 404


def test_view_on_site_is_for_moderators(client: Client, ada: User) -> None:
    assert client.get("/admin/r/1/not-a-uuid/").status_code == 302
    client.force_login(ada)
    assert client.get("/admin/r/1/not-a-uuid/").status_code in (302, 403)
