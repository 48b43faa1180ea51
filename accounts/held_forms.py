"""A form sent after the session had ended: kept in the new, anonymous session until its writer is back.

Nothing is sent twice or behind anyone's back: after signing in the person sees what they wrote and sends it
themselves. It is shown to the same person only, once signed in, within an hour.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.http import HttpRequest

_KEY = "held_form"
_KEPT_SECONDS = 3600
_MOST_BYTES = 65536
#: Forms with passwords or codes, and Django's admin, are not held.
_NEVER = ("/accounts/", "/admin/")
_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class HeldForm:
    """Where a form was going and what it said, as (name, value) pairs."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def written(self) -> list[str]:
        """The texts somebody typed, for reading: no keys, no ticks."""
        return [value for _name, value in self.fields if len(value.split()) > 1]


def hold(request: HttpRequest, *, person: str) -> bool:
    """Keep the request's form for ``person`` (an id); says whether there was one to keep."""
    if (
        request.method != "POST"
        or request.path.startswith(_NEVER)
        or request.content_type not in _KINDS
        or "HX-Request" in request.headers
        or int(request.META.get("CONTENT_LENGTH") or 0) > _MOST_BYTES
    ):
        return False
    fields = [
        (name, str(value)) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
    ]
    request.session[_KEY] = {
        "path": request.get_full_path(),
        "fields": fields,
        "person": person,
        "at": int(time.time()),
    }
    return True


def held(request: HttpRequest) -> HeldForm | None:
    """Return the signed-in person's held form, if there is one and it is theirs and fresh; drop any other."""
    kept = request.session.get(_KEY)
    if kept is None:
        return None
    if kept["person"] != str(request.user.pk) or time.time() - kept["at"] > _KEPT_SECONDS:
        del request.session[_KEY]
        return None
    return HeldForm(path=kept["path"], fields=[(name, value) for name, value in kept["fields"]])


def let_go(request: HttpRequest) -> None:
    """Forget the held form."""
    request.session.pop(_KEY, None)
