"""Writing mail: rendered in the reader's language and stored with the act that caused it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any
from uuid import UUID

import css_inline
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template import Context, loader
from django.utils import timezone, translation

from p2psandbox.platform.logging import request_id
from p2psandbox.platform.mail.models import OutboxMail


class MailRefused(ValueError):
    """A subject or an address that could smuggle headers, or an address that is none."""


@functools.cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def send(
    *,
    template: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    time_zone: tzinfo = UTC,
    unsubscribe_url: str = "",
) -> OutboxMail:
    """Store one mail and have it sent once the present transaction commits.

    Renders ``mail/<template>.subject.txt``, ``.txt`` and ``.html`` in ``language`` (a code such as ``ar``; an
    unknown one means the default) and ``time_zone``, which are the recipient's and not those of whoever caused the
    mail. Templates also get ``site_url``, ``subject`` and ``unsubscribe_url``: the address that ends such mail, which
    the mail's headers name too, for the one click of RFC 8058. Raises :class:`MailRefused` for line breaks in the
    subject or the address, and for an address that is none.
    """
    _check_address(to)
    with timezone.override(time_zone):
        subject, text, html = _render(template, language, {**context, "unsubscribe_url": unsubscribe_url})
    mail = OutboxMail.objects.create(
        template=template,
        to=to,
        subject=subject,
        text=text,
        html=html,
        request_id=request_id()[:64],
        unsubscribe_url=unsubscribe_url,
    )
    # robust: a broker that is down must not fail an act that has been committed; the sweeper sends the mail later.
    transaction.on_commit(lambda: _hand_over(mail.id), robust=True)
    return mail


def _hand_over(mail_id: UUID) -> None:
    from p2psandbox.platform.mail.tasks import deliver  # the task needs this module's rows

    deliver.delay(str(mail_id))


def _check_address(address: str) -> None:
    if any(not char.isprintable() for char in address):
        raise MailRefused("The address contains control characters.")
    try:
        validate_email(address)
    except ValidationError as error:
        raise MailRefused("This is no mail address.") from error


def _render(template: str, language: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(known):
        values = {**context, "site_url": settings.SITE_URL, "language": known}
        subject = _plain(f"mail/{template}.subject.txt", values).strip()
        if any(not char.isprintable() for char in subject):
            raise MailRefused("The subject contains line breaks or control characters.")
        values["subject"] = subject
        text = _plain(f"mail/{template}.txt", values).strip() + "\n"
        html = loader.render_to_string(f"mail/{template}.html", values)
    return subject, text, _inliner().inline(html)


def _plain(name: str, values: Mapping[str, Any]) -> str:
    """Render a text template without HTML escaping: ``Bolt & Co`` stays ``Bolt & Co``."""
    compiled: Any = loader.get_template(name)
    return str(compiled.template.render(Context(dict(values), autoescape=False)))
