"""What is typed and not sent is kept, for its writer alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.drafts import actions
from p2psandbox.platform.drafts.models import Draft
from p2psandbox.platform.errors import Invalid

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/drafts/topic:new"
TEXTS = {"title": "Why does it trip?", "body": "<p>Every morning, ٣ مرات 🙂</p>", "tags": ["plc", "oee"]}


def as_(api_client: APIClient, person: User) -> APIClient:
    api_client.force_authenticate(person)
    return api_client


def test_a_draft_is_kept_replaced_and_forgotten(api_client: APIClient, ada: User) -> None:
    api = as_(api_client, ada)
    assert api.get(ADDRESS).json() == {"updated_at": None, "fields": None}
    assert api.put(ADDRESS, {"fields": TEXTS}).status_code == 200
    assert api.get(ADDRESS).json()["fields"] == TEXTS
    api.put(ADDRESS, {"fields": {"title": "Why does it trip in the morning?"}})
    assert api.get(ADDRESS).json()["fields"] == {"title": "Why does it trip in the morning?"}
    for _time in range(2):
        assert api.delete(ADDRESS).status_code == 204
    assert api.get(ADDRESS).json()["fields"] is None


def test_a_draft_is_its_writers_alone(api_client: APIClient, ada: User, ben: User) -> None:
    as_(api_client, ada).put(ADDRESS, {"fields": TEXTS})
    assert as_(api_client, ben).get(ADDRESS).json()["fields"] is None
    api_client.delete(ADDRESS)
    assert as_(api_client, ada).get(ADDRESS).json()["fields"] == TEXTS


@pytest.mark.parametrize(
    "fields",
    [
        {"title": 5},
        {"title": {"deep": "text"}},
        {"title": ["one", 2]},
        {"body": "x" * 200_001},
        {f"field-{number}": "" for number in range(51)},
        {"body": "a\x00b"},
        {"body": "a\ud800b"},
    ],
    ids=["a number", "an object", "a mixed list", "too long", "too many", "a null character", "half a character"],
)
def test_what_cannot_be_kept_is_refused_and_the_former_draft_stays(ada: User, fields: dict[str, Any]) -> None:
    actions.save_draft(actor=ada.actor, key="topic:new", fields=TEXTS)
    with pytest.raises(Invalid):
        actions.save_draft(actor=ada.actor, key="topic:new", fields=fields)
    kept = actions.draft_of(ada.actor, "topic:new")
    assert kept is not None
    assert kept.fields == TEXTS


@pytest.mark.parametrize("key", ["Topic:new", "topic::new", "topic%20new", "x" * 101, "..", "topic:new:"])
def test_no_form_is_called_so(api_client: APIClient, ada: User, key: str) -> None:
    assert as_(api_client, ada).get(f"/api/v1/drafts/{key}").status_code == 404


def test_only_the_newest_hundred_are_kept(ada: User, ben: User) -> None:
    actions.save_draft(actor=ben.actor, key="topic:new", fields=TEXTS)
    for number in range(actions.MOST_PER_PERSON + 3):
        actions.save_draft(actor=ada.actor, key=f"reply:{number}", fields=TEXTS)
    kept = set(Draft.objects.filter(user=ada).values_list("key", flat=True))
    assert kept == {f"reply:{number}" for number in range(3, actions.MOST_PER_PERSON + 3)}
    assert actions.draft_of(ben.actor, "topic:new") is not None


def test_what_nobody_went_on_with_is_forgotten_after_a_while(ada: User) -> None:
    for key, age in (("topic:new", actions.KEEP), ("reply:1", actions.KEEP - timedelta(hours=1))):
        actions.save_draft(actor=ada.actor, key=key, fields=TEXTS)
        Draft.objects.filter(key=key).update(updated_at=timezone.now() - age - timedelta(minutes=1))
    assert actions.forget_old_drafts() == 1
    assert actions.draft_of(ada.actor, "topic:new") is None
