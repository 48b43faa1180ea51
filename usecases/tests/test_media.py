"""Pictures, videos and documents of stories: who may add, order and see them, and what is left of them afterwards."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.tests.conftest import objects
from p2psandbox.platform.files.tests.factories import film, noise, office, pdf, picture, video
from usecases.actions import drafts, lifecycle
from usecases.actions import media as actions
from usecases.models import UseCase, UseCaseMedia
from usecases.queries.media import working_media
from usecases.queries.reading import editing
from usecases.tests.factories import UseCaseFactory, draft, media, published, submitted

ARABIC = "خط الضغط رقم 2 بعد التركيب 🙂 — press line 2"


@pytest.fixture(autouse=True)
def own_store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def api(api_client: APIClient) -> APIClient:
    return api_client


def url(row: UseCase, one: UseCaseMedia | None = None) -> str:
    args = [row.pk, one.pk] if one else [row.pk]
    return reverse("api:use_case_medium" if one else "api:use_case_media", args=args)


def captions(row: UseCase, person: User) -> list[str]:
    story = editing(person.actor, row.pk)
    return [one.caption for one in working_media(story.row, story.content)[0]]


def three(row: UseCase) -> list[UseCaseMedia]:
    """Three pictures with the captions a, b, c."""
    found = media(row, *[(picture(), f"{name}.jpg") for name in "abc"])
    for one, caption in zip(found, "abc", strict=True):
        actions.describe(actor=row.author.actor, use_case_id=row.pk, media_id=one.pk, caption=caption)
    return found


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/octet-stream")


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
