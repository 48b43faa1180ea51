"""People in Django admin: seen by moderators, changed through actions only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actions.invitations import cancel_invitation, resend_invitation
from accounts.actions.members import (
    reinstate_account,
    remove_member,
    restore_member,
    suspend_account,
    update_member,
)
from accounts.models import Invitation, MemberRole, User
from p2psandbox.platform.errors import ProductError
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin
from p2psandbox.platform.web.middleware import actor_of

# Addresses, second factors and sessions are changed by their owners, under allauth's rules. What these packages
# register must be there before it can be taken off, whatever the order of INSTALLED_APPS.
for package in ("allauth.account", "allauth.mfa", "allauth.usersessions", "django.contrib.auth"):
    import_module(f"{package}.admin")
for model in (EmailAddress, Authenticator, UserSession):
    admin.site.unregister(model)
admin.site.unregister(Group)  # permissions stand in platform.permissions

# One way in, with its limits and second factor, for moderators too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


def _to_own_page(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    return redirect("account_change_password")


admin.site.password_change = _to_own_page  # type: ignore[method-assign, assignment]  # a redirect, no page


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People: look, suspend, reinstate, change the role, remove and bring back."""

    list_display = ("get_full_name", "email", "organization", "role", "is_active", "is_staff", "email_verified_at")
    list_filter = (
        "is_active",
        "is_staff",
        "role",
        ("email_verified_at", admin.EmptyFieldListFilter),
        ("suspended_at", admin.EmptyFieldListFilter),
        ("deleted_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("organization",)
    search_fields = ("email", "first_name", "last_name", "organization__name")
    ordering = ("-created_at",)
    exclude = ("password", "groups", "user_permissions")
    actions = ("suspend", "reinstate", "make_admin", "make_member", "remove", "restore")

    @admin.action(description=_("Suspend and sign out everywhere"))
    def suspend(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, suspend_account)

    @admin.action(description=_("Reinstate"))
    def reinstate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, reinstate_account)

    @admin.action(description=_("Make an admin of their organization"))
    def make_admin(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, partial(update_member, changes={"role": MemberRole.ADMIN}))

    @admin.action(description=_("Make a member without admin rights"))
    def make_member(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, partial(update_member, changes={"role": MemberRole.MEMBER}))

    @admin.action(description=_("Remove from the organization"))
    def remove(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, remove_member)

    @admin.action(description=_("Bring back who was removed"))
    def restore(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, restore_member)

    def _each(self, request: HttpRequest, people: QuerySet[User], act: Callable[..., User]) -> None:
        done = 0
        for person in people:
            try:
                act(actor=actor_of(request.user), person_id=person.pk)
                done += 1
            except ProductError as error:
                self.message_user(request, f"{person}: {error} ({error.code})", messages.ERROR)
        if done:
            text = ngettext("%(count)d account changed.", "%(count)d accounts changed.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations: look, send again, cancel."""

    list_display = ("email", "organization", "role", "state", "invited_by", "sent_at", "expires_at")
    list_filter = ("role", ("accepted_at", admin.EmptyFieldListFilter), ("cancelled_at", admin.EmptyFieldListFilter))
    list_select_related = ("organization", "invited_by")
    search_fields = ("email", "organization__name")
    ordering = ("-sent_at",)
    exclude = ("token_hash",)
    actions = ("resend", "cancel")

    @admin.display(description=_("State"))
    def state(self, invitation: Invitation) -> str:
        return str(invitation.status.label)

    @admin.action(description=_("Send again"))
    def resend(self, request: HttpRequest, invitations: QuerySet[Invitation]) -> None:
        self._each(request, invitations, resend_invitation)

    @admin.action(description=_("Cancel"))
    def cancel(self, request: HttpRequest, invitations: QuerySet[Invitation]) -> None:
        self._each(request, invitations, cancel_invitation)

    def _each(self, request: HttpRequest, invitations: QuerySet[Invitation], act: Callable[..., Invitation]) -> None:
        done = 0
        for invitation in invitations:
            try:
                act(actor=actor_of(request.user), invitation_id=invitation.pk)
                done += 1
            except ProductError as error:
                self.message_user(request, f"{invitation}: {error} ({error.code})", messages.ERROR)
        if done:
            text = ngettext("%(count)d invitation changed.", "%(count)d invitations changed.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
