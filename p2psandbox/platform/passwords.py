"""How passwords are stored and which are taken."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class TunedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id at OWASP's second recommended setting (19 MiB, 2 passes, 1 lane): about 25 ms of a core."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1


class MaximumLengthValidator:
    """Refuse passwords above ``max_length`` characters, before any hashing is spent on them."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for a longer password."""
        if len(password) > self.max_length:
            raise ValidationError(
                _("This password is too long. Use at most %(max_length)d characters."),
                code="password_too_long",
                params={"max_length": self.max_length},
            )

    def get_help_text(self) -> str:
        return _("Use at most %(max_length)d characters.") % {"max_length": self.max_length}
