"""Ends sessions whose time is over, and keeps what somebody was just about to send."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import held_forms, sessions
from p2psandbox.platform.databases import without_waiting_for_the_disk
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.web.errors import wants_json

log = getLogger(__name__)

#: Asked by open pages on their own: no sign that somebody is there.
POLLED = frozenset({"/api/v1/updates"})


class SessionLimits:
    """Enforce the idle and the absolute limit; see :mod:`accounts.sessions`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            now = time.time()
            if sessions.is_over(request.session, now=now):
                return self._end(request)
            if request.path not in POLLED and sessions.note_use(request.session, now=now):
                _note_use(request)
        return self.get_response(request)

    def _end(self, request: HttpRequest) -> HttpResponse:
        """Sign out on the server; a form on its way is held until the same person is back."""
        key, person = request.session.session_key, str(request.session[SESSION_KEY])
        request.session.flush()
        UserSession.objects.filter(session_key=key).delete()
        log.info("session_ended", reason="limit", person_id=person)
        if wants_json(request):
            return self.get_response(request)
        messages.info(request, _("You were signed out after a long break. Sign in to go on."))
        if held_forms.hold(request, person=person):
            target = urlencode({"next": reverse("accounts:held_form")})
            return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{target}")
        return self.get_response(request)


def _note_use(request: HttpRequest) -> None:
    with without_waiting_for_the_disk():
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=timezone.now(), ip=get_adapter().get_client_ip(request)
        )
