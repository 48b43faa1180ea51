"""What can go wrong for a person, as a small family of exceptions.

Queries and actions raise these; ``platform.pages.errors`` turns them into pages and ``platform.api.errors``
into JSON. Messages are for people: plain, short, and they say what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

#: What a person reads: text, or text still to be translated.
Message: TypeAlias = "str | StrPromise"


class ProductError(Exception):
    """Base of all expected errors: an HTTP status, a stable ``code`` and a sentence for people."""

    status: ClassVar[int] = 400
    code: str = "invalid"
    message: Message = _("That did not work.")

    def __init__(self, message: Message | None = None, *, code: str | None = None) -> None:
        self.message = message if message is not None else type(self).message
        self.code = code or type(self).code
        super().__init__(str(self.code))

    def __str__(self) -> str:
        return str(self.message)


class Invalid(ProductError):
    """Input that cannot be taken. ``fields`` maps a field name (``""``: the whole) to its messages."""

    status = 400
    code = "invalid"
    message = _("Some of what you entered needs another look.")

    def __init__(self, fields: Mapping[str, Message | Sequence[Message]], *, code: str | None = None) -> None:
        super().__init__(code=code)
        self.fields: dict[str, list[Message]] = {
            name: list(found) if isinstance(found, (list, tuple)) else [found]  # type: ignore[list-item]
            for name, found in fields.items()
        }

    @property
    def messages(self) -> list[str]:
        """All messages, without the fields they belong to."""
        return [str(message) for found in self.fields.values() for message in found]

    def __str__(self) -> str:
        return "; ".join(f"{name}: {' '.join(map(str, found))}" for name, found in self.fields.items())


class NotSignedIn(ProductError):
    status = 401
    code = "not_authenticated"
    message = _("Sign in to go on.")


class Forbidden(ProductError):
    """A thing one sees but may not do this to."""

    status = 403
    code = "permission_denied"
    message = _("You may not do that.")


class NotVerified(Forbidden):
    """Signed in, but the email address has not been confirmed yet."""

    code = "email_not_verified"
    message = _("Confirm your email address first: open the link we sent you.")


class NotFound(ProductError):
    """Does not exist, or may not be seen: the two are one answer."""

    status = 404
    code = "not_found"
    message = _("There is nothing here, or it is not for you.")


class Gone(ProductError):
    """It was here and works no more; ``code`` says why."""

    status = 410
    code = "gone"
    message = _("This is over.")


class Conflict(ProductError):
    """The thing is not (or no longer) in a state that allows this."""

    status = 409
    code = "conflict"
    message = _("Somebody was faster: look at the present state and try again.")


class TooLarge(ProductError):
    """More bytes than are taken here."""

    status = 413
    code = "too_large"
    message = _("That is too large. Send less at once.")


class Unsupported(ProductError):
    """A kind of file that is not taken here, or one that is not what it says it is."""

    status = 415
    code = "unsupported_type"
    message = _("This kind of file is not taken here.")


class TooMany(ProductError):
    """A limit was reached; ``retry_after`` is in seconds."""

    status = 429
    code = "throttled"
    message = _("Too many attempts. Wait a little and try again.")

    def __init__(self, message: Message | None = None, *, retry_after: int = 60, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unavailable(ProductError):
    """A store is down; nothing was changed."""

    status = 503
    code = "unavailable"
    message = _("This part is resting for a moment. Nothing is lost. Try again in a minute.")
    retry_after = 30
