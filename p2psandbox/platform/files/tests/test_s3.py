"""Files in S3, over HTTP: the same protocol, straight into the bucket, and what happens while the bucket is away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.files import actions, queries, sweep, tasks
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.origins import s3_client_settings, storage_origins
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.files.tests.conftest import As
from p2psandbox.platform.files.tests.factories import Browser, noise, office, pdf, picture, video
from p2psandbox.platform.files.tests.s3server import BUCKET, S3Server

pytestmark = pytest.mark.django_db

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    """An S3 server for this module."""
    running = S3Server()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _files_in_s3(local_store: None, server: S3Server, settings: Settings) -> Iterator[None]:
    """Files go there; parts are as small as S3 allows. Everything is removed afterwards."""
    settings.STORAGES = settings.STORAGES | {"default": server.storages(s3_client_settings(server.url))}
    settings.FILES_PART_BYTES = 5 * MIB
    yield
    server.empty()


def fetch(url: str) -> Any:
    return urlopen(url)


def test_a_file_goes_straight_into_the_bucket_and_is_resumed_after_a_break(
    as_: As, ben: User, server: S3Server
) -> None:
    browser, data = as_(ben), pdf(11 * MIB)
    begun = browser.begin(data, "manual.pdf").json()
    assert [urlsplit(part["url"]).netloc for part in begun["parts"]] == [f"127.0.0.1:{server.port}"] * 3
    assert browser.send(begun, data, [3, 1]) == [200, 200]

    upload = browser.get(begun["id"]).json()["upload"]
    assert [(part["number"], part["received"]) for part in upload["parts"]] == [(1, True), (2, False), (3, True)]
    assert browser.complete(begun["id"]).json()["errors"][0]["code"] == "parts_missing"
    assert browser.send(upload, data, [2]) == [200]
    file = browser.complete(begun["id"], sha256=hashlib.sha256(data).hexdigest()).json()

    assert (file["status"], file["sha256"]) == ("ready", hashlib.sha256(data).hexdigest())
    assert fetch(file["url"]).read() == data
    row = StoredFile.objects.get()
    assert server.keys() == [f"files/{row.key}"]
    assert server.unfinished() == []


def test_a_part_s_address_takes_exactly_its_size_for_an_hour(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(6 * MIB)
    begun = browser.begin(data, "manual.pdf").json()
    first = begun["parts"][0]["url"]
    assert "content-length" in parse_qs(urlsplit(first).query)["X-Amz-SignedHeaders"][0]

    assert browser.put(first, b"x" * (5 * MIB - 1)) == 403
    assert browser.put(first.replace("partNumber=1", "partNumber=2"), b"x" * 5 * MIB) == 403
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert browser.put(first, data[: 5 * MIB]) == 403
        fresh = browser.get(begun["id"]).json()["upload"]["parts"][0]["url"]
        assert browser.put(fresh, data[: 5 * MIB]) == 200


def test_a_file_s_address_names_it_and_holds_five_minutes(as_: As, ben: User) -> None:
    file = as_(ben).upload(office(), "Bericht März.docx").json()
    answer = fetch(file["url"])
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''Bericht%20M%C3%A4rz.docx"
    assert answer.headers["Content-Type"] == file["content_type"]
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert Browser(as_(ben).client).put(file["url"], b"") == 403  # whatever the method


def test_a_photo_is_made_anew_and_only_that_stays(as_: As, ben: User, server: S3Server) -> None:
    answer = as_(ben).upload(picture(2000, 1500, "BMP"), "press.bmp").json()
    file = as_(ben).get(answer["id"]).json()
    key = StoredFile.objects.get().key
    assert sorted(server.keys()) == [f"files/{key}", f"files/{key}.large.webp", f"files/{key}.small.webp"]
    assert len(fetch(file["renditions"][0]["url"]).read()) == file["renditions"][0]["size"]
    assert queries.bytes_used(ben.organization_id) == sum(
        found["Size"] for found in server.client().list_objects_v2(Bucket=BUCKET)["Contents"]
    )


def test_avatars_come_through_the_web_server_unless_the_bucket_has_a_public_address(
    as_: As, ben: User, client: Client, settings: Settings
) -> None:
    made = as_(ben).upload(picture(500, 500), "me.jpg", "", "avatar").json()
    file = StoredFile.objects.get(pk=made["id"])
    answer = client.get(str(queries.public_url(file.public_key, "large")))
    assert answer.getvalue()[8:12] == b"WEBP"
    assert client.get(f"/pictures/{'A' * 32}/large.webp").status_code == 404


@pytest.mark.parametrize(("data", "name"), [(noise(3000), "a.pdf"), (picture()[:500], "a.jpg"), (video(), "a.docx")])
def test_what_is_refused_is_gone(as_: As, ben: User, server: S3Server, data: bytes, name: str) -> None:
    assert as_(ben).upload(data, name).status_code in (400, 415)
    assert server.keys() == server.unfinished() == []


def test_giving_an_upload_up_aborts_it(as_: As, ben: User, server: S3Server) -> None:
    browser, data = as_(ben), pdf(6 * MIB)
    begun = browser.begin(data, "manual.pdf").json()
    browser.send(begun, data, [1])
    assert len(server.unfinished()) == 1
    assert browser.delete(begun["id"]).status_code == 204
    assert server.keys() == server.unfinished() == []


def test_a_worker_that_died_after_putting_the_parts_together_loses_nothing(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(6 * MIB)
    begun = browser.begin(data, "manual.pdf").json()
    browser.send(begun, data)
    file = StoredFile.objects.get()
    store().assemble(file, file.arrives_at)  # and then it died

    assert browser.complete(begun["id"]).json()["sha256"] == hashlib.sha256(data).hexdigest()


class TestWhileTheBucketIsAway:
    """503, nothing half-stored, and everything goes on when it is back."""

    @pytest.fixture(autouse=True)
    def _bring_back(self, server: S3Server) -> Iterator[None]:
        yield
        server.stop()
        server.start()

    def test_nothing_is_begun(self, as_: As, ben: User, server: S3Server) -> None:
        server.stop()
        refused = as_(ben).begin(pdf(), "a.pdf")
        assert refused.status_code == 503
        assert refused["Retry-After"]
        with pytest.raises(Unavailable):
            actions.store(actor=ben.actor, purpose="avatar", name="me.jpg", stream=BytesIO(picture()))
        assert not StoredFile.objects.exists()
        assert queries.usage(ben.organization_id).reserved == 0
        server.start()
        assert server.keys() == server.unfinished() == []

    def test_an_upload_waits(self, as_: As, ben: User, server: S3Server) -> None:
        browser, data = as_(ben), picture(1500, 1500, "BMP")
        begun = browser.begin(data, "a.bmp").json()
        browser.send(begun, data)

        server.stop()
        assert browser.complete(begun["id"]).status_code == 503
        assert browser.get(begun["id"]).status_code == 503
        assert StoredFile.objects.get().status == FileStatus.UPLOADING

        server.start()
        assert browser.complete(begun["id"]).json()["status"] == "ready"

    def test_what_is_deleted_is_erased_later(self, as_: As, ben: User, server: S3Server) -> None:
        browser = as_(ben)
        file_id = browser.upload(pdf(), "a.pdf").json()["id"]
        server.stop()
        assert browser.client.delete(f"/api/v1/files/{file_id}").status_code == 204
        with pytest.raises(Unavailable):
            actions.erase(StoredFile.objects.get().pk)
        server.start()
        assert len(server.keys()) == 1
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            tasks.catch_up()
        assert server.keys() == []

    def test_the_sweep_says_so_and_removes_nothing(self, as_: As, ben: User, server: S3Server) -> None:
        as_(ben).upload(pdf(), "a.pdf")
        server.stop()
        with pytest.raises(Unavailable), time_machine.travel(timezone.now() + timedelta(days=2)):
            sweep.sweep(dry_run=True)
        server.start()
        assert len(server.keys()) == 1


def test_the_sweep_finds_orphans_both_ways(as_: As, ben: User, server: S3Server) -> None:
    client = server.client()
    for key in ("files/nobody-knows", "files/nobody-knows.small.webp", "public/nobody/small.webp", "uploads/nobody"):
        client.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    client.put_object(Bucket=BUCKET, Key="elsewhere/not-ours", Body=b"x")
    client.create_multipart_upload(Bucket=BUCKET, Key="files/left-behind")
    kept, lost = (StoredFile.objects.get(pk=as_(ben).upload(pdf(), "a.pdf").json()["id"]) for _ in range(2))
    client.delete_object(Bucket=BUCKET, Key=f"files/{lost.key}")
    attached = {"attached_kind": "a.thing", "attached_id": kept.pk, "attached_at": timezone.now()}
    StoredFile.objects.update(**attached)

    assert sweep.sweep(dry_run=True).objects_without_rows == 0, "too young: their rows may be on the way"
    with time_machine.travel(timezone.now() + timedelta(days=1, hours=1)):
        found = sweep.sweep()

    assert (found.objects_without_rows, found.unfinished_uploads) == (4, 1)
    assert found.rows_without_objects == [str(lost.pk)]
    assert sorted(server.keys()) == ["elsewhere/not-ours", f"files/{kept.key}"]
    assert server.unfinished() == []


def test_pages_may_load_from_where_the_files_are_and_from_nowhere_else() -> None:
    assert storage_origins(bucket="", endpoint="http://minio:9000", region="x", public="") == []
    assert storage_origins(bucket="b", endpoint="http://minio:9000/x", region="x", public="") == ["http://minio:9000"]
    assert storage_origins(bucket="b", endpoint="", region="eu-west-1", public="https://cdn.example.com/a") == [
        "https://b.s3.eu-west-1.amazonaws.com",
        "https://cdn.example.com",
    ]
