"""Addresses of files: who gets one, how long it holds, and what it answers."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from p2psandbox.platform.errors import Invalid, NotFound
from p2psandbox.platform.files import actions, queries, registry, signing
from p2psandbox.platform.files.models import FileStatus, Purpose, StoredFile
from p2psandbox.platform.files.tests.conftest import THING, As
from p2psandbox.platform.files.tests.factories import StoredFileFactory, office, pdf, picture, video
from p2psandbox.platform.models import new_id

pytestmark = pytest.mark.django_db


SIZE = len(video())


@pytest.fixture
def film(as_: As, ben: User) -> StoredFile:
    """A ready video, Ben's."""
    return StoredFile.objects.get(pk=as_(ben).upload(video(), "film.mp4", "", "media").json()["id"])


def url(person: User, file: StoredFile, **more: bool) -> str:
    return queries.url_of(person.actor, file, **more).url


def test_a_file_is_answered_with_everything_a_browser_must_know(client: Client, ben: User, film: StoredFile) -> None:
    answer = client.get(url(ben, film))
    assert answer.getvalue() == video()
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(SIZE)
    assert answer["Content-Disposition"] == 'inline; filename="film.mp4"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["ETag"] == f'"{film.sha256}"'
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Cache-Control"] == "private, max-age=300"


def test_only_pictures_and_videos_are_shown_the_rest_is_saved(as_: As, client: Client, ben: User) -> None:
    for data, name in ((pdf(), "a.pdf"), (office(), "a.docx"), (b"text", "a.txt")):
        file = as_(ben).upload(data, name).json()
        assert client.get(file["url"])["Content-Disposition"].startswith("attachment")
    file = as_(ben).upload(picture(), "a.jpg").json()
    assert client.get(file["url"])["Content-Disposition"].startswith("inline")


def test_a_picture_can_be_saved_too(client: Client, ben: User, film: StoredFile) -> None:
    assert client.get(url(ben, film, download=True))["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "status", "said", "length"),
    [
        ("bytes=0-99", 206, f"bytes 0-99/{SIZE}", 100),
        (f"bytes={SIZE - 100}-", 206, f"bytes {SIZE - 100}-{SIZE - 1}/{SIZE}", 100),
        ("bytes=-10", 206, f"bytes {SIZE - 10}-{SIZE - 1}/{SIZE}", 10),
        ("bytes=-9999", 206, f"bytes 0-{SIZE - 1}/{SIZE}", SIZE),
        ("bytes=100-999999", 206, f"bytes 100-{SIZE - 1}/{SIZE}", SIZE - 100),
        (f"bytes={SIZE}-", 416, f"bytes */{SIZE}", 0),
        ("bytes=-0", 416, f"bytes */{SIZE}", 0),
        ("bytes=9-3", 200, None, SIZE),
        ("bytes=0-1,5-6", 200, None, SIZE),
        ("bytes=-", 200, None, SIZE),
        ("lines=1-2", 200, None, SIZE),
    ],
)
def test_ranges_are_answered(
    client: Client, ben: User, film: StoredFile, asked: str, status: int, said: str | None, length: int
) -> None:
    answer = client.get(url(ben, film), headers={"Range": asked})
    assert (answer.status_code, answer.get("Content-Range")) == (status, said)
    if status == 416:
        return
    first = int(said.split()[1].split("-")[0]) if said else 0
    assert answer.getvalue() == video()[first : first + length]


def test_head_says_the_same_without_a_body(client: Client, ben: User, film: StoredFile) -> None:
    answer = client.head(url(ben, film))
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(SIZE), b"")
    answer = client.head(url(ben, film), headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer["Content-Length"]) == (206, "10")


