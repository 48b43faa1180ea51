"""A person's own sessions and profile."""

from __future__ import annotations

from uuid import UUID

from allauth.account.internal import flows
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.avatar import remove_avatar, set_avatar
from accounts.actions.profile import update_profile
from accounts.actions.sessions import end_session
from accounts.api.base import AuthEndpoint
from accounts.queries import own_account, own_sessions
from accounts.serializers.account import MeIn, MeOut, PictureIn, PictureOut, SessionLineOut
from p2psandbox.platform.api.parsers import BoundedJSONParser
from p2psandbox.platform.api.serializers import show, show_each
from p2psandbox.platform.api.views import Endpoint


class SessionsEndpoint(AuthEndpoint):
    """Where the caller is signed in."""

    @extend_schema(operation_id="auth_sessions", responses=SessionLineOut(many=True))
    def get(self, request: Request) -> Response:
        """The present one first, then by last use."""
        lines = own_sessions(self.actor, current_key=self.http.session.session_key)
        return Response(show_each(SessionLineOut, lines))


class OneSessionEndpoint(AuthEndpoint):
    """One sign-in of the caller's."""

    @extend_schema(operation_id="auth_session_end", responses={204: None})
    def delete(self, request: Request, session: UUID) -> Response:
        """End it; the present one too."""
        key = self.http.session.session_key
        if end_session(actor=self.actor, session=session) == key:
            flows.logout.logout(self.http)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeEndpoint(Endpoint):
    """The caller's own account."""

    @extend_schema(operation_id="users_me", responses=MeOut)
    def get(self, request: Request) -> Response:
        return Response(show(MeOut, own_account(self.actor)))

    @extend_schema(operation_id="users_me_update", request=MeIn, responses=MeOut)
    def patch(self, request: Request) -> Response:
        """Change any of the fields; the rest stays."""
        return Response(show(MeOut, update_profile(actor=self.actor, changes=self.body(MeIn, partial=True))))


class AvatarEndpoint(Endpoint):
    """The caller's own picture."""

    # JSON cannot hold a file: it is read only to be told so, as everywhere with 400.
    parser_classes = (MultiPartParser, BoundedJSONParser)

    @extend_schema(operation_id="users_me_avatar_set", request=PictureIn, responses=PictureOut)
    def post(self, request: Request) -> Response:
        """Set it, made anew in two squares."""
        own_account(self.actor)
        sent = self.body(PictureIn)["file"]
        changed = set_avatar(
            actor=self.actor, name=sent.name or "", stream=sent.file, content_type=sent.content_type or ""
        )
        return Response(show(PictureOut, changed))

    @extend_schema(operation_id="users_me_avatar_remove", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Take it away."""
        remove_avatar(actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)
