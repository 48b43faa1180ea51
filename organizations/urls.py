"""Addresses of organizations."""

from django.urls import URLPattern, URLResolver, path

from organizations import api as json
from organizations.views import administration, public

pages: list[URLPattern | URLResolver] = [
    path("", public.directory, name="directory"),
    path("<str:slug>/", public.detail, name="detail"),
    path("<str:slug>/edit/", administration.edit, name="edit"),
    path("<str:slug>/logo/", administration.logo, name="logo"),
    path("<str:slug>/verification/", administration.verification, name="verification"),
    path("<str:slug>/verification/withdraw/", administration.verification_withdraw, name="verification_withdraw"),
]

api: list[URLPattern | URLResolver] = [
    path("organizations", json.OrganizationsEndpoint.as_view(), name="organizations"),
    path("organizations/me", json.OwnOrganizationEndpoint.as_view(), name="own_organization"),
    path("organizations/me/logo", json.LogoEndpoint.as_view(), name="own_logo"),
    path("organizations/me/verification", json.VerificationEndpoint.as_view(), name="own_verification"),
    path("organizations/<uuid:organization_id>", json.OrganizationEndpoint.as_view(), name="organization"),
]
