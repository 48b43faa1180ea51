"""Organizations: JSON."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from organizations import queries
from organizations.actions.logo import remove_logo, set_logo
from organizations.actions.profile import update_organization
from organizations.actions.verification import request_verification, withdraw_request
from organizations.queries import DirectoryFilters, own_organization, public_organization
from organizations.serializers import (
    DirectoryQuery,
    FileIn,
    LogoOut,
    OrganizationIn,
    OwnOrganization,
    PublicOrganization,
    VerificationIn,
    VerificationOut,
)
from p2psandbox.platform.api.parsers import BoundedJSONParser
from p2psandbox.platform.api.serializers import show
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.errors import NotFound


class OrganizationsEndpoint(Endpoint):
    """The directory of companies."""

    query = DirectoryQuery
    paged = True

    @extend_schema(operation_id="organizations", parameters=[DirectoryQuery], responses=PublicOrganization(many=True))
    def get(self, request: Request) -> Response:
        """Public fields of those that are confirmed, in order."""
        rows = queries.directory(self.actor, DirectoryFilters(**self.params))
        return self.numbered(rows, PublicOrganization)


class OrganizationEndpoint(Endpoint):
    """One company's public profile."""

    @extend_schema(operation_id="organization", responses=PublicOrganization)
    def get(self, request: Request, organization_id: UUID) -> Response:
        """Public fields; 404 for one that is not confirmed."""
        return Response(PublicOrganization(public_organization(self.actor, pk=organization_id)).data)


class OwnOrganizationEndpoint(Endpoint):
    """The company the caller acts for."""

    @extend_schema(operation_id="own_organization", responses=OwnOrganization)
    def get(self, request: Request) -> Response:
        return Response(OwnOrganization(own_organization(self.actor)).data)

    @extend_schema(operation_id="own_organization_update", request=OrganizationIn, responses=OwnOrganization)
    def patch(self, request: Request) -> Response:
        """Change any of the fields; the rest stays. For the company's admins."""
        organization = queries.own_organization_to_edit(self.actor)
        changes = self.body(OrganizationIn, partial=True)
        changed = update_organization(actor=self.actor, organization_id=organization.pk, changes=changes)
        return Response(OwnOrganization(changed).data)


class LogoEndpoint(Endpoint):
    """The logo of the company the caller acts for."""

    # JSON cannot hold a file: it is read only to be told so, as everywhere with 400.
    parser_classes = (MultiPartParser, BoundedJSONParser)

    @extend_schema(operation_id="own_logo_set", request=FileIn, responses=LogoOut)
    def post(self, request: Request) -> Response:
        """Set it, made anew in two sizes. For the company's admins."""
        organization = queries.own_organization_to_edit(self.actor)
        sent = self.body(FileIn)["file"]
        changed = set_logo(
            actor=self.actor,
            organization_id=organization.pk,
            name=sent.name or "",
            stream=sent.file,
            content_type=sent.content_type or "",
        )
        return Response(show(LogoOut, changed))

    @extend_schema(operation_id="own_logo_remove", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Take it away."""
        remove_logo(actor=self.actor, organization_id=queries.own_organization_to_edit(self.actor).pk)
        return Response(status=204)


class VerificationEndpoint(Endpoint):
    """The verification of the company the caller acts for; for its admins."""

    @extend_schema(operation_id="own_verification", responses=VerificationOut)
    def get(self, request: Request) -> Response:
        """The last request; 404 if there never was one."""
        latest = queries.latest_request(self.actor, own_organization(self.actor))
        if latest is None:
            raise NotFound
        return Response(show(VerificationOut, latest))

    @extend_schema(operation_id="own_verification_request", request=VerificationIn, responses={201: VerificationOut})
    def post(self, request: Request) -> Response:
        """Ask for it, with one to five files uploaded for the purpose ``evidence``."""
        organization = queries.own_organization_to_edit(self.actor)
        given = self.body(VerificationIn)
        made = request_verification(actor=self.actor, organization_id=organization.pk, **given)
        return Response(show(VerificationOut, made), status=201)

    @extend_schema(operation_id="own_verification_withdraw", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Take the waiting request back."""
        withdraw_request(actor=self.actor, organization_id=queries.own_organization_to_edit(self.actor).pk)
        return Response(status=204)
