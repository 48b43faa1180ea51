"""Invitations: JSON."""

from __future__ import annotations

from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.acceptance import accept_invitation
from accounts.actions.invitations import cancel_invitation, resend_invitation, send_invitations
from accounts.api.base import AuthEndpoint
from accounts.limits import limit
from accounts.queries.invitations import invitation_counts, own_invitations, standing_invitation
from accounts.serializers.account import SignedInOut
from accounts.serializers.administration import (
    AcceptIn,
    InvitationCountsOut,
    InvitationOut,
    InvitationsIn,
    InvitationsQuery,
    SentOut,
    StandingInvitationOut,
    TokenQuery,
)
from p2psandbox.platform.api.serializers import StrictSerializer, show, show_each
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.permissions import Permission, require


class SendInvitationsEndpoint(Endpoint):
    """Asking people to join."""

    idempotent = True

    @extend_schema(operation_id="invitations_send", request=InvitationsIn, responses={201: SentOut(many=True)})
    def post(self, request: Request) -> Response:
        """A result per address. Inviting an address again sends its open invitation again."""
        require(self.actor, Permission.INVITE)
        typed = self.body(InvitationsIn)
        if ("emails" in typed) == ("email" in typed):
            raise Invalid({"emails": _("Send either emails or email.")})
        limit(request._request, "invite", user=request.user)
        key = self.idempotency_key()
        emails = typed.get("emails", [typed["email"]] if "email" in typed else [])
        outcomes = send_invitations(
            actor=self.actor, emails=emails, role=typed["role"], message=typed.get("message", ""), key=key
        )
        return Response(show_each(SentOut, outcomes), status=status.HTTP_201_CREATED)


class InvitationsEndpoint(Endpoint):
    """The company's invitations."""

    query = InvitationsQuery
    paged = True

    @extend_schema(operation_id="invitations", responses=InvitationOut(many=True))
    def get(self, request: Request) -> Response:
        """Last sent first."""
        return self.numbered(own_invitations(self.actor, **self.params), InvitationOut)


class InvitationCountsEndpoint(Endpoint):
    """How the company's invitations stand."""

    @extend_schema(operation_id="invitations_stats", responses=InvitationCountsOut)
    def get(self, request: Request) -> Response:
        return Response(show(InvitationCountsOut, invitation_counts(self.actor)))


class ResendInvitationEndpoint(Endpoint):
    """The same invitation once more."""

    @extend_schema(operation_id="invitation_resend", request=None, responses=InvitationOut)
    def post(self, request: Request, invitation_id: UUID) -> Response:
        """A new link for another seven days; the old one is dead. 409 ``not_open`` or ``already_member``."""
        self.body(StrictSerializer)
        require(self.actor, Permission.INVITE)
        limit(request._request, "invite", user=request.user)
        return Response(show(InvitationOut, resend_invitation(actor=self.actor, invitation_id=invitation_id)))


class InvitationEndpoint(Endpoint):
    """One invitation."""

    @extend_schema(operation_id="invitation_cancel", responses={204: None})
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        """Take it back; 409 ``accepted`` when somebody has followed it."""
        cancel_invitation(actor=self.actor, invitation_id=invitation_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ValidateInvitationEndpoint(AuthEndpoint):
    """What a link leads to."""

    query = TokenQuery

    @extend_schema(operation_id="invitation_validate", responses=StandingInvitationOut)
    def get(self, request: Request) -> Response:
        """404 for a token that is none or was replaced; 410 ``used``, ``expired`` or ``cancelled``."""
        return Response(show(StandingInvitationOut, standing_invitation(self.params["token"])))


class AcceptInvitationEndpoint(AuthEndpoint):
    """Joining."""

    @extend_schema(operation_id="invitation_accept", request=AcceptIn, responses={201: SignedInOut})
    def post(self, request: Request) -> Response:
        """Makes the person, confirms the address, signs in. 410 as above, 409 ``address_taken``."""
        require(self.actor, Permission.SIGN_UP)
        typed = self.body(AcceptIn)
        limit(self.http, "invitation")
        user = accept_invitation(actor=self.actor, language=get_language() or "en", **typed)
        perform_login(self.http, Login(user=user, email=user.email))
        answer = show(SignedInOut, {"user": user, "organization": user.organization})
        return Response(answer, status=status.HTTP_201_CREATED)
