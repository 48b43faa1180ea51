"""Media in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from p2psandbox.platform.api.serializers import StrictSerializer, TextField
from p2psandbox.platform.files import queries as files
from p2psandbox.platform.files.models import RenditionsStatus
from usecases.models import MOST_MEDIA, MediaKind
from usecases.queries.media import Shown


class NewMedia(StrictSerializer):
    """Files to add: ids of uploaded ones as JSON, or whole files (`files`, many) as multipart."""

    file_ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=1000)
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False, max_length=1000)


class MediumEntry(StrictSerializer):
    """One medium in a story's PATCH."""

    id = serializers.UUIDField()
    caption = TextField(required=False, allow_blank=True)
    cover = serializers.BooleanField(required=False)


class MediumChange(StrictSerializer):
    """What to change of one medium."""

    caption = TextField(required=False, allow_blank=True)
    position = serializers.IntegerField(required=False, min_value=0, max_value=MOST_MEDIA - 1)
    cover = serializers.BooleanField(required=False)


class PictureSerializer(serializers.Serializer[Any]):
    """A picture of one width, of a video its still."""

    name = serializers.CharField()
    content_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField()


class MediumSerializer(serializers.Serializer[Any]):
    """One image, video or document of a story, in the story's order."""

    id = serializers.UUIDField()
    file_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=MediaKind.choices)
    caption = serializers.CharField()
    position = serializers.IntegerField()
    cover = serializers.BooleanField(help_text=_("Whether cards show it: the one chosen, else the first that can."))
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text=_("Bytes"))
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    duration = serializers.FloatField(allow_null=True, help_text=_("Of a video, in seconds"))
    url = serializers.CharField()
    url_expires_at = serializers.DateTimeField()
    renditions_status = serializers.ChoiceField(choices=RenditionsStatus.choices)
    renditions = PictureSerializer(many=True)


def medium(shown: Shown) -> dict[str, Any]:
    """Return a medium as :class:`MediumSerializer` takes it, with addresses made now: its reader sees the story."""
    file, address = shown.file, files.url_of_seen(shown.file)
    plain = {name: getattr(shown, name) for name in ("id", "kind", "caption", "position", "cover")}
    facts = {name: getattr(file, name) for name in ("name", "content_type", "width", "height", "duration")}
    return (
        plain
        | facts
        | {
            "file_id": file.pk,
            "size": file.bytes,
            "url": address.url,
            "url_expires_at": address.expires_at,
            "renditions_status": file.renditions_status,
            "renditions": [
                {name: getattr(made, name) for name in ("name", "content_type", "width", "height")}
                | {"url": files.url_of_seen(file, f"{made.name}.{made.format}").url}
                for made in file.renditions.all()
            ],
        }
    )