def test_what_the_browser_has_is_not_sent_again(client: Client, ben: User, film: StoredFile) -> None:
    etag = f'"{film.sha256}"'
    assert client.get(url(ben, film), headers={"If-None-Match": etag}).status_code == 304
    whole = client.get(url(ben, film), headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    part = client.get(url(ben, film), headers={"Range": "bytes=0-9", "If-Range": etag})
    assert (whole.status_code, part.status_code) == (200, 206)


def test_an_address_holds_five_minutes_for_one_file_in_one_form(
    client: Client, as_: As, ben: User, film: StoredFile
) -> None:
    other = as_(ben).upload(video(), "other.mp4", "", "media").json()["id"]
    address = url(ben, film)
    assert client.get(address.replace(str(film.pk), other)).status_code == 403
    assert client.get(address.replace("/inline/", "/attachment/")).status_code == 403
    assert client.get(address.replace("/kept/", "/large.webp/")).status_code == 403
    assert client.get(urlsplit(address).path).status_code == 403
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "expired" in answer.content.decode()


def test_a_part_s_signature_opens_no_file(client: Client, film: StoredFile) -> None:
    said = urlsplit(signing.part_url(film.pk, 1, seconds=60)).query
    assert client.get(f"/files/{film.pk}/kept/inline/?{said}").status_code == 403


def test_the_lasting_link_asks_for_permission_and_leads_on(
    client: Client, as_: As, ben: User, lina: User, film: StoredFile
) -> None:
    link = queries.permanent_url(film)
    assert client.get(link).status_code == 302
    assert "login" in client.get(link)["Location"]
    client.force_login(lina)
    assert client.get(link).status_code == 404
    client.force_login(ben)
    assert client.get(client.get(link)["Location"]).getvalue() == video()
    assert client.get(client.get(f"{link}download/")["Location"])["Content-Disposition"].startswith("attachment")
    assert client.get(f"{link}huge/").status_code == 404


def test_attached_files_are_seen_by_whom_the_domain_says(
    as_: As, ben: User, lina: User, ada: User, film: StoredFile, members: set[object]
) -> None:
    members.add(lina.pk)
    actions.attach(actor=ben.actor, purpose="media", file_ids=[film.pk], kind=THING, subject_id=new_id())

    assert as_(lina).get(film.pk).json()["attached"] is True
    for person in (ada, ben):  # also its owner, when the thing is not theirs to see any more
        assert as_(person).get(film.pk).status_code == 404
    assert as_(lina).delete(film.pk).status_code == 403
    film.refresh_from_db()
    with pytest.raises(NotFound):
        queries.url_of(ada.actor, film)


def test_what_no_domain_answers_for_is_seen_by_nobody(as_: As, ben: User, mona: User) -> None:
    file = StoredFileFactory(owner=ben, attached_kind="gone.thing", attached_id=new_id(), attached_at=timezone.now())
    for person in (ben, mona):
        assert as_(person).get(file.pk).status_code == 404


def test_only_one_s_own_ready_files_are_attached_and_only_once(
    as_: As, ben: User, lina: User, film: StoredFile, members: set[object]
) -> None:
    thing, other = new_id(), new_id()
    unfinished = StoredFileFactory(owner=ben, purpose="media", status=FileStatus.UPLOADING)
    attachment = StoredFileFactory(owner=ben)

    def attach(person: User, *files: object, to: object = thing) -> list[StoredFile]:
        return actions.attach(actor=person.actor, purpose="media", file_ids=files, kind=THING, subject_id=to)  # type: ignore[arg-type]

    for wrong in (
        (lina, film.pk),
        (ben, unfinished.pk),
        (ben, attachment.pk),
        (ben, new_id()),
        (ben, film.pk, new_id()),
    ):
        with pytest.raises(Invalid):
            attach(*wrong)
    assert attach(ben, film.pk, film.pk) == [film]
    assert attach(lina, film.pk) == [film]  # an editor of the thing sends its files again
    with pytest.raises(Invalid):
        attach(ben, film.pk, to=other)
    with pytest.raises(LookupError):
        actions.attach(actor=ben.actor, purpose="media", file_ids=[], kind="un.known", subject_id=thing)


def test_replacing_deletes_what_was_there(
    ben: User, members: set[object], django_capture_on_commit_callbacks: object
) -> None:
    thing = new_id()
    first, second = StoredFileFactory.create_batch(2, owner=ben, purpose="avatar")
    for file in (first, second):
        actions.replace(actor=ben.actor, purpose="avatar", file_ids=[file.pk], kind=THING, subject_id=thing)
    first.refresh_from_db()
    assert first.status == FileStatus.DELETED
    assert [file.pk for file in queries.attached_files(THING, [thing])[thing]] == [second.pk]
    assert actions.delete_attached(kind=THING, subject_id=thing) == 1
    assert queries.attached_files(THING, [thing]) == {}


def test_a_logo_is_not_its_uploader_s_to_delete(as_: As, ada: User, mona: User) -> None:
    registry.register(THING, purposes=[Purpose.LOGO], visible_to=lambda actor, file: True, owner_may_delete=False)
    file = StoredFileFactory(
        owner=ada, purpose="logo", attached_kind=THING, attached_id=new_id(), attached_at=timezone.now()
    )
    refused = as_(ada).delete(file.pk)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "attached")
    registry._subjects.pop(THING)


