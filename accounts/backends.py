"""Who somebody is: looked up by address at sign-in, by id at each request."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from p2psandbox.platform.prepared import PreparedLookup

#: Asked at every signed-in request.
_person = PreparedLookup(lambda user_id: User.objects.select_related("organization").filter(pk=user_id))


class EmailBackend(AuthenticationBackend):
    """Email and password. One query and one password hash, whether or not the address is known.

    Only a person's own address signs in: neither a new one they have not confirmed yet, nor that of a
    deleted person.
    """

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        user = User.objects.filter(email=User.objects.normalize_email(email), deleted_at__isnull=True).first()
        found: User | None = self._check_password(user, password)
        return found

    def user_can_authenticate(self, user: Any) -> bool:
        """Deactivated and deleted people may not: asked at sign-in and at every request."""
        return bool(user.is_active) and user.deleted_at is None

    def get_user(self, user_id: UUID) -> User | None:
        """Return the person of a session with their organization, in one query."""
        user = _person.get(user_id=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
