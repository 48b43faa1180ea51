"""A story's states on its pages: who sees what of it, and which buttons move it on."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from usecases.actions import drafts, lifecycle
from usecases.models import Status, UseCase
from usecases.tests.factories import draft, published, submitted

LIST = reverse("usecases:list")


def page(client: Client, row: UseCase, query: str = "") -> str:
    response = client.get(row.get_absolute_url() + query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_draft_of_a_foreign_company_is_missing_everywhere(client: Client, ben: User, kamal: User) -> None:
    row = draft(ben)
    client.force_login(kamal)
    assert client.get(row.get_absolute_url()).status_code == 404
    for step in (1, 2, 3):
        address = reverse("usecases:edit", args=[row.pk, step])
        assert client.get(address).status_code == 404
        assert client.post(address, {"title": "x"}).status_code == 404
    for name in ("submit", "approve", "publish", "delete", "discard", "like", "bookmark", "feature"):
        assert client.post(reverse(f"usecases:{name}", args=[row.pk])).status_code == 404
    for name in ("reject", "unpublish", "take_down"):
        assert client.get(reverse(f"usecases:{name}", args=[row.pk])).status_code == 404
    for query in ("", "?mine=1", "?status=draft", "?search=compressors", "?organization=bolt-co&status=draft"):
        assert row.title not in client.get(LIST + query).content.decode()
    row.refresh_from_db()
    assert row.status == Status.DRAFT


def test_a_colleague_does_not_see_a_draft_but_the_admin_does(client: Client, ben: User, ada: User, bolt: Any) -> None:
    row = draft(ben)
    client.force_login(UserFactory(organization=bolt))
    assert client.get(row.get_absolute_url()).status_code == 404
    client.force_login(ada)
    assert client.get(row.get_absolute_url()).status_code == 200


def test_the_queue_shows_an_admin_what_waits_and_a_member_nothing(
    client: Client, ben: User, ada: User, kamal: User
) -> None:
    row = submitted(ben)
    queue = reverse("usecases:review_queue")
    client.force_login(ada)
    assert row.title in client.get(queue).content.decode()
    client.force_login(kamal)
    assert row.title not in client.get(queue).content.decode()
    client.force_login(ben)
    assert client.get(queue).status_code == 403
    client.logout()
    assert client.get(queue).status_code == 302


def test_an_admin_approves_on_the_page(client: Client, ben: User, ada: User, lina: User) -> None:
    row = submitted(ben)
    client.force_login(ada)
    html = page(client, row)
    assert reverse("usecases:approve", args=[row.pk]) in html
    response = client.post(reverse("usecases:approve", args=[row.pk]), {"revision": row.version})
    assert response["Location"] == row.get_absolute_url()
    client.force_login(lina)
    assert row.title in page(client, row)


def test_sending_back_without_a_note_returns_the_page_and_keeps_the_text(client: Client, ben: User, ada: User) -> None:
    row = submitted(ben)
    client.force_login(ada)
    address = reverse("usecases:reject", args=[row.pk])
    html = client.post(address, {"note": "???"}).content.decode()
    assert "symbols alone" in html
    assert ">\n???" in html
    client.post(address, {"note": "Say what it cost"})
    row.refresh_from_db()
    assert row.status == Status.DRAFT
    client.force_login(ben)
    assert "Say what it cost" in page(client, row)


def test_readers_see_the_published_version_and_its_people_the_new_one(
    client: Client, ben: User, ada: User, lina: User
) -> None:
    row = published(ben, ada)
    drafts.save_draft(
        actor=ben.actor, use_case_id=row.pk, changes={"title": "Brand new title", "problem": "<p>New words</p>"}
    )
    lifecycle.submit(actor=ben.actor, use_case_id=row.pk)
    client.force_login(lina)
    assert "New words" not in page(client, row)
    assert client.get(row.get_absolute_url() + "?draft=1").status_code == 404
    client.force_login(ada)
    html = page(client, row, "?draft=1")
    assert "New words" in html
    assert "Brand new title" in html


def test_only_people_of_the_story_see_its_history(client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    client.force_login(lina)
    assert 'id="history"' not in page(client, row)
    client.force_login(ben)
    assert 'id="history"' in page(client, row)
