"""Organizations: JSON."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from organizations import queries
from organizations.actions.profile import update_organization
from organizations.queries import DirectoryFilters, own_organization, public_organization
from organizations.serializers import DirectoryQuery, OrganizationIn, OwnOrganization, PublicOrganization
from p2psandbox.platform.api.views import Endpoint


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
        organization = own_organization(self.actor)
        changes = self.body(OrganizationIn, partial=True)
        changed = update_organization(actor=self.actor, organization_id=organization.pk, changes=changes)
        return Response(OwnOrganization(changed).data)