def test_a_moderator_takes_a_logo_away_where_it_is_used_as_well(as_: As, ada: User, mona: User) -> None:
    forgotten: list[StoredFile] = []
    file = StoredFileFactory(
        owner=ada, purpose="logo", attached_kind=THING, attached_id=new_id(), attached_at=timezone.now()
    )
    registry.register(
        THING, purposes=[Purpose.LOGO], visible_to=lambda actor, file: True, owner_may_delete=False,
        taken_away=forgotten.append,
    )  # fmt: skip
    assert as_(ada).delete(file.pk).status_code == 409
    assert as_(mona).delete(file.pk).status_code == 204
    assert as_(mona).delete(file.pk).status_code == 404
    assert forgotten == [file]
    registry._subjects.pop(THING)


def test_avatars_have_lasting_addresses_for_everybody(as_: As, client: Client, ben: User, settings: Settings) -> None:
    file = StoredFile.objects.get(pk=as_(ben).upload(picture(900, 700), "me.jpg", "", "avatar").json()["id"])
    for name, side in (("small", 96), ("large", 384)):
        address = queries.public_url(file.public_key, name)
        assert address == f"/pictures/{file.public_key}/{name}.webp"
        answer = client.get(address)
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
        assert "immutable" in answer["Cache-Control"]
        assert file.renditions.get(name=name).width == side
        assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert queries.public_url("") is None
    settings.FILES_PUBLIC_URL = "https://cdn.example.com"
    assert queries.public_url(file.public_key) == f"https://cdn.example.com/public/{file.public_key}/small.webp"


@pytest.mark.parametrize("where", ["x/small", "../small", "A" * 32 + "/small", "A" * 32 + "/huge", "%00/small"])
def test_pictures_that_are_none_are_not_found(client: Client, where: str) -> None:
    assert client.get(f"/pictures/{where}.webp").status_code in (400, 404)


def test_a_deleted_picture_is_gone_for_everybody(as_: As, client: Client, ben: User) -> None:
    browser = as_(ben)
    made = browser.upload(picture(), "me.jpg", "", "avatar").json()
    file = StoredFile.objects.get(pk=made["id"])
    address = queries.public_url(file.public_key)
    assert browser.delete(made["id"]).status_code == 204
    assert client.get(str(address)).status_code == 404
    assert client.get(made["url"]).status_code == 404


def test_pages_of_lists_ask_twice_however_many_files(ben: User, django_assert_num_queries: object) -> None:
    things = [new_id() for _ in range(5)]
    for thing in things:
        StoredFileFactory.create_batch(3, owner=ben, attached_kind=THING, attached_id=thing, attached_at=timezone.now())
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = queries.attached_files(THING, things)
        assert [len(list(file.renditions.all())) for files in found.values() for file in files] == [0] * 15
