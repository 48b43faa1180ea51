"""Signing up, and the way from there to a confirmed address."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import EmailAddress, Login
from allauth.account.views import ConfirmEmailView, PasswordResetFromKeyView
from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from accounts import rules
from accounts.actions.sign_up import sign_up
from accounts.forms.people import AddressForm, SignUpForm
from accounts.limits import ask_for_verification
from p2psandbox.platform.errors import Invalid, NotSignedIn
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.textrules import FieldChecks

#: Which address this browser has just signed up, so that its link need not ask for the password again.
_SIGNED_UP = "signed_up"
_SIGNED_UP_SECONDS = 3600


@method_decorator([sensitive_post_parameters("password"), never_cache, rate_limit(action="signup")], name="dispatch")
class SignUpView(FormView):  # type: ignore[type-arg]  # not generic at run time
    """The form for a new organization and its first admin."""

    form_class = SignUpForm
    template_name = "accounts/sign_up.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            return redirect("home")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        typed = dict(form.cleaned_data)
        key = typed.pop("form_key")
        try:
            sign_up(actor=self.request.actor, key=key, language=get_language() or "en", **typed)  # type: ignore[attr-defined]
        except Invalid as error:
            apply_errors(form, error)
            return self.form_invalid(form)
        # Kept for known addresses too: nothing outside the mailbox tells the two apart.
        self.request.session[_SIGNED_UP] = {"email": typed["email"].strip().lower(), "at": int(time.time())}
        return redirect("accounts:verification_sent")


@never_cache
@require_safe
def verification_sent(request: HttpRequest) -> HttpResponse:
    """Tell somebody who has just signed up to look at their mail."""
    signed_up = request.session.get(_SIGNED_UP) or {}
    return render(request, "accounts/verification_sent.html", {"email": signed_up.get("email", "")})


@never_cache
@require_safe
def verification_pending(request: HttpRequest) -> HttpResponse:
    """Tell a signed-in person that their address is not confirmed yet, and where to go once it is."""
    if not request.user.is_authenticated:
        raise NotSignedIn
    if request.user.is_email_verified:
        return redirect("home")
    return render(request, "accounts/verification_pending.html")


@never_cache
def resend_verification(request: HttpRequest) -> HttpResponse:
    """Send the confirmation mail again: to the signed-in person, or to an address somebody types."""
    if request.user.is_authenticated:
        return _resend_to(request, request.user.email) if request.method == "POST" else redirect("home")
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        checks = FieldChecks()
        email = rules.address(checks, "email", form.cleaned_data["email"])
        try:
            checks.done()
        except Invalid as error:
            apply_errors(form, error)
        else:
            ask_for_verification(request, email)
            return render(request, "accounts/verification_sent.html", {"email": email, "again": True})
    return render(request, "accounts/resend_verification.html", {"form": form})


def _resend_to(request: HttpRequest, email: str) -> HttpResponse:
    if ask_for_verification(request, email):
        messages.success(request, _("We sent the link again. Look into your mail."))
    else:
        messages.info(request, _("We sent a link a moment ago. Wait three minutes before you ask again."))
    return redirect("accounts:verification_pending")


class ConfirmAddressView(ConfirmEmailView):
    """Where the link in the mail leads: shows what will be confirmed, and confirms on POST.

    Opening the link changes nothing, signs nobody out, and nobody in either, with one exception: the browser
    that has just signed this address up. It has typed the password, and holds the mail now. Anybody else goes
    to the sign-in page: a link that signs in would let whoever sees it in (mail is scanned, forwarded,
    archived), and would let a stranger sign somebody in to an account of theirs.
    """

    def logout(self) -> None:
        """Leave whoever is signed in here signed in."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        confirmation = self.get_object()
        address: EmailAddress | None = confirmation.confirm(self.request)
        if address is None:
            return render(self.request, "account/email_confirm.html", {"confirmation": None})
        if not self.request.user.is_authenticated and self._has_just_signed_up(address):
            response: HttpResponse = perform_login(self.request, Login(user=address.user, email=address.email))
            return response
        return HttpResponseRedirect(get_adapter().get_email_verification_redirect_url(address))

    def _has_just_signed_up(self, address: EmailAddress) -> bool:
        signed_up = self.request.session.pop(_SIGNED_UP, None) or {}
        fresh = time.time() - signed_up.get("at", 0) < _SIGNED_UP_SECONDS
        return fresh and signed_up.get("email") == address.email


class NewPasswordView(PasswordResetFromKeyView):
    """Where the link to set a new password leads; following it signs nobody out."""

    def logout(self) -> None:
        """Leave whoever is signed in here signed in."""
