"""Every address of the product: pages, the JSON API, admin, and what only local mode has."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

import accounts.urls
import dashboard.urls
import forums.urls
import messaging.urls
import organizations.urls
import usecases.urls
from p2psandbox.crawlers import SITEMAPS, robots
from p2psandbox.platform.api.document import SchemaView
from p2psandbox.platform.borrowed_addresses import favicon, view_on_site
from p2psandbox.platform.drafts import api as drafts_api
from p2psandbox.platform.files import urls as files_urls
from p2psandbox.platform.health import health, health_detailed
from p2psandbox.platform.metrics import metrics
from p2psandbox.platform.places import api as places_api

api = [
    *accounts.urls.api,
    *organizations.urls.api,
    *messaging.urls.api,
    *usecases.urls.api,
    *forums.urls.api,
    *dashboard.urls.api,
    *files_urls.api,
    *drafts_api.routes,
    *places_api.routes,
    path("schema/", SchemaView.as_view(), name="schema"),
]

urlpatterns = [
    # What is asked for most stands first: an address is compared with each pattern above its own.
    path("forums/", include((forums.urls.pages, "forums"))),
    path("use-cases/", include((usecases.urls.pages, "usecases"))),
    path("api/v1/", include((api, "api"))),
    path("", include(dashboard.urls.pages)),
    path("", include((accounts.urls.pages, "accounts"))),
    path("", include((messaging.urls.pages, "messaging"))),
    path("", include((files_urls.pages, "files"))),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("organizations/", include((organizations.urls.pages, "organizations"))),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="api_docs"),
    # Before admin's own of the same address and name.
    path("admin/r/<path:content_type_id>/<path:object_id>/", admin.site.admin_view(view_on_site)),
    path("admin/", admin.site.urls),
    path("favicon.ico", favicon, name="favicon"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_part"}, name="sitemap"),
    path("sitemap-<str:section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap_part"),
    path("health", health, name="health"),
    path("health/detailed", health_detailed, name="health_detailed"),
    path("metrics", metrics, name="metrics"),
]

if settings.LOCAL:
    from p2psandbox.platform.mail.inbox import urls as inbox_urls
    from p2psandbox.platform.pages.components import components

    urlpatterns += [
        path("dev/components/", components, name="dev_components"),
        path("dev/mail/", include(inbox_urls)),
    ]

handler400 = "p2psandbox.platform.web.errors.bad_request"
handler403 = "p2psandbox.platform.web.errors.forbidden"
handler404 = "p2psandbox.platform.web.errors.not_found"
handler429 = "p2psandbox.platform.web.errors.too_many"
handler500 = "p2psandbox.platform.web.errors.server_error"
