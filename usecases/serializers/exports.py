"""The shape of exports in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from p2psandbox.platform.api.serializers import StrictSerializer
from usecases.exports.columns import absolute
from usecases.exports.downloads import download_url
from usecases.models import Export, ExportFormat, ExportState
from usecases.serializers.written import ListQuery


class StoryExportQuery(StrictSerializer):
    """How one story is exported."""

    format = serializers.ChoiceField(choices=["pdf"], default="pdf")


class ListExportQuery(ListQuery):
    """How a list is exported, under the list's own filters."""

    format = serializers.ChoiceField(
        choices=ExportFormat.choices, default=ExportFormat.XLSX.value, help_text=_("`xlsx` or `pdf`")
    )


class ExportIn(StrictSerializer):
    """A list that is made into a file in the background: the list's filters, and whether drafts belong to it."""

    format = serializers.ChoiceField(
        choices=ExportFormat.choices, default=ExportFormat.XLSX.value, help_text=_("`xlsx` or `pdf`")
    )
    filters = ListQuery(required=False)
    drafts = serializers.BooleanField(
        default=False, help_text=_("Unpublished ones of your own organization as well; for its admins.")
    )


class ExportOut(serializers.Serializer[Any]):
    """One of the asker's exports. `url` is an address that expires in minutes: fetch this again for a fresh one."""

    id = serializers.UUIDField()
    format = serializers.ChoiceField(choices=ExportFormat.choices)
    drafts = serializers.BooleanField(source="with_drafts")
    status = serializers.ChoiceField(choices=ExportState.choices, source="state")
    progress = serializers.IntegerField(help_text=_("In percent"), min_value=0, max_value=100)
    stories = serializers.IntegerField(source="done", help_text=_("Written so far"))
    stories_total = serializers.IntegerField(source="total", allow_null=True)
    name = serializers.CharField()
    size = serializers.IntegerField(source="bytes", help_text=_("In bytes"))
    url = serializers.SerializerMethodField()
    error = serializers.CharField(help_text=_("Why it failed; empty otherwise"))
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, row: Export) -> str | None:
        return absolute(download_url(row)) if row.is_there else None
