"""Uploads in parts to the local folder: the whole way, the way back, and what goes wrong on it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import pytest

from accounts.models import User
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.files.tests.factories import Browser, part_of, pdf

pytestmark = pytest.mark.django_db

As = Callable[[User], Browser]


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
