"""Addresses of organizations."""

from django.urls import URLPattern, URLResolver, path

from organizations import views
from organizations.api import OrganizationEndpoint

pages: list[URLPattern | URLResolver] = [
    path("<str:slug>/", views.detail, name="detail"),
]

api: list[URLPattern | URLResolver] = [
    path("organizations/<uuid:organization_id>", OrganizationEndpoint.as_view(), name="organization"),
]
