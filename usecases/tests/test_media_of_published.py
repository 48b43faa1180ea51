"""Media of stories others read: sign-off, who sees them, who may remove them, and what is left of them afterwards."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.errors import Conflict, Forbidden, NotFound
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.tests.conftest import objects
from p2psandbox.platform.files.tests.factories import noise, pdf, picture, video
from usecases.actions import drafts, lifecycle
from usecases.actions import media as actions
from usecases.models import UseCaseMedia
from usecases.queries.media import working_media
from usecases.queries.reading import editing
from usecases.tests.factories import UseCaseFactory, draft, media, published
from usecases.tests.mediated import ARABIC, captions, three, upload, url


@pytest.fixture(autouse=True)
def own_store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def api(api_client: APIClient) -> APIClient:
    return api_client


def test_media_of_a_published_story_wait_for_sign_off(client: Client, ben: User, ada: User, lina: User) -> None:
    row = draft(ben)
    before, gone = media(row, (picture(), "before.jpg"), (picture(), "gone.jpg"))
    row = lifecycle.publish(actor=ada.actor, use_case_id=row.pk)
    (after,) = media(row, (picture(), "after.jpg"))
    actions.remove(actor=ben.actor, use_case_id=row.pk, media_id=gone.pk)

    def sees(person: User) -> list[bool]:
        client.force_login(person)
        return [client.get(f"/files/{one.file_id}/").status_code == 302 for one in (before, gone, after)]

    assert sees(lina) == [True, True, False]
    assert sees(ben) == [True, True, True]
    lifecycle.submit(actor=ben.actor, use_case_id=row.pk)
    lifecycle.approve(actor=ada.actor, use_case_id=row.pk)
    assert sees(lina) == [True, False, True]


def test_discarding_the_changes_brings_the_old_set_back(ben: User, ada: User) -> None:
    row = draft(ben)
    (old,) = media(row)
    row = lifecycle.publish(actor=ada.actor, use_case_id=row.pk)
    (new,) = media(row, (picture(), "new.jpg"))
    actions.remove(actor=ben.actor, use_case_id=row.pk, media_id=old.pk)
    drafts.discard_changes(actor=ben.actor, use_case_id=row.pk)
    story = editing(ben.actor, row.pk)
    shown, back = working_media(story.row, story.content)
    assert [one.id for one in shown] == [old.pk]
    assert [one.pk for one in back] == [new.pk]


@pytest.mark.parametrize("visibility", ["members", "public"])
def test_files_are_seen_by_whoever_sees_the_story_and_by_nobody_else_at_once(
    client: Client, ben: User, ada: User, lina: User, mona: User, visibility: str
) -> None:
    row = draft(ben, visibility=visibility)
    (one,) = media(row)

    def seen() -> dict[str, int]:
        found = {}
        for name, person in (("visitor", None), ("lina", lina), ("ben", ben), ("ada", ada), ("mona", mona)):
            client.force_login(person) if person else client.logout()
            answer = client.get(f"/files/{one.file_id}/large/")
            found[name] = 302 if "expires=" in answer.get("Location", "") else 404
        return found

    own = {"visitor": 404, "lina": 404, "ben": 302, "ada": 302, "mona": 302}
    assert seen() == own
    lifecycle.publish(actor=ada.actor, use_case_id=row.pk)
    assert seen() == own | {"lina": 302, "visitor": 302 if visibility == "public" else 404}
    lifecycle.unpublish(actor=ada.actor, use_case_id=row.pk)
    assert seen() == own
    lifecycle.delete(actor=ben.actor, use_case_id=row.pk)
    assert seen() == dict.fromkeys(own, 404)


def test_others_may_neither_add_nor_change_nor_remove(ben: User, lina: User, ada: User, nico: User) -> None:
    row = published(ben, ada)
    (one,) = media(row)
    file_id = files.store(actor=lina.actor, purpose="media", name="a.jpg", stream=io.BytesIO(picture())).pk
    acts: list[Callable[[User], Any]] = [
        lambda who: actions.add(actor=who.actor, use_case_id=row.pk, file_ids=[file_id]),
        lambda who: actions.describe(actor=who.actor, use_case_id=row.pk, media_id=one.pk, caption="mine now"),
        lambda who: actions.shift(actor=who.actor, use_case_id=row.pk, media_id=one.pk, by=1),
        lambda who: actions.remove(actor=who.actor, use_case_id=row.pk, media_id=one.pk),
        lambda who: actions.try_again(actor=who.actor, use_case_id=row.pk, media_id=one.pk),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act(lina)
    lifecycle.unpublish(actor=ada.actor, use_case_id=row.pk)
    for act in acts:
        with pytest.raises(NotFound):
            act(lina)


def test_what_is_handed_in_its_author_leaves_alone(ben: User) -> None:
    row = draft(ben)
    (one,) = media(row)
    lifecycle.submit(actor=ben.actor, use_case_id=row.pk)
    for act in (
        lambda: media(row),
        lambda: actions.remove(actor=ben.actor, use_case_id=row.pk, media_id=one.pk),
        lambda: actions.describe(actor=ben.actor, use_case_id=row.pk, media_id=one.pk, caption="late"),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "in_review"


def test_media_of_another_story_are_not_there(api: APIClient, ben: User) -> None:
    row, other = draft(ben), draft(ben, title="Another story of ours")
    (foreign,) = media(other)
    api.force_login(ben)
    assert api.patch(url(row, foreign), {"caption": "x y z"}).status_code == 404
    assert api.delete(url(row, foreign)).status_code == 404


def test_what_was_removed_comes_back_for_a_day_and_then_its_object_is_gone(
    api: APIClient, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = draft(ben)
    a, b, _c = three(row)
    api.force_login(ben)
    assert api.delete(url(row, a)).status_code == 204
    assert api.delete(url(row, b)).status_code == 204
    assert actions.delete_dropped() == 0, "not yet"
    assert [one["caption"] for one in api.post(url(row), {"file_ids": [str(a.file_id)]}).json()] == ["a"]
    assert captions(row, ben) == ["c", "a"]
    UseCaseMedia.objects.filter(pk=b.pk).update(dropped_at=timezone.now() - timedelta(days=1, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.delete_dropped() == 1
    assert not UseCaseMedia.objects.filter(pk=b.pk).exists()
    assert not [key for key in objects() if b.file.key in key]
    assert [key for key in objects() if a.file.key in key]


def test_a_file_of_a_story_is_removed_there_or_by_a_moderator(api: APIClient, ben: User, mona: User) -> None:
    row = draft(ben)
    one, other = media(row, (picture(), "a.jpg"), (picture(), "b.jpg"))
    address = f"/api/v1/files/{one.file_id}"
    api.force_login(ben)
    assert api.delete(address).status_code == 409
    api.force_login(mona)
    assert api.delete(address).status_code == 204
    api.force_login(ben)
    story = api.get(reverse("api:use_case", args=[row.pk])).json()
    assert [one["id"] for one in story["media"]] == [str(other.pk)]
    actions.describe(actor=ben.actor, use_case_id=row.pk, media_id=other.pk, caption="still here")
    assert captions(row, ben) == ["still here"]


def test_a_failed_picture_is_tried_again(ben: User, django_capture_on_commit_callbacks: Any) -> None:
    row = draft(ben)
    (one,) = media(row, (video(), "line.mp4"))
    StoredFile.objects.update(renditions_status="failed")
    with django_capture_on_commit_callbacks(execute=True):
        actions.try_again(actor=ben.actor, use_case_id=row.pk, media_id=one.pk)
    assert StoredFile.objects.get().renditions_status == "ready"


def test_the_database_itself_keeps_one_cover_one_place_each_and_thirty(ben: User) -> None:
    row = UseCaseFactory(author=ben)
    stored = [
        files.store(actor=ben.actor, purpose="media", name="a.jpg", stream=io.BytesIO(picture())) for _n in range(2)
    ]
    UseCaseMedia.objects.create(use_case=row, file=stored[0], kind="image", position=0, cover=True)
    for wrong in (
        {"position": 0},
        {"position": 30},
        {"position": 1, "cover": True},
        {"cover": True},
        {"kind": "song"},
        {"position": 1, "dropped_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            UseCaseMedia.objects.create(**{"use_case": row, "file": stored[1], "kind": "image"} | wrong)


def test_a_story_with_media_takes_few_queries_however_many(
    client: Client, ben: User, ada: User, lina: User, django_assert_max_num_queries: Any
) -> None:
    row = draft(ben)
    media(row, *[(picture(), f"{n}.jpg") for n in range(6)])
    row = lifecycle.publish(actor=ada.actor, use_case_id=row.pk)
    client.force_login(lina)
    client.get(row.get_absolute_url())
    with django_assert_max_num_queries(8):
        assert client.get(row.get_absolute_url()).status_code == 200
    with django_assert_max_num_queries(6):
        assert client.get(reverse("usecases:list")).status_code == 200


def test_the_page_saves_order_captions_and_cover_and_loses_nothing_it_does_not_know(client: Client, ben: User) -> None:
    row = draft(ben)
    a, b, c = three(row)
    address = reverse("usecases:edit", args=[row.pk, 3])
    client.force_login(ben)
    row.refresh_from_db()
    sent = {
        "revision": row.version,
        "visibility": "members",
        "media_order": f"{b.pk},{row.pk},nonsense,{a.pk}",
        f"caption-{b.pk}": ARABIC,
        "media_cover": str(b.pk),
    }
    answer = client.post(address, sent, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    assert captions(row, ben) == [ARABIC, "a", "c"]
    assert UseCaseMedia.objects.get(cover=True).pk == b.pk
    long = client.post(address, sent | {f"caption-{c.pk}": "x", f"caption-{b.pk}": "x" * 301})
    assert "Shorten" in long.content.decode()
    assert captions(row, ben) == [ARABIC, "a", "c"]


def test_the_buttons_of_the_page_work_without_javascript(client: Client, ben: User) -> None:
    row = draft(ben)
    address = reverse("usecases:edit", args=[row.pk, 3])
    client.force_login(ben)

    def press(go: str, **more: Any) -> Any:
        row.refresh_from_db()
        said = {"revision": row.version, "visibility": "members", "media_files_form": "1", "go": go}
        return client.post(address, said | more)

    assert press("media:add:", media_files=[upload(picture(), "a.jpg"), upload(pdf(), "b.pdf")]).status_code == 302
    first, second = UseCaseMedia.objects.order_by("position")
    assert press(f"media:down:{first.pk}")["Location"].endswith(f"#media-{first.pk}")
    assert list(UseCaseMedia.objects.order_by("position")) == [second, first]
    press(f"media:remove:{first.pk}")
    assert "Put back" in client.get(address).content.decode()
    press(f"media:back:{first.file_id}")
    assert UseCaseMedia.objects.filter(position__isnull=False).count() == 2
    for wrong in ("media:up:nothing", f"media:up:{row.pk}", "media:up"):
        assert press(wrong).status_code == 404
    refused = press("media:add:", media_files=[upload(noise(500), "not a video.mp4")])
    assert "not a video.mp4" in refused.content.decode()
    assert UseCaseMedia.objects.count() == 2


def test_other_sites_are_told_of_public_stories_alone(client: Client, ben: User, ada: User, lina: User) -> None:
    row = draft(ben, visibility="public")
    (one,) = media(row)
    row = lifecycle.publish(actor=ada.actor, use_case_id=row.pk)
    shown = client.get(row.get_absolute_url()).content.decode()
    assert f"/files/{one.file_id}/large.jpeg/" in shown
    assert 'property="og:image"' in shown
    other = published(ben, ada)
    client.force_login(lina)
    assert "og:image" not in client.get(other.get_absolute_url()).content.decode()
