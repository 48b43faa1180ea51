"""What forms share: putting an action's refusal where the person typed."""

from __future__ import annotations

from django import forms

from p2psandbox.platform.errors import Invalid


def apply_errors(form: forms.BaseForm, error: Invalid) -> None:
    """Attach each message of an :class:`Invalid` to the form field of that name, the rest to the form."""
    for name, messages in error.fields.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, str(message))
