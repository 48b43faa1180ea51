"""The language of the pages: chosen by visitors and people alike, and kept."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_visitor_reads_the_page_they_came_from_in_the_other_language(client: Client) -> None:
    page = client.get("/language/", headers={"referer": "http://testserver/use-cases/?search=scrap"})
    assert 'value="http://testserver/use-cases/?search=scrap"' in page.content.decode()
    chosen = client.post("/language/", {"language": "ar", "next": "http://testserver/use-cases/?search=scrap"})
    assert chosen["Location"] == "http://testserver/use-cases/?search=scrap"
    assert '<html lang="ar" dir="rtl">' in client.get("/use-cases/").content.decode()
    client.post("/language/", {"language": "en"})
    assert '<html lang="en" dir="ltr">' in client.get("/use-cases/").content.decode()


def test_a_person_finds_the_choice_in_their_profile(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.post("/language/", {"language": "ar"})["Location"] == "/"
    ada.refresh_from_db()
    assert ada.language == "ar"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(client: Client, elsewhere: str) -> None:
    page = client.get("/language/", headers={"referer": elsewhere})
    assert "evil" not in page.content.decode()
    assert client.post("/language/", {"language": "en", "next": elsewhere})["Location"] == "/"


def test_a_language_there_is_not_changes_nothing(client: Client, ada: User) -> None:
    client.force_login(ada)
    answer = client.post("/language/", {"language": "xx"})
    assert answer.status_code == 400
    assert "django_language" not in answer.cookies
    ada.refresh_from_db()
    assert ada.language == "en"


def test_every_page_offers_the_other_language_at_its_foot(client: Client) -> None:
    foot = client.get("/use-cases/").content.decode().partition('<footer class="foot">')[2]
    assert '<a href="/language/" lang="ar" hreflang="ar">العربيّة</a>' in foot
