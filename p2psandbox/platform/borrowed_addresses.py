"""Addresses that somebody else has chosen: browsers the one of the icon, Django admin its "view on site"."""

from __future__ import annotations

from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """``GET /favicon.ico``: lead to the mark, whose own address changes with it."""
    return HttpResponseRedirect(static("img/mark.svg"))


def view_on_site(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    """``GET /admin/r/…``: Django's redirect to an object's page, which takes any word for a key and crashes on some."""
    try:
        return shortcut(request, content_type_id, object_id)
    except ValidationError as wrong:
        raise Http404 from wrong
