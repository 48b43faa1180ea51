"""Members of a company: JSON."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.members import remove_member, update_member
from accounts.queries import directory
from accounts.queries.members import MemberFilters, members
from accounts.serializers.account import PublicPerson
from accounts.serializers.administration import MemberIn, MemberOut, MembersQuery
from p2psandbox.platform.api.serializers import show
from p2psandbox.platform.api.views import Endpoint


class MembersEndpoint(Endpoint):
    """The members of the caller's own company."""

    query = MembersQuery
    paged = True

    @extend_schema(operation_id="users", responses=MemberOut(many=True))
    def get(self, request: Request) -> Response:
        """For its admins. ``status`` is ``active``, ``inactive`` (switched off) or ``unverified``."""
        return self.numbered(members(self.actor, MemberFilters(**self.params)), MemberOut)


class OrganizationMembersEndpoint(MembersEndpoint):
    """The same under its other name."""

    @extend_schema(operation_id="users_organization", responses=MemberOut(many=True))
    def get(self, request: Request) -> Response:
        """For its admins."""
        answer: Response = super().get(request)
        return answer


class MemberEndpoint(Endpoint):
    """One person."""

    @extend_schema(operation_id="user", responses=PublicPerson)
    def get(self, request: Request, person_id: UUID) -> Response:
        """What members of all organizations know of them."""
        return Response(PublicPerson(directory.person(self.actor, person_id)).data)

    @extend_schema(operation_id="user_update", request=MemberIn, responses=MemberOut)
    def patch(self, request: Request, person_id: UUID) -> Response:
        """For admins of their company. 409 ``last_admin``; 403 ``own_account``, ``suspended``."""
        person = update_member(actor=self.actor, person_id=person_id, changes=self.body(MemberIn, partial=True))
        return Response(show(MemberOut, person))

    @extend_schema(operation_id="user_remove", responses={204: None})
    def delete(self, request: Request, person_id: UUID) -> Response:
        """Take them out of the company; what they wrote stays. 409 ``last_admin``."""
        remove_member(actor=self.actor, person_id=person_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
