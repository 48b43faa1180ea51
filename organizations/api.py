"""Organizations: JSON."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from organizations.queries import public_organization
from organizations.serializers import PublicOrganization
from p2psandbox.platform.api.views import Endpoint


class OrganizationEndpoint(Endpoint):
    """One company's public profile."""

    @extend_schema(operation_id="organization", responses=PublicOrganization)
    def get(self, request: Request, organization_id: UUID) -> Response:
        """Public fields; 404 for one that is not confirmed."""
        return Response(PublicOrganization(public_organization(self.actor, pk=organization_id)).data)
