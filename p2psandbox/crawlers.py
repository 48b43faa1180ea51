"""What search engines are told: where the public pages are, and which of the others to leave alone."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from p2psandbox.platform.permissions import VISITOR
from usecases.models import UseCase

_ROBOTS = """User-agent: *
Disallow: /accounts/
Disallow: /admin/
Disallow: /api/
Disallow: /use-cases/?
Disallow: /use-cases/map/?
Disallow: /use-cases/compare/

Sitemap: {sitemap}
"""


class _OurSitemap(Sitemap):  # type: ignore[type-arg]  # not subscriptable at run time
    """Addresses under the product's own name, whatever name it was asked by."""

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class PublicStories(_OurSitemap):
    """The stories a visitor may read, read anew each time: what is withdrawn is gone from the next answer on."""

    limit = 5_000

    def items(self) -> QuerySet[UseCase]:
        return UseCase.objects.visible_to(VISITOR).only("id", "slug", "title", "updated_at").order_by("id")

    def lastmod(self, item: UseCase) -> datetime:
        return item.updated_at


class Entrances(_OurSitemap):
    """The pages a visit begins with."""

    def items(self) -> list[str]:
        return ["home", "usecases:list", "usecases:map"]

    def location(self, item: str) -> str:  # type: ignore[override]  # the base calls it a model
        return reverse(item)


SITEMAPS: dict[str, type[_OurSitemap]] = {"entrances": Entrances, "use-cases": PublicStories}


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """``GET /robots.txt``: what crawlers leave alone, and where the sitemap is."""
    address = settings.SITE_URL + reverse("sitemap")
    return HttpResponse(_ROBOTS.format(sitemap=address), content_type="text/plain; charset=utf-8")
