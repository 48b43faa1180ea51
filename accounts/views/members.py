"""A company's administration: its members, and the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.members import remove_member, update_member
from accounts.forms.administration import (
    ORDERING_LABELS,
    STATUS_LABELS,
    AuditFilterForm,
    MemberFilterForm,
    MemberForm,
)
from accounts.models import InvitationStatus, MemberRole, User
from accounts.queries.invitations import own_invitations
from accounts.queries.members import (
    MemberFilters,
    acts_as_admin,
    has_other_admin,
    member_status,
    member_to_manage,
    members,
)
from organizations.audit import in_words, trail
from p2psandbox.platform.errors import Invalid, NotFound
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.permissions import Actor

PAGE_SIZE = 30
AUDIT_PAGE_SIZE = 50


@never_cache
@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    """``/organization/members/``: who is here, narrowed by what the address says."""
    actor = _actor(request)
    filters = MemberFilterForm(request.GET).filters()
    page = Paginator(members(actor, filters), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(person, actor) for person in page],
        "filters": filters,
        "roles": MemberRole.choices,
        "statuses": STATUS_LABELS.items(),
        "orderings": ORDERING_LABELS.items(),
        "chips": _chips(request, filters),
        "pending": own_invitations(actor, status=InvitationStatus.PENDING).count(),
    }
    return render(request, "accounts/members.html", context)


def _row(person: User, actor: Actor) -> dict[str, Any]:
    status = member_status(person)
    return {
        "person": person,
        "status": status,
        "status_label": STATUS_LABELS[status],
        "is_admin": person.role == MemberRole.ADMIN,
        "own": person.pk == actor.id,
    }


def _chips(request: HttpRequest, filters: MemberFilters) -> list[tuple[str, str]]:
    """Return what the list is narrowed to, each with the address without it."""
    labels = {
        "search": f"“{filters.search}”",
        "role": str(dict(MemberRole.choices).get(filters.role, "")),
        "status": str(STATUS_LABELS.get(filters.status, "")),
    }
    chips = []
    for name, label in labels.items():
        if getattr(filters, name):
            rest = request.GET.copy()
            rest.pop("page", None)
            rest.pop(name, None)
            chips.append((label, f"?{rest.urlencode()}"))
    return chips


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """``/organization/members/<id>/``: one member, and what an admin may do; POST stores name and job title."""
    actor = _actor(request)
    person = member_to_manage(actor, person_id)
    form = MemberForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            update_member(actor=actor, person_id=person_id, changes=form.cleaned_data)
        except Invalid as error:
            apply_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:member", person_id)
    context = {
        **_row(person, actor),
        "form": form,
        "last_admin": acts_as_admin(person) and not has_other_admin(person),
    }
    return render(request, "accounts/member.html", context, status=400 if form.is_bound else 200)


def _update(**changes: Any) -> Callable[..., Any]:
    return lambda actor, person_id: update_member(actor=actor, person_id=person_id, changes=changes)


def _remove(actor: Actor, person_id: UUID) -> User:
    return remove_member(actor=actor, person_id=person_id)


#: What the buttons on a member's page do, and what is said afterwards.
_ACTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "make-admin": (_update(role=MemberRole.ADMIN), gettext_lazy("%(name)s is an admin now.")),
    "make-member": (_update(role=MemberRole.MEMBER), gettext_lazy("%(name)s is a member now, and no admin.")),
    "deactivate": (
        _update(is_active=False),
        gettext_lazy("%(name)s is deactivated and signed out everywhere. You can reinstate them at any time."),
    ),
    "reinstate": (_update(is_active=True), gettext_lazy("%(name)s can sign in again.")),
    "remove": (
        _remove,
        gettext_lazy("%(name)s is removed. To bring them back, invite their address again."),
    ),
}


@require_POST
def act(request: HttpRequest, person_id: UUID, act: str) -> HttpResponse:
    """Do one of :data:`_ACTS` to a member."""
    if act not in _ACTS:
        raise NotFound
    do, said = _ACTS[act]
    actor = _actor(request)
    person = do(actor, person_id)
    messages.success(request, said % {"name": person.get_full_name()})
    stays = act != "remove" and not (person.pk == actor.id and person.role == MemberRole.MEMBER)
    if stays:
        return redirect("accounts:member", person_id)
    return redirect("accounts:members" if person.pk != actor.id else "home")


@never_cache
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """``/organization/audit/``: who did what to whom, and when."""
    form = AuditFilterForm(request.GET)
    wanted = form.wanted()
    page = Paginator(trail(_actor(request), **wanted), AUDIT_PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [{"entry": entry, "details": in_words(entry)} for entry in page]
    return render(request, "accounts/audit.html", {"form": form, "page": page, "lines": lines, "wanted": wanted})


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
