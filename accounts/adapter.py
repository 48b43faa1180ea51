"""What django-allauth asks the product."""

from __future__ import annotations

import base64
import hashlib
import math
import time
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import is_headless_request
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from qrcode.image.svg import SvgPathFillImage

from accounts import mails, sessions
from accounts.actions import passwords
from accounts.language import keep_language
from accounts.models import User
from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.web.addresses import client_address
from p2psandbox.platform.web.errors import wants_json

log = getLogger(__name__)


class LockedOut(ValidationError):
    """Too many failed attempts; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        minutes = max(1, math.ceil(retry_after / 60))
        text = ngettext(
            "Too many failed attempts. Try again in %(minutes)d minute.",
            "Too many failed attempts. Try again in %(minutes)d minutes.",
            minutes,
        )
        super().__init__(text % {"minutes": minutes}, code="too_many_login_attempts")
        self.retry_after = retry_after


class AccountAdapter(DefaultAccountAdapter):
    """The product's answers to allauth: where links lead, who may in, how mail leaves."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("Email and password do not match. Check both and try again."),
        "incorrect_password": gettext_lazy("This is not your password. Try again."),
        "enter_current_password": gettext_lazy("This is not your present password. Try again."),
        "incorrect_code": gettext_lazy("This code is wrong or was used already. Wait for the next one."),
        "too_many_login_attempts": gettext_lazy("Too many failed attempts. Try again in 5 minutes."),
        "rate_limited": gettext_lazy("Too many attempts. Try again in 5 minutes."),
        "duplicate_email": gettext_lazy("This is your address already."),
        "invalid_password_reset": gettext_lazy("This link has expired or was used already. Ask for a new one."),
        "invalid_or_expired_key": gettext_lazy("This link has expired or was used already."),
    }

    # -- Who may in --------------------------------------------------------------------------------------

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: people sign up with their organization, through ``accounts.actions.sign_up`` alone."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the caller's address, trusting as many proxies as are configured and no more."""
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures per account, whatever ``Host`` header the attempt came with."""
        return str(credentials.get("email", "")).strip().lower()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this attempt; raises :class:`LockedOut` when an account or an address has failed too often."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refused:
            wait = _wait(request, key=self._get_login_attempts_cache_key(request, **credentials))
            if wait is None:  # nobody is locked out: the counters cannot be read
                raise Unavailable from refused
            log.warning("sign_in_locked", address=self.get_client_ip(request))
            raise LockedOut(wait) from refused

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        log.warning("sign_in_refused", address=self.get_client_ip(request))

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Turn away deactivated and deleted people, whatever they signed in with."""
        user.is_active = user.is_active and user.deleted_at is None
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in: a new session id, and the session's limits begin."""
        super().login(request, user)
        if "_session_expiry" not in request.session:
            # Nobody asked to be remembered. Apps have no browser to close: theirs last as remembered ones.
            remembered = is_headless_request(request)
            request.session.set_expiry(settings.SESSION_COOKIE_AGE if remembered else 0)
        sessions.begin(request.session, now=time.time())

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        log.info("signed_in", person_id=str(user.pk), address=self.get_client_ip(request))
        keep_language(response, user.language)
        return response

    def logout(self, request: HttpRequest) -> None:
        log.info("signed_out", person_id=str(request.user.pk))
        super().logout(request)

    # -- Where links and redirects lead ------------------------------------------------------------------

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this very site."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if not request.user.is_email_verified:  # type: ignore[union-attr]  # signed in
            return reverse("accounts:verification_pending")
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL if self.request.user.is_authenticated else settings.LOGIN_URL)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return mails.password_reset_url(key)

    # -- Mail and messages -------------------------------------------------------------------------------

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Messages are for pages: programs get answers."""
        if not wants_json(request):
            super().add_message(request, *args, **kwargs)

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        mails.verification(emailconfirmation.email_address)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Send the key to the person's own address only, never to one they have not confirmed."""
        if user.email == email.lower() and user.deleted_at is None:
            mails.password_reset(user, key=f"{context['uid']}-{context['key']}")
        else:
            mails.unknown_account(email)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the person that password, address or second factor changed, and log it."""
        change = template_prefix.rpartition("/")[2]
        log.info("security_change", change=change, person_id=str(user.pk))
        mails.security_notice(
            user,
            change=change,
            to=email or user.email,
            ip=self.get_client_ip(self.request),
            device=sessions.device_name(self.get_http_user_agent(self.request)),
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The one mail left to allauth: somebody asked for a key to an account that does not exist."""
        assert template_prefix == "account/email/unknown_account", template_prefix
        mails.unknown_account(email)

    # -- Changes -----------------------------------------------------------------------------------------

    def set_password(self, user: Any, password: str) -> None:
        """Store a new password: once per key, and every other session of the person ends."""
        request = self.request
        mine = request.session.session_key if request.user.is_authenticated and request.user.pk == user.pk else None
        passwords.set_password(person=user, password=password, keep_session=mine)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address and the person's standing together.

        ``False`` if somebody else was faster, or the sign-up was forgotten at this moment.
        """
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=email_address.user_id)
                done = bool(super().confirm_email(request, email_address))
                if done:
                    now = timezone.now()
                    User.objects.filter(pk=email_address.user_id).update(email_verified_at=now, updated_at=now)
                    cachetags.changed("people")
                    email_address.user.email_verified_at = now  # the sign-in that may follow looks at it
        except (IntegrityError, User.DoesNotExist):
            return False
        log.info("address_confirmed", person_id=str(email_address.user_id), done=done)
        return done


def _wait(request: HttpRequest, *, key: str) -> int | None:
    """Return the seconds until no failed-attempt limit stands in the way, or ``None`` if none does."""
    now, longest = time.time(), 0.0
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        name = ratelimit.get_cache_key(request, app="allauth.account", action="login_failed", rate=rate, key=key)
        recent = [at for at in cache.get(name) or [] if at > now - rate.duration]
        if len(recent) >= rate.amount:
            longest = max(longest, recent[-1] + rate.duration - now)
    return math.ceil(longest) if longest else None


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factor {key}".encode()).digest())) for key in keys]
    )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets encrypted at rest, passkeys bound to the configured site."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": gettext_lazy("Confirm your email address first. Then you can add a second factor."),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """Draw the code on white: cameras read it on a dark page too."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": str(urlsplit(settings.SITE_URL).hostname), "name": "P2P Sandbox"}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return _("Passkey on %(device)s") % {
            "device": sessions.device_name(context.request.META.get("HTTP_USER_AGENT", "")) or _("this device")
        }
