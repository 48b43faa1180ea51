"""Uploads in parts to the local folder: the whole way, the way back, and what goes wrong on it."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import ExifTags, Image
from pytest_django.fixtures import Settings

from accounts.models import User
from p2psandbox.platform.errors import Forbidden, Invalid, Unsupported
from p2psandbox.platform.files import actions, queries, signing, tasks
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.files.tests.conftest import As, objects
from p2psandbox.platform.files.tests.factories import StoredFileFactory, noise, part_of, pdf, picture

pytestmark = pytest.mark.django_db


def test_a_file_goes_up_in_parts_in_any_order_and_arrives_as_it_was(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf", "application/pdf").json()
    assert [(part["number"], part["size"]) for part in begun["parts"]] == [(1, 4096), (2, 4096), (3, 1808)]

    assert [browser.put(begun["parts"][n]["url"], part_of(data, 4096, n + 1)) for n in (2, 0, 1)] == [204] * 3
    answer = browser.complete(begun["id"])

    assert answer.status_code == 200
    file = answer.json()
    assert (file["status"], file["size"], file["name"]) == ("ready", 10_000, "manual.pdf")
    assert file["sha256"] == hashlib.sha256(data).hexdigest()
    assert browser.client.get(file["url"]).getvalue() == data


def test_after_a_break_the_parts_received_are_listed_and_the_rest_is_sent(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf").json()
    browser.send(begun, data, [2])

    upload = browser.client.get(f"/api/v1/files/{begun['id']}").json()["upload"]
    assert [(part["number"], part["received"], bool(part["url"])) for part in upload["parts"]] == [
        (1, False, True),
        (2, True, False),
        (3, False, True),
    ]
    browser.send(upload, data, [1, 3])

    assert browser.complete(begun["id"]).json()["status"] == "ready"


def test_complete_names_the_parts_that_are_missing_and_goes_on_when_they_have_come(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf").json()
    browser.send(begun, data, [1])

    refused = browser.complete(begun["id"])
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "parts_missing"
    assert "2, 3" in refused.json()["errors"][0]["detail"]

    browser.send(begun, data, [2, 3])
    assert browser.complete(begun["id"]).status_code == 200


def test_a_part_sent_twice_counts_once_and_the_later_one_holds(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf").json()
    browser.put(begun["parts"][1]["url"], b"x" * 4096)
    browser.send(begun, data)

    assert browser.complete(begun["id"]).json()["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_part_of_another_size_is_refused(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf").json()
    first = begun["parts"][0]["url"]

    assert browser.put(first, b"x" * 4095) == 400
    assert browser.put(first, b"x" * 4097) == 400
    assert browser.put(first, b"") == 400
    assert store().received(StoredFile.objects.get()) == []


def test_a_part_that_changed_on_the_way_is_refused_when_its_checksum_says_so(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf").json()
    part = part_of(data, 4096, 1)
    md5 = base64.b64encode(hashlib.md5(part).digest()).decode()

    assert browser.put(begun["parts"][0]["url"], b"x" * 4096, **{"Content-MD5": md5}) == 400
    assert browser.put(begun["parts"][0]["url"], part, **{"Content-MD5": md5}) == 204


def test_a_file_that_changed_on_the_way_is_refused_when_its_checksum_says_so(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf").json()
    browser.send(begun, data)

    refused = browser.complete(begun["id"], sha256="0" * 64)

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "wrong_checksum")
    assert StoredFile.objects.get().status == FileStatus.FAILED


def test_complete_twice_answers_alike(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(3000)
    first = browser.upload(data, "manual.pdf").json()
    again = browser.complete(first["id"])
    assert again.status_code == 200
    assert again.json()["sha256"] == first["sha256"]


def test_when_it_is_ready_only_the_file_is_left(as_: As, ben: User) -> None:
    file = as_(ben).upload(pdf(10_000), "manual.pdf").json()
    row = StoredFile.objects.get(pk=file["id"])
    assert objects() == [f"files/{row.key}"]
    assert not row.parts.exists()


def test_a_part_that_is_cut_off_leaves_nothing(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf").json()
    half = BytesIO(data[:2000])

    with pytest.raises(Invalid) as refused:
        actions.receive_part(file_id=UUID(begun["id"]), number=1, read=half.read, length=4096)

    assert refused.value.code == "cut_off"
    assert objects() == []


@pytest.mark.parametrize("number", [0, 4, 10**9])
def test_a_part_that_there_is_not_is_not_found(as_: As, ben: User, number: int) -> None:
    browser = as_(ben)
    begun = browser.begin(pdf(10_000), "manual.pdf").json()
    assert browser.put(signing.part_url(UUID(begun["id"]), number, seconds=60), b"x" * 4096) == 404


def test_a_part_s_address_is_good_for_this_part_alone_and_for_its_time(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun, other = browser.begin(data, "manual.pdf").json(), browser.begin(data, "manual.pdf").json()
    url, part = begun["parts"][0]["url"], data[:4096]

    assert browser.put(url.replace("/parts/1", "/parts/2"), part) == 403
    assert browser.put(url.replace(begun["id"], other["id"]), part) == 403
    assert browser.put(re.sub(r"expires=\d", "expires=9", url), part) == 403
    assert browser.put(url.partition("?")[0], part) == 400
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        assert browser.put(url, part) == 403
        fresh = browser.get(begun["id"]).json()["upload"]["parts"][0]["url"]
        assert browser.put(fresh, part) == 204


def test_nothing_is_taken_any_more_when_the_upload_is_over(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf").json()
    browser.send(begun, data)
    browser.complete(begun["id"])
    assert browser.put(begun["parts"][0]["url"], data[:4096]) == 409
    assert browser.get(begun["id"]).json()["upload"] is None


def test_the_same_key_begins_the_same_upload(as_: As, ben: User, lina: User) -> None:
    said = {"name": "a.pdf", "size": 400, "content_type": "", "purpose": "attachment"}
    first, again = (
        as_(ben).client.post("/api/v1/files", said, headers={"Idempotency-Key": "k"}).json() for _ in range(2)
    )
    others = as_(lina).client.post("/api/v1/files", said, headers={"Idempotency-Key": "k"}).json()
    assert first["id"] == again["id"] != others["id"]


def test_nobody_else_sees_touches_or_completes_an_upload(as_: As, ben: User, ada: User, lina: User) -> None:
    begun = as_(ben).begin(pdf(), "manual.pdf").json()
    for person in (ada, lina):
        browser = as_(person)
        assert browser.get(begun["id"]).status_code == 404
        assert browser.complete(begun["id"]).status_code == 404
        assert browser.delete(begun["id"]).status_code == 404


def test_an_upload_is_given_up_by_deleting_it(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "manual.pdf").json()
    browser.send(begun, data, [1, 2])
    assert browser.delete(begun["id"]).status_code == 204
    assert browser.get(begun["id"]).status_code == 404
    assert objects() == []
    assert queries.usage(ben.organization_id).reserved == 0


def test_a_hundred_unfinished_uploads_are_enough(as_: As, ben: User) -> None:
    StoredFileFactory.create_batch(100, owner=ben, status=FileStatus.UPLOADING)
    refused = as_(ben).begin(pdf(), "manual.pdf")
    assert refused.status_code == 429
    assert refused["Retry-After"]


def test_a_large_file_is_checked_in_the_background(as_: As, ben: User, settings: Settings) -> None:
    settings.FILES_INLINE_BYTES = 5000
    browser, data = as_(ben), pdf(10_000)

    answer = browser.upload(data, "manual.pdf").json()
    assert answer["status"] == "checking"
    file = browser.get(answer["id"]).json()
    assert (file["status"], file["sha256"]) == ("ready", hashlib.sha256(data).hexdigest())

    refused = browser.upload(noise(10_000), "manual.pdf").json()
    file = browser.get(refused["id"]).json()
    assert (file["status"], file["error"]["code"], file["url"]) == ("failed", "wrong_type", None)
    assert "Choose another file" in file["error"]["detail"]


def test_what_lost_its_task_is_taken_up_again(
    as_: As, ben: User, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    settings.FILES_INLINE_BYTES = 5000
    browser, data = as_(ben), picture(600, 400, "BMP")
    begun = browser.begin(data, "photo.bmp").json()
    browser.send(begun, data)
    browser.client.post(f"/api/v1/files/{begun['id']}/complete", {})  # and the task is lost

    for expected in ("checking", "ready"):
        assert browser.get(begun["id"]).json()["status"] == expected
        with (
            time_machine.travel(timezone.now() + timedelta(minutes=11)),
            django_capture_on_commit_callbacks(execute=True),
        ):
            tasks.catch_up()

    assert browser.get(begun["id"]).json()["renditions_status"] == "ready"


def test_finishing_twice_does_it_once(as_: As, ben: User) -> None:
    file = as_(ben).upload(picture(), "photo.jpg").json()
    row = StoredFile.objects.get(pk=file["id"])
    assert actions.finish(row.pk).ready_at == row.ready_at
    assert actions.render(row.pk) is False
    assert row.renditions.count() == 2


def test_a_photo_gets_its_renditions_and_loses_what_it_said_about_its_maker(as_: As, ben: User) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Nokia of Ben"
    answer = as_(ben).upload(picture(2000, 1500, exif=exif), "press.JPG", "image/jpeg").json()
    assert (answer["width"], answer["height"], answer["content_type"]) == (2000, 1500, "image/jpeg")

    file = as_(ben).get(answer["id"]).json()
    assert file["renditions_status"] == "ready"
    assert [(one["name"], one["width"], one["height"]) for one in file["renditions"]] == [
        ("small", 480, 360),
        ("large", 1600, 1200),
    ]
    for one in (file, *file["renditions"]):
        content = as_(ben).client.get(one["url"]).getvalue()
        assert len(content) == one["size"]
        assert b"Nokia" not in content


def test_a_form_without_javascript_is_checked_alike(ben: User, ada: User) -> None:
    logo = actions.store(actor=ada.actor, purpose="logo", name="us.png", stream=BytesIO(picture(format="PNG")))
    assert logo.status == FileStatus.READY
    assert logo.renditions.count() == 2

    with pytest.raises(Unsupported):
        actions.store(actor=ben.actor, purpose="avatar", name="me.jpg", stream=BytesIO(pdf()))
    with pytest.raises(Forbidden):
        actions.store(actor=ben.actor, purpose="logo", name="us.png", stream=BytesIO(picture()))
    with pytest.raises(Invalid):
        actions.store(actor=ben.actor, purpose="avatar", name="me.jpg", stream=BytesIO(b""))


def test_a_form_s_files_and_its_uploaded_ones_come_together(as_: As, ben: User) -> None:
    uploaded = as_(ben).upload(pdf(), "first.pdf").json()["id"]
    plain = SimpleUploadedFile("second.pdf", pdf(), "application/pdf")
    ids = actions.take_posted(actor=ben.actor, purpose="attachment", file_ids=[uploaded, ""], uploads=[plain])
    assert [StoredFile.objects.get(pk=one).name for one in ids] == ["first.pdf", "second.pdf"]
