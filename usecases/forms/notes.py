"""What people say with a step of a story's life, and to whom they ask for contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.errors import Message


class NoteForm(forms.Form):
    """A note that goes with a step, such as what to change."""

    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}))
    revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: Message = "", required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = label
        self.fields["note"].required = required


class AskForm(forms.Form):
    """What somebody wants to know of a story's makers."""

    message = forms.CharField(
        label=_("What you want to know"),
        help_text=_("For example: We have the same compressors and wonder about the sensors. Could we talk?"),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
