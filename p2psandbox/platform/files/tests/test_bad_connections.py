"""A video through a connection that is cut again and again arrives byte for byte."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.tests.factories import UserFactory
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.tests.conftest import objects
from p2psandbox.platform.files.tests.cutting import CuttingProxy, Uploader
from p2psandbox.platform.files.tests.factories import video

MIB = 1024 * 1024


@pytest.mark.django_db(transaction=True)
def test_sixty_megabytes_arrive_although_the_connection_is_cut_every_five(
    client: Client, live_server: Any, settings: Settings
) -> None:
    settings.FILES_PART_BYTES = 2 * MIB
    settings.FILES_INLINE_BYTES = 10 * MIB
    client.force_login(UserFactory())
    where = urlsplit(live_server.url)
    proxy = CuttingProxy((str(where.hostname), int(where.port or 0)), after=5 * MIB)
    uploader = Uploader(f"localhost:{proxy.port}", {"X-Session-Token": str(client.session.session_key)})
    data = video(60 * MIB)

    file = uploader.upload(lambda start, length: data[start : start + length], len(data), "line 2.mov", "media")
    proxy.close()

    assert (file["status"], file["sha256"]) == ("ready", hashlib.sha256(data).hexdigest())
    assert proxy.cuts >= 8
    assert proxy.passed < 1.6 * len(data), "what had arrived was not sent again"
    key = StoredFile.objects.get().key
    assert {f"files/{key}", f"files/{key}.poster.jpeg"} <= set(objects())
    assert not [one for one in objects() if one.startswith("uploads/")]
