"""The form that reports a post; what it takes is the action's own to judge."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.forms.writing import Typed
from forums.models import Reason

_MEANS = {
    Reason.SPAM: _("Sells something, or has nothing to do with the question."),
    Reason.RUDE: _("Goes against people instead of the matter."),
    Reason.UNSAFE: _("Who follows it could be hurt or break a machine."),
    Reason.CONFIDENTIAL: _("Names, prices, drawings or passwords that are not for others."),
    Reason.RIGHTS: _("Somebody else's text, picture or drawing."),
    Reason.OFF_TOPIC: _("Another subject, or the wrong place for it."),
    Reason.OTHER: _("Say below what it is."),
}


def _choices() -> list[tuple[str, str]]:
    return [(reason.value, f"{reason.label}\n{_MEANS[reason]}") for reason in Reason]


class ReportForm(forms.Form):
    """Why a post needs a moderator."""

    use_required_attribute = False
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=_choices,
        widget=forms.RadioSelect(attrs={"class": "choices--cards"}),
        error_messages={"required": _("Choose one of the list.")},
    )
    note = Typed(
        label=_("What a moderator should know"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000, "dir": "auto"}),
    )
