"""What forms share: putting an action's refusal where the person typed."""

from __future__ import annotations

from http import HTTPStatus

from django import forms

from p2psandbox.platform.errors import Invalid, ProductError


def apply_errors(form: forms.BaseForm, error: Invalid) -> None:
    """Attach each message of an :class:`Invalid` to the form field of that name, the rest to the form."""
    for name, messages in error.fields.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, str(message))


#: No room left, too large, of a kind that is not taken.
_ABOUT_THE_FILE = (HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def refused_file(error: ProductError) -> str:
    """Return why a file was not taken, for the field it stands in; raises what is not the file's fault again."""
    if isinstance(error, Invalid):
        return " ".join(error.messages)
    if error.status not in _ABOUT_THE_FILE:
        raise error
    return str(error.message)
