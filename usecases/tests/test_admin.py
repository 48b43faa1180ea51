"""What moderators do in Django admin goes through the actions."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from usecases.actions import lifecycle
from usecases.models import Status
from usecases.tests.factories import published, submitted

LIST = reverse("admin:usecases_usecase_changelist")


def test_a_moderator_reads_every_story_and_changes_none_by_form(
    client: Client, ben: User, ada: User, mona: User
) -> None:
    row = published(ben, ada)
    client.force_login(mona)
    assert row.title in client.get(LIST).content.decode()
    address = reverse("admin:usecases_usecase_change", args=[row.pk])
    page = client.get(address)
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert client.post(address, {"title": "Changed around the rules"}).status_code == 403
    assert b"ben@bolt.example" not in page.content


@pytest.mark.parametrize(
    ("act", "status"),
    [("take_down", Status.UNPUBLISHED), ("feature", Status.PUBLISHED), ("publish_again", Status.PUBLISHED)],
)
def test_the_admin_s_actions_are_recorded(
    act: str, status: str, client: Client, ben: User, ada: User, mona: User
) -> None:
    row = published(ben, ada)
    if act == "publish_again":
        lifecycle.take_down(actor=mona.actor, use_case_id=row.pk, note="Advertising")
    client.force_login(mona)
    client.post(LIST, {"action": act, "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert row.status == status
    last = row.transitions.order_by("-id").first()
    assert last is not None
    assert last.by == mona


def test_what_an_action_refuses_is_said(client: Client, ben: User, mona: User) -> None:
    row = submitted(ben)
    client.force_login(mona)
    page = client.post(LIST, {"action": "take_down", "_selected_action": [str(row.pk)]}, follow=True)
    assert "This story is not published." in page.content.decode()


def test_a_deleted_story_comes_back_through_the_admin(client: Client, ben: User, ada: User, mona: User) -> None:
    row = published(ben, ada)
    lifecycle.delete(actor=ada.actor, use_case_id=row.pk)
    client.force_login(mona)
    client.post(LIST, {"action": "restore", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert not row.is_deleted


def test_nobody_else_gets_in(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get(LIST).status_code in (302, 403, 404)
