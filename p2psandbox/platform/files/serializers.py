"""Files as the JSON API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from p2psandbox.platform.api.serializers import StrictSerializer, TextField
from p2psandbox.platform.files import queries
from p2psandbox.platform.files.models import FileStatus, Purpose, RenditionsStatus, StoredFile
from p2psandbox.platform.files.rejected import sentence
from p2psandbox.platform.permissions import Actor


class NewFile(StrictSerializer):
    """What is announced before the first byte."""

    name = TextField(max_length=2000)
    size: Any = serializers.IntegerField(min_value=1, max_value=2**53)
    content_type = TextField(max_length=200, allow_blank=True, default="")
    purpose: Any = serializers.ChoiceField(choices=Purpose.choices)


class Completed(StrictSerializer):
    """What may be said at the end."""

    sha256 = TextField(
        max_length=64, allow_blank=True, default="", help_text="hexadecimal; the file is refused unless it agrees"
    )


class SignedPart(StrictSerializer):
    """What a part's address carries."""

    expires: Any = serializers.RegexField(r"^[0-9]{1,12}$")
    signature = serializers.CharField(max_length=100)


class PartOut(serializers.Serializer[Any]):
    """One part and where to PUT it."""

    number = serializers.IntegerField()
    size = serializers.IntegerField()
    received = serializers.BooleanField()
    url = serializers.CharField(allow_null=True, help_text="null once the part has arrived")


class UploadOut(serializers.Serializer[Any]):
    """How to go on with an upload."""

    part_size = serializers.IntegerField()
    parts: Any = PartOut(many=True)
    urls_expire_at = serializers.DateTimeField(help_text="GET files/{id} gives fresh addresses")
    expires_at = serializers.DateTimeField(help_text="an unfinished upload is given up then")


class BegunOut(UploadOut):
    """A file that was announced."""

    id = serializers.UUIDField()


class RenditionOut(serializers.Serializer[Any]):
    """A smaller picture of a file."""

    name = serializers.CharField()
    content_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField(source="bytes")
    url = serializers.CharField()


class FileError(serializers.Serializer[Any]):
    """Why a file was refused."""

    code = serializers.CharField()
    detail = serializers.CharField()


class FileOut(serializers.Serializer[Any]):
    """A file, and how to go on with it while it is being uploaded."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    purpose: Any = serializers.ChoiceField(choices=Purpose.choices)
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    duration = serializers.FloatField(allow_null=True, help_text="of a video, in seconds")
    status: Any = serializers.ChoiceField(choices=FileStatus.choices)
    error: Any = FileError(allow_null=True)
    attached = serializers.BooleanField(source="is_attached")
    url = serializers.CharField(allow_null=True)
    url_expires_at = serializers.DateTimeField(allow_null=True)
    renditions_status: Any = serializers.ChoiceField(choices=RenditionsStatus.choices)
    renditions: Any = RenditionOut(many=True)
    upload: Any = UploadOut(allow_null=True)


def begun(file: StoredFile) -> dict[str, Any]:
    """Return what ``POST files`` answers; an upload that is over by now (the same key again) has no parts."""
    upload = queries.upload_of(file)
    if upload is None:
        expires_at = file.expires_at or file.created_at
        upload = queries.Upload(file.part_size, [], expires_at, expires_at)
    return dict(BegunOut({**_plain(upload), "id": file.id}).data)


def shown(actor: Actor, file: StoredFile) -> dict[str, Any]:
    """Return what ``GET files/{id}`` answers to somebody who may see the file."""
    ready = file.status == FileStatus.READY
    address = queries.url_of(actor, file) if ready else None
    values = {name: getattr(file, name) for name in ("id", "name", "purpose", "status", "width", "height", "duration")}
    error = {"code": file.error_code, "detail": sentence(file.error_code)} if file.error_code else None
    upload = queries.upload_of(file)
    values |= {
        "content_type": file.content_type or file.declared_type,
        "size": file.bytes or file.declared_size,
        "sha256": file.sha256 or None,
        "error": error,
        "is_attached": file.is_attached,
        "url": address.url if address else None,
        "url_expires_at": address.expires_at if address else None,
        "renditions_status": file.renditions_status,
        "renditions": [_rendition(actor, file, made) for made in file.renditions.all()] if ready else [],
        "upload": _plain(upload) if upload else None,
    }
    return dict(FileOut(values).data)


def _plain(upload: queries.Upload) -> dict[str, Any]:
    return {name: getattr(upload, name) for name in ("part_size", "parts", "urls_expire_at", "expires_at")}


def _rendition(actor: Actor, file: StoredFile, made: Any) -> dict[str, Any]:
    values = {name: getattr(made, name) for name in ("name", "content_type", "width", "height", "bytes")}
    return values | {"url": queries.url_of(actor, file, f"{made.name}.{made.format}").url}
