"""Cities in Django admin, to look at: they are loaded by ``manage.py load_cities``."""

from __future__ import annotations

from django.contrib import admin

from p2psandbox.platform.places.models import City
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin


@admin.register(City)
class CityAdmin(ReadOnlyAdmin):
    """What is offered where a city is typed."""

    list_display = ["name", "name_ar", "region", "country", "population"]
    list_filter = ["country"]
    search_fields = ["folded__startswith", "name_ar"]
    show_full_result_count = False
