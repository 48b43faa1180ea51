"""Pictures, videos and documents of stories: adding, ordering and describing them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.errors import Conflict, Invalid
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.tests.conftest import objects
from p2psandbox.platform.files.tests.factories import film, noise, office, pdf, picture
from usecases.actions import drafts, lifecycle
from usecases.actions import media as actions
from usecases.models import UseCaseMedia
from usecases.tests.factories import draft, media, submitted
from usecases.tests.mediated import ARABIC, captions, three, upload, url


@pytest.fixture(autouse=True)
def own_store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def api(api_client: APIClient) -> APIClient:
    return api_client


def test_many_files_at_once_are_answered_in_order_with_everything_a_client_shows(
    api: APIClient, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = draft(ben)
    api.force_login(ben)
    sent = [upload(picture(2000, 1000), "press.jpg"), upload(film(seconds=2), "line.mp4"), upload(pdf(), "plan.pdf")]
    with django_capture_on_commit_callbacks(execute=True):
        answer = api.post(url(row), {"files": sent}, format="multipart")
    assert answer.status_code == 201, answer.json()
    story = api.get(reverse("api:use_case", args=[row.pk])).json()
    image, moving, document = story["media"]
    assert [one["kind"] for one in answer.json()] == ["image", "video", "document"]
    assert [one["position"] for one in story["media"]] == [0, 1, 2]
    assert [one["cover"] for one in story["media"]] == [True, False, False], "the first one stands for the story"
    assert {(one["name"], one["content_type"]) for one in image["renditions"]} == {
        (name, f"image/{format}") for name in ("small", "medium", "large") for format in ("webp", "jpeg")
    }
    assert (moving["duration"], document["name"], document["size"]) == (2.0, "plan.pdf", 400)
    for one in story["media"]:
        assert one["url_expires_at"] > timezone.now().isoformat()
        assert api.get(one["url"]).status_code == 200
    assert story["cover_url"].startswith(f"/files/{image['file_id']}/")
    assert api.get(document["url"])["Content-Disposition"].startswith("attachment")


def test_what_a_camera_writes_beside_a_picture_is_gone_from_every_size(
    ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    with_place = Image.Exif()
    with_place[0x010F] = "Secret Camera"
    with_place.get_ifd(0x8825)[1] = "N"
    row = draft(ben)
    with django_capture_on_commit_callbacks(execute=True):
        media(row, (picture(1000, 800, exif=with_place), "press.jpg"))
    from p2psandbox.platform.files.storage import store

    assert len(objects()) == 7
    for key in objects():
        with store().open(key) as stream:
            data = stream.read()
        assert b"Secret" not in data
        assert not Image.open(io.BytesIO(data)).getexif()


def test_files_uploaded_before_are_added_by_their_ids(api: APIClient, ben: User, lina: User) -> None:
    row = draft(ben)
    own, foreign = (
        files.store(actor=person.actor, purpose="media", name="a.jpg", stream=io.BytesIO(picture())).pk
        for person in (ben, lina)
    )
    api.force_login(ben)
    assert api.post(url(row), {"file_ids": [str(foreign)]}).status_code == 400
    assert api.post(url(row), {"file_ids": [str(own), str(foreign)]}).status_code == 400
    assert not UseCaseMedia.objects.exists()
    assert not StoredFile.objects.filter(attached_at__isnull=False).exists()
    assert [one["file_id"] for one in api.post(url(row), {"file_ids": [str(own)]}).json()] == [str(own)]
    assert len(api.post(url(row), {"file_ids": [str(own)]}).json()) == 1, "named again, it is there once"
    assert UseCaseMedia.objects.count() == 1


def test_sixty_files_get_one_clear_message_and_nothing_is_half_stored(api: APIClient, ben: User) -> None:
    row = draft(ben)
    api.force_login(ben)
    answer = api.post(url(row), {"files": [upload(picture(), f"{n}.jpg") for n in range(60)]}, format="multipart")
    error = answer.json()["errors"]
    assert (answer.status_code, len(error), error[0]["attr"]) == (400, 1, "files")
    assert "at most 30" in error[0]["detail"]
    assert not StoredFile.objects.exists()
    assert objects() == []


def test_of_a_set_with_one_that_is_refused_none_is_kept_and_each_reason_is_said(
    api: APIClient, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = draft(ben)
    api.force_login(ben)
    head = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0\0\0\x08free"
    whole = film(seconds=5)
    bad = [
        upload(head + noise(5000), "not a video.mp4"),
        upload(whole[: len(whole) // 2], "cut.mp4"),
        upload(b"MZ" + noise(500), "setup.exe"),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        answer = api.post(url(row), {"files": [upload(picture(), "good.jpg"), *bad]}, format="multipart")
    said = " ".join(one["detail"] for one in answer.json()["errors"])
    assert answer.status_code == 400
    assert all(name in said for name in ("not a video.mp4", "cut.mp4", "setup.exe"))
    assert "good.jpg" not in said
    assert objects() == []
    assert not UseCaseMedia.objects.exists()


def test_the_thirty_first_is_refused_also_by_ids(ben: User) -> None:
    row = draft(ben)
    first = files.store(actor=ben.actor, purpose="media", name="a.jpg", stream=io.BytesIO(picture()))
    with transaction.atomic():
        rows = [first]
        for _n in range(30):
            copy = StoredFile.objects.get(pk=first.pk)
            copy.pk, copy.key, copy._state.adding = None, f"copy-{_n}", True
            copy.id = __import__("uuid").uuid4()
            copy.save()
            rows.append(copy)
    actions.add(actor=ben.actor, use_case_id=row.pk, file_ids=[one.pk for one in rows[:30]])
    with pytest.raises(Invalid) as refused:
        actions.add(actor=ben.actor, use_case_id=row.pk, file_ids=[rows[30].pk])
    assert refused.value.code == "too_many"
    assert UseCaseMedia.objects.count() == 30


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"position": -1}, "position"),
        ({"position": 30}, "position"),
        ({"position": "first"}, "position"),
        ({"caption": "x" * 301}, "caption"),
        ({"caption": "a\x00b"}, "caption"),
        ({"caption": ["a"]}, "caption"),
        ({"caption": None}, "caption"),
        ({"cover": "perhaps"}, "cover"),
        ({"use_case": "x"}, "use_case"),
    ],
)
def test_bad_input_is_refused_field_by_field(api: APIClient, ben: User, body: dict[str, Any], attr: str) -> None:
    row = draft(ben)
    (one,) = media(row)
    api.force_login(ben)
    answer = api.patch(url(row, one), body)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)


def test_a_document_is_no_cover_and_there_is_one_cover(api: APIClient, ben: User) -> None:
    row = draft(ben)
    first, second, paper = media(row, (picture(), "a.jpg"), (picture(), "b.jpg"), (office(), "c.docx"))
    api.force_login(ben)
    assert api.patch(url(row, paper), {"cover": True}).status_code == 400
    assert api.patch(url(row, second), {"cover": True}).json()["cover"] is True
    row.refresh_from_db()
    assert row.cover_id == second.file_id
    assert api.patch(url(row, first), {"cover": True}).json()["cover"] is True
    assert UseCaseMedia.objects.filter(cover=True).count() == 1
    actions.remove(actor=ben.actor, use_case_id=row.pk, media_id=first.pk)
    row.refresh_from_db()
    assert row.cover_id == second.file_id, "without a chosen one the first picture stands for the story"


def test_captions_in_any_script_stay_as_they_are(api: APIClient, client: Client, ben: User, ada: User) -> None:
    row = draft(ben, visibility="public")
    (one,) = media(row)
    api.force_login(ben)
    assert api.patch(url(row, one), {"caption": ARABIC}).json()["caption"] == ARABIC
    row = lifecycle.publish(actor=ada.actor, use_case_id=row.pk)
    assert f'alt="{ARABIC}"' in client.get(row.get_absolute_url()).content.decode()
    attack = '"><script>alert(1)</script>'
    api.patch(url(row, one), {"caption": attack})
    lifecycle.publish(actor=ada.actor, use_case_id=row.pk)
    assert attack not in client.get(row.get_absolute_url()).content.decode()


def test_a_medium_moves_to_any_place_and_the_ends_hold(ben: User) -> None:
    row = draft(ben)
    a, _b, c = three(row)
    move = lambda one, position: actions.describe(  # noqa: E731 -- read as a table
        actor=ben.actor, use_case_id=row.pk, media_id=one.pk, position=position
    )
    move(c, 0)
    assert captions(row, ben) == ["c", "a", "b"]
    move(c, 29)
    assert captions(row, ben) == ["a", "b", "c"]
    actions.shift(actor=ben.actor, use_case_id=row.pk, media_id=a.pk, by=-1)
    assert captions(row, ben) == ["a", "b", "c"]
    actions.shift(actor=ben.actor, use_case_id=row.pk, media_id=a.pk, by=1)
    assert captions(row, ben) == ["b", "a", "c"]


def test_a_patch_of_the_story_orders_describes_and_loses_nothing(api: APIClient, ben: User) -> None:
    row = draft(ben)
    a, b, c = three(row)
    api.force_login(ben)
    address = reverse("api:use_case", args=[row.pk])
    said = [{"id": str(c.pk), "caption": "third first", "cover": True}, {"id": str(a.pk)}]
    answer = api.patch(address, {"media": said}).json()
    assert [one["caption"] for one in answer["media"]] == ["third first", "a", "b"]
    assert [one["cover"] for one in answer["media"]] == [True, False, False]
    for wrong in ([{"id": str(row.pk)}], [{"id": str(a.pk)}] * 2, [{"id": "x"}], "all", [{"caption": "a"}]):
        assert api.patch(address, {"media": wrong}).status_code == 400
    two = [{"id": str(one.pk), "cover": True} for one in (a, b)]
    assert api.patch(address, {"media": two}).status_code == 400


def test_an_upload_makes_no_text_stale_but_an_order_does(ben: User) -> None:
    row = draft(ben)
    open_since = row.version
    a, *_rest = media(row, (picture(), "a.jpg"), (picture(), "b.jpg"))
    kept = drafts.save_draft(
        actor=ben.actor, use_case_id=row.pk, changes={"title": "Typed during the upload"}, revision=open_since
    )
    assert captions(row, ben) == ["", ""], "and no text loses an upload"
    with pytest.raises(Conflict):
        drafts.save_draft(actor=ben.actor, use_case_id=row.pk, changes={"title": "Older still"}, revision=open_since)
    actions.describe(actor=ben.actor, use_case_id=row.pk, media_id=a.pk, caption="said elsewhere")
    with pytest.raises(Conflict):
        drafts.save_draft(
            actor=ben.actor, use_case_id=row.pk, changes={"title": "After the caption"}, revision=kept.version
        )


def test_an_approver_who_saw_fewer_pictures_is_told(ben: User, ada: User) -> None:
    row = submitted(ben)
    seen = row.version
    media(row, by=ada)
    with pytest.raises(Conflict):
        lifecycle.approve(actor=ada.actor, use_case_id=row.pk, revision=seen)
