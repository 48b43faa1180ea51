"""What search engines are told of: public stories, as long as they are published and public."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from p2psandbox.crawlers import PublicStories
from usecases.actions import lifecycle
from usecases.models import UseCase
from usecases.tests.factories import draft, published, submitted


def listed(client: Client, address: str = "/sitemap-use-cases.xml") -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml"
    return re.findall(r"<loc>(.*?)</loc>", answer.content.decode())


def open_story(ben: User, ada: User) -> UseCase:
    return lifecycle.publish(actor=ada.actor, use_case_id=draft(ben, visibility="public").pk)


def test_public_stories_are_listed_and_no_others(client: Client, ben: User, ada: User) -> None:
    row = open_story(ben, ada)
    published(ben, ada)
    submitted(ben)
    draft(ben)
    assert listed(client) == [settings.SITE_URL + row.get_absolute_url()]
    client.force_login(ada)  # nobody is told more
    assert len(listed(client)) == 1
    assert client.get(row.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("way", ["unpublish", "take_down", "delete"])
def test_what_leaves_the_library_leaves_the_sitemap_at_once(
    way: str, client: Client, ben: User, ada: User, mona: User
) -> None:
    row = open_story(ben, ada)
    assert len(listed(client)) == 1
    if way == "delete":
        lifecycle.delete(actor=ada.actor, use_case_id=row.pk)
    elif way == "unpublish":
        lifecycle.unpublish(actor=ada.actor, use_case_id=row.pk, note="We look at the figures again.")
    else:
        lifecycle.take_down(actor=mona.actor, use_case_id=row.pk, note="Somebody else's pictures.")
    assert listed(client) == []
    assert "no-cache" in client.get("/sitemap-use-cases.xml")["Cache-Control"]


def test_the_index_leads_to_every_part(client: Client, ben: User, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [open_story(ben, ada) for _ in range(3)]
    monkeypatch.setattr(PublicStories, "limit", 2)
    parts = listed(client, "/sitemap.xml")
    assert len(parts) == 3
    found = [address for part in parts for address in listed(client, part.replace("http://testserver", ""))]
    assert {settings.SITE_URL + row.get_absolute_url() for row in rows} < set(found)
    assert settings.SITE_URL + "/" in found
    assert client.get("/sitemap-nothing.xml").status_code == 404
    assert client.get("/sitemap-use-cases.xml?p=x").status_code == 404


def test_robots_are_shown_the_sitemap(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in answer.content.decode()
