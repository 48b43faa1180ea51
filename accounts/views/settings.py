"""A person's own settings: profile, sessions, the form that was on its way."""

from __future__ import annotations

from uuid import UUID

from allauth.account.internal import flows
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import held_forms
from accounts.actions.avatar import remove_avatar, set_avatar
from accounts.actions.profile import update_profile
from accounts.actions.sessions import end_session
from accounts.forms.people import PictureForm, ProfileForm
from accounts.language import keep_language
from accounts.models import User
from accounts.queries import own_account, own_sessions
from p2psandbox.platform.errors import Invalid, NotFound, NotSignedIn, ProductError
from p2psandbox.platform.forms import apply_errors, refused_file


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what the person says about themselves."""
    user = own_account(request.actor)  # type: ignore[attr-defined]
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        try:
            changed = update_profile(actor=request.actor, changes=form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as error:
            apply_errors(form, error)
        else:
            messages.success(request, _("Your profile is saved."))
            response = redirect("accounts:settings_profile")
            keep_language(response, changed.language)
            return response
    return _profile_page(request, user, form)


def _profile_page(
    request: HttpRequest, user: User, form: ProfileForm, picture: PictureForm | None = None
) -> HttpResponse:
    context = {"form": form, "person": user, "picture": picture or PictureForm()}
    refused = picture is not None and picture.is_bound
    return render(request, "accounts/settings_profile.html", context, status=400 if refused else 200)


@never_cache
@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """Set the person's picture, or with ``remove`` take it away."""
    actor = request.actor  # type: ignore[attr-defined]
    user = own_account(actor)
    if "remove" in request.POST:
        remove_avatar(actor=actor)
        messages.success(request, _("Your picture is removed."))
        return redirect("accounts:settings_profile")
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            set_avatar(actor=actor, name=sent.name or "", stream=sent.file, content_type=sent.content_type or "")
        except ProductError as error:
            form.add_error("file", refused_file(error))
        else:
            messages.success(request, _("Your picture is set."))
            return redirect("accounts:settings_profile")
    return _profile_page(request, user, ProfileForm(instance=user), form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """List the person's sign-ins; POST signs out everywhere else."""
    if request.method == "POST":
        if not request.user.is_authenticated:
            raise NotSignedIn
        end_other_sessions(request, request.user)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("usersessions_list")
    lines = own_sessions(request.actor, current_key=request.session.session_key)  # type: ignore[attr-defined]
    return render(request, "usersessions/usersession_list.html", {"sessions": lines})


@require_POST
def session_end(request: HttpRequest, session: UUID) -> HttpResponse:
    """End one sign-in; ending the present one signs out."""
    key = request.session.session_key
    if end_session(actor=request.actor, session=session) == key:  # type: ignore[attr-defined]
        flows.logout.logout(request)
        return redirect(settings.LOGOUT_REDIRECT_URL)
    messages.success(request, _("That sign-in is ended."))
    return redirect("usersessions_list")


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every sign-in, this one too."""
    if not request.user.is_authenticated:
        raise NotSignedIn
    end_other_sessions(request, request.user)
    flows.logout.logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def held_form(request: HttpRequest) -> HttpResponse:
    """Show what was on its way when the session ended, ready to be sent; POST throws it away."""
    if not request.user.is_authenticated:
        raise NotSignedIn
    kept = held_forms.held(request)
    if kept is None:
        return redirect("home")
    if request.method == "POST":
        held_forms.let_go(request)
        return redirect("home")
    return render(request, "accounts/held_form.html", {"held": kept})


def not_here(request: HttpRequest) -> HttpResponse:
    """Stand in for pages of allauth's that the product has no use for."""
    raise NotFound
