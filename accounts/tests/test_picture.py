"""A person's picture: set, replaced, removed; shown wherever their name stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from forums.tests.factories import ask
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.tests.factories import picture

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def face(name: str = "me.jpg", **options: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(300, 200, **options), content_type="image/jpeg")


def test_a_person_sets_a_picture_and_it_stands_beside_what_they_wrote(client: Client, ben: User, lina: User) -> None:
    topic = ask(ben, "Why does the dryer trip at noon?")
    client.force_login(lina)
    before = client.get(topic.get_absolute_url()).content.decode()
    assert ">BK<" in before

    mine = Client()
    mine.force_login(ben)
    assert mine.post("/settings/profile/picture/", {"file": face()}).status_code == 302
    ben.refresh_from_db()
    assert ben.avatar_url

    for address in (topic.get_absolute_url(), f"/people/{ben.pk}/", "/people/"):
        page = client.get(address).content.decode()
        assert ben.avatar_url in page or str(ben.large_avatar_url) in page, address
    shown = Client().get(ben.avatar_url)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")


def test_the_reader_sees_their_own_picture_in_the_frame(client: Client, ben: User, lina: User) -> None:
    topic = ask(lina, "Which grease for slow bearings?")
    client.force_login(ben)
    client.post("/settings/profile/picture/", {"file": face()})
    ben.refresh_from_db()
    for address in ("/", topic.get_absolute_url()):
        assert f'src="{ben.avatar_url}"' in client.get(address).content.decode(), address


def test_a_new_picture_replaces_the_old_one_and_it_can_be_removed(client: Client, ben: User) -> None:
    client.force_login(ben)
    keys = []
    for _time in range(2):
        client.post("/settings/profile/picture/", {"file": face()})
        keys.append(User.objects.get(pk=ben.pk).avatar_key)
    assert keys[0] != keys[1]
    assert StoredFile.objects.filter(status="ready").count() == 1
    client.post("/settings/profile/picture/", {"remove": "1"})
    assert User.objects.get(pk=ben.pk).avatar_url is None
    assert not StoredFile.objects.filter(status="ready").exists()


def test_what_is_no_picture_comes_back_with_what_to_do(client: Client, ben: User) -> None:
    client.force_login(ben)
    for name, data in (("me.jpg", b"%PDF-1.7"), ("me.svg", b"<svg/>"), ("me.jpg", b"")):
        answer = client.post("/settings/profile/picture/", {"file": SimpleUploadedFile(name, data, "image/jpeg")})
        assert answer.status_code == 400, name
        assert "field__error" in answer.content.decode() or "errorlist" in answer.content.decode()
    assert User.objects.get(pk=ben.pk).avatar_url is None


def test_the_same_as_json(ben: User) -> None:
    program = APIClient()
    program.force_login(ben)
    made = program.post("/api/v1/users/me/avatar", {"file": face()}, format="multipart")
    assert made.status_code == 200, made.json()
    assert program.get(made.json()["large_avatar_url"]).status_code == 200
    assert program.get("/api/v1/users/me").json()["avatar_url"] == made.json()["avatar_url"]
    assert program.delete("/api/v1/users/me/avatar").status_code == 204
    assert program.get("/api/v1/users/me").json()["avatar_url"] is None


def test_a_moderator_deletes_a_picture_and_initials_are_back(client: Client, ben: User, mona: User) -> None:
    client.force_login(ben)
    client.post("/settings/profile/picture/", {"file": face()})
    client.force_login(mona)
    client.post(
        "/admin/platform/storedfile/",
        {"action": "delete_files", "_selected_action": str(StoredFile.objects.get().pk)},
    )
    ben.refresh_from_db()
    assert ben.avatar_url is None
    assert StoredFile.objects.get().status == "deleted"
