"""Fixtures of the tests of files: people with a client each, and a store of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.files import keys, registry
from p2psandbox.platform.files.models import Purpose, StoredFile
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.files.tests.factories import Browser
from p2psandbox.platform.permissions import Actor

As = Callable[[User], Browser]

#: What the tests attach files to. Its members are who may see them.
THING = "tests.thing"


@pytest.fixture(autouse=True)
def local_store(settings: Settings, tmp_path: Path) -> None:
    """An empty folder for each test, and parts small enough to have some."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILES_PART_BYTES = 4096


def objects() -> list[str]:
    """Everything that lies in the store, unfinished uploads too."""
    place = store()
    there = [one.key for folder in keys.FOLDERS for one in place.objects(folder)]
    return there + [one.key for one in place.unfinished()]


@pytest.fixture
def as_(django_capture_on_commit_callbacks: Any) -> As:
    """Sign somebody in at a browser of their own: ``as_(ben)``."""

    def sign_in(person: User) -> Browser:
        api = APIClient()
        api.force_login(person)
        return Browser(api, lambda: django_capture_on_commit_callbacks(execute=True))

    return sign_in


@pytest.fixture
def members() -> Iterator[set[object]]:
    """Whoever's id is in here sees what is attached to the tests' thing."""
    ids: set[object] = set()

    def visible_to(actor: Actor, file: StoredFile) -> bool:
        return actor.id in ids

    registry.register(THING, purposes=list(Purpose), visible_to=visible_to)
    yield ids
    registry._subjects.pop(THING)
