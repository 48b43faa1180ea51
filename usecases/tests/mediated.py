"""What tests of a story's media say in one word."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from p2psandbox.platform.files.tests.factories import picture
from usecases.actions import media as actions
from usecases.models import UseCase, UseCaseMedia
from usecases.queries.media import working_media
from usecases.queries.reading import editing
from usecases.tests.factories import media

ARABIC = "خط الضغط رقم 2 بعد التركيب 🙂 — press line 2"


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
