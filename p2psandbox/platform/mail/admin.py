"""Addresses mail comes back from, in Django admin: to look at, and to let mail go there again."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.mail import bounces
from p2psandbox.platform.mail.models import BouncedAddress
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin


@admin.register(BouncedAddress)
class BouncedAddressAdmin(ReadOnlyAdmin):
    """Which addresses get no notifications by mail, since when and why."""

    list_display = ("email", "reason", "created_at", "updated_at")
    search_fields = ("email",)
    date_hierarchy = "updated_at"
    ordering = ("-updated_at",)
    actions = ("send_again",)

    @admin.action(description=_("Send mail there again"))
    def send_again(self, request: HttpRequest, addresses: QuerySet[BouncedAddress]) -> None:
        count = sum(bounces.forget(one.email) for one in addresses)
        self.message_user(request, str(_("Mail goes there again: %d")) % count)
