"""Files in Django admin: what they are and whose, never what is in them or what they are called."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.errors import ProductError
from p2psandbox.platform.files.actions import delete_file
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin
from p2psandbox.platform.web.middleware import actor_of


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """Files: look, delete. Names stay private: an attachment's may say what a message does not."""

    list_display = ("id", "purpose", "status", "kind", "size", "owner", "organization", "attached_kind", "created_at")
    list_filter = ("purpose", "status", "kind", "renditions_status", "attached_kind")
    list_select_related = ("owner", "organization")
    search_fields = ("id", "organization__name", "attached_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    exclude = ("name", "key", "upload_id", "public_key", "expected_sha256")
    actions = ("delete_files",)

    @admin.display(description=_("size"), ordering="bytes")
    def size(self, file: StoredFile) -> str:
        return filesizeformat(file.bytes or file.declared_size)

    @admin.action(description=_("Delete for good"))
    def delete_files(self, request: HttpRequest, files: QuerySet[Any]) -> None:
        for file in files.exclude(status=FileStatus.DELETED):
            try:
                delete_file(actor=actor_of(request.user), file_id=file.pk)
            except ProductError as error:
                self.message_user(request, f"{file.pk}: {error}", level="warning")
