"""Shape of what people type to each other; the rules are the actions' own."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging import rules
from messaging.models import MessageReason
from p2psandbox.platform.files.fields import Uploads
from p2psandbox.platform.files.models import Purpose


class Typed(forms.CharField):
    """Text exactly as typed, judged by the action, so that all is said at once.

    ``expected`` texts are not marked as optional, though something else may stand in for them.
    """

    def __init__(self, *, expected: bool = False, **kwargs: Any) -> None:
        self.expected = expected
        super().__init__(strip=False, required=False, **kwargs)


class MessageForm(forms.Form):
    """A message. ``key`` is new with each form: the same form sent twice sends one message."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    body = Typed(
        expected=True,
        label=_("Your message"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "maxlength": rules.BODY.max_length}),
    )
    attachments = Uploads(purpose=Purpose.ATTACHMENT, label=_("Files"), help_text=_("Only the two of you see them."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": secrets.token_urlsafe(12), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class ReportForm(forms.Form):
    """Why moderators should look at a message."""

    use_required_attribute = False
    reason = forms.ChoiceField(
        label=_("What is wrong with it"), choices=MessageReason.choices, widget=forms.RadioSelect, required=False
    )
    note = Typed(
        label=_("Anything a moderator should know"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "maxlength": rules.NOTE.max_length}),
    )


class ReceiptsForm(forms.Form):
    """Whether read marks are given, and so seen."""

    read_receipts = forms.BooleanField(
        label=_("Read marks"),
        help_text=_("Others see which of their messages you have read, and you see it of yours. It goes both ways."),
        required=False,
    )
