"""The shape of exports in JSON."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from p2psandbox.platform.api.serializers import StrictSerializer
from usecases.exports.making import ExportFormat
from usecases.serializers.written import ListQuery


class StoryExportQuery(StrictSerializer):
    """How one story is exported."""

    format = serializers.ChoiceField(choices=["pdf"], default="pdf")


class ListExportQuery(ListQuery):
    """How a list is exported, under the list's own filters."""

    format = serializers.ChoiceField(
        choices=ExportFormat.choices, default=ExportFormat.XLSX.value, help_text=_("`xlsx` or `pdf`")
    )
