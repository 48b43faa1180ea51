"""Structured logs: one event a line, the request id in each, and never a secret.

A request's id is bound by :class:`RequestLog`, travels with the tasks it starts (django-structlog's Celery
receiver) and with the mail they send, and is answered as ``X-Request-ID``.
"""

from __future__ import annotations

import logging
import re
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.typing import EventDict, WrappedLogger

from p2psandbox.platform.web.addresses import client_address

_SECRET_NAMES = re.compile(
    r"pass|secret|token|cookie|authorization|api_?key|session_?key|\bkey\b|body|otp|code$", re.IGNORECASE
)
_HARMLESS_NAMES = frozenset({"code", "status_code", "key_id"})
_LONG_SEGMENT = re.compile(r"[^/\s]{20,}")
_UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_EMAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+\.[\w.-]+)")


def masked_path(path: str) -> str:
    """Return a path fit for logs: no query, and long segments that are not ids (keys, tokens) hidden."""
    return _LONG_SEGMENT.sub(lambda m: m.group() if _UUID.match(m.group()) else "…", path.partition("?")[0])


def without_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Structlog processor: hide values whose names say they are secret, and most of any mail address."""
    for name, value in event.items():
        if name not in _HARMLESS_NAMES and _SECRET_NAMES.search(name):
            event[name] = "…"
        elif isinstance(value, str):
            event[name] = _EMAIL.sub(r"\1…@\2", value)
    return event


def on_one_line(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Structlog processor: escape control characters, so that nobody can forge a line of the log."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception" and not value.isprintable():
            event[name] = value.encode("unicode_escape").decode("ascii")
    return event


class RequestLog(RequestMiddleware):
    """Log each answered request once and send its id back."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Log the address limits count by: the package's own look-up believes any ``X-Forwarded-For``."""
        structlog.contextvars.bind_contextvars(ip=client_address(request))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        context = structlog.contextvars.get_contextvars()
        response["X-Request-ID"] = context.get("request_id", "")
        super().handle_response(request, response)

    def format_request(self, request: HttpRequest) -> str:
        return f"{request.method} {masked_path(request.path)}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Name the person only when the request has looked them up anyway: a log line costs no query."""
        user = request.__dict__.get("_cached_user")
        if user is not None:
            structlog.contextvars.bind_contextvars(user_id=str(user.pk) if user.pk else None)


def request_id() -> str:
    """Return the id of the request (or task) being served, or an empty string outside one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def configure(*, level: str, output: str) -> dict[str, Any]:
    """Set up structlog and return Django's ``LOGGING``; ``output`` is ``console`` or ``json``."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
        on_one_line,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    render = structlog.processors.JSONRenderer() if output == "json" else structlog.dev.ConsoleRenderer(colors=False)
    quiet = {name: {"level": "WARNING"} for name in ("django.utils.autoreload", "pymongo", "botocore", "urllib3")}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "house": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
                "foreign_pre_chain": [*shared, structlog.processors.format_exc_info],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "house"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {**quiet, "django.request": {"level": "ERROR"}, "django.server": {"level": "WARNING"}},
    }


def getLogger(name: str) -> Any:  # noqa: N802  # the name everybody knows from the standard library
    """Return a structlog logger: ``log.info("event_name", key=value)``."""
    return structlog.stdlib.get_logger(name) if name else logging.getLogger()
