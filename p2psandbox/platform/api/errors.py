"""Errors as JSON: one mapping from :mod:`platform.errors` to API.md's shape."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from drf_standardized_errors.handler import ExceptionHandler as StandardHandler
from rest_framework import exceptions
from rest_framework.response import Response

from p2psandbox.platform.api.parsers import TooLarge
from p2psandbox.platform.databases import is_out_of_reach
from p2psandbox.platform.errors import Invalid, ProductError, Unavailable


class _Refused(exceptions.APIException):
    """A :class:`ProductError` on its way out."""

    def __init__(self, error: ProductError) -> None:
        self.status_code = error.status
        super().__init__(detail=str(error.message), code=error.code)
        retry_after = getattr(error, "retry_after", None)
        if retry_after is not None:
            self.wait = retry_after
        if error.status == 401:
            self.auth_header = "Session"


def _as_validation(error: Invalid) -> exceptions.ValidationError:
    detail: dict[str, Any] = {
        name or "non_field_errors": [exceptions.ErrorDetail(str(text), code=error.code) for text in found]
        for name, found in error.fields.items()
    }
    return exceptions.ValidationError(detail)


class ExceptionHandler(StandardHandler):
    """drf-standardized-errors, taught the product's own exceptions."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, Invalid):
            return _as_validation(exc)
        if isinstance(exc, ProductError):
            return _Refused(exc)
        if isinstance(exc, RequestDataTooBig):
            return TooLarge()
        if is_out_of_reach(exc):
            return _Refused(Unavailable())
        known: Exception = super().convert_known_exceptions(exc)
        return known

    def report_exception(self, exc: exceptions.APIException, response: Response) -> None:
        """Report crashes only: a store that is down is expected, and has been logged where it was met."""
        if not isinstance(self.exc, ProductError):
            super().report_exception(exc, response)
