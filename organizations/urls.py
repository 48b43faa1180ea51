"""Addresses of organizations."""

from django.urls import URLPattern, URLResolver, path

from organizations import api as json
from organizations import views

pages: list[URLPattern | URLResolver] = [
    path("", views.directory, name="directory"),
    path("<str:slug>/", views.detail, name="detail"),
    path("<str:slug>/edit/", views.edit, name="edit"),
]

api: list[URLPattern | URLResolver] = [
    path("organizations", json.OrganizationsEndpoint.as_view(), name="organizations"),
    path("organizations/me", json.OwnOrganizationEndpoint.as_view(), name="own_organization"),
    path("organizations/<uuid:organization_id>", json.OrganizationEndpoint.as_view(), name="organization"),
]
