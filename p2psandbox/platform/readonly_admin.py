"""Django admin for looking: what changes goes through actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from p2psandbox.platform.web.middleware import actor_of


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Rows that moderators see and change through admin actions only, which call the product's own actions."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return actor_of(request.user).is_moderator

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor_of(request.user).is_moderator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
