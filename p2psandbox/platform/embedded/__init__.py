"""PostgreSQL, a document server and Redis from Python wheels, for a machine that has none of them.

Who sets ``DATABASE_URL``, ``DOCUMENTS_URL`` and ``REDIS_URL`` never comes here. Everybody else gets the
real thing under ``var/``: the same SQL dialect, the same wire protocol, the same broker, started and
stopped with the process that needs them.

* :class:`Services` starts and stops the three (the test suite, the supervisor);
* :func:`running` tells whether a set under a directory is answering, and where;
* :func:`ensure_environment` is what ``manage.py`` calls;
* ``python -m p2psandbox.platform.embedded run`` is the supervisor behind ``make run``.

Nothing here needs Django. The wheels are development dependencies, so their modules are imported late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from p2psandbox.platform.embedded.environment import ensure_environment
    from p2psandbox.platform.embedded.processes import ServiceError
    from p2psandbox.platform.embedded.services import AlreadyRunningError, Services, running

_HOMES = {
    "AlreadyRunningError": "services",
    "ServiceError": "processes",
    "Services": "services",
    "ensure_environment": "environment",
    "running": "services",
}

__all__ = ["AlreadyRunningError", "ServiceError", "Services", "ensure_environment", "running"]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
