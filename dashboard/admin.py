"""What trends, in Django admin: to look at."""

from __future__ import annotations

from django.contrib import admin

from dashboard.models import TrendingScore
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin


@admin.register(TrendingScore)
class TrendingScoreAdmin(ReadOnlyAdmin):
    """Scores with their parts."""

    list_display = ("score", "window", "topic", "use_case", "computed_at")
    list_filter = ("window",)
    list_select_related = ("topic", "use_case")
    ordering = ("window", "-score")
