"""Where each model lives: PostgreSQL is the catalogue (``default``), MongoDB the library (``documents``)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connections, transaction
from django.db.models import Model
from psycopg.conninfo import conninfo_to_dict

CATALOGUE = "default"
LIBRARY = "documents"

#: What PostgreSQL says when it cannot take or keep a connection (besides the whole class 08): too many, or shutting
#: down. https://www.postgresql.org/docs/current/errcodes-appendix.html
_AWAY = frozenset({"53300", "57P01", "57P02", "57P03"})


def is_out_of_reach(error: BaseException | None) -> bool:
    """Say whether an error means no more than that the catalogue gave no connection: all are in use, or it is away."""
    while error is not None:
        if isinstance(error, psycopg.OperationalError):  # the pool's own time-out is one, without a code
            return error.sqlstate is None or error.sqlstate in _AWAY or error.sqlstate.startswith("08")
        error = error.__cause__
    return False


def catalogue_settings(url: str, *, pool_size: int) -> dict[str, Any]:
    """Django's ``DATABASES`` entry for a ``postgresql://`` URL.

    Connections come from a pool per process and are checked before use, so one that was dropped heals
    without a restart; ``pool_size`` is the most connections a process may hold.
    """
    info: dict[str, Any] = conninfo_to_dict(url) if url else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": info.pop("dbname", "p2psandbox"),
        "USER": info.pop("user", ""),
        "PASSWORD": info.pop("password", ""),
        "HOST": info.pop("host", ""),
        "PORT": str(info.pop("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **info,
            "connect_timeout": int(info.get("connect_timeout", 3)),
            "application_name": "p2psandbox",
            "pool": {"min_size": 1, "max_size": pool_size, "timeout": 3, "max_idle": 300},
        },
        "TEST": {"NAME": None},
    }


@contextmanager
def without_waiting_for_the_disk() -> Iterator[None]:
    """Commit what is written within at once, and let PostgreSQL bring it to the disk within the second.

    For what may be lost with a crash, such as when somebody was last here: a wait for the disk costs more than the
    write, and everybody waits whose request comes to the same process.
    """
    with transaction.atomic(using=CATALOGUE):
        with connections[CATALOGUE].cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        yield


def library_settings(url: str, *, timeout_ms: int) -> dict[str, Any]:
    """Django's ``DATABASES`` entry for a ``mongodb://`` URL; the client behind it pools by itself.

    ``timeout_ms`` bounds the wait for a server, so that a page can say so instead of hanging.
    """
    name = urlsplit(url).path.strip("/") or "p2psandbox"
    return {
        "ENGINE": "django_mongodb_backend",
        "HOST": url,
        "NAME": name,
        "OPTIONS": {
            "serverSelectionTimeoutMS": timeout_ms,
            "connectTimeoutMS": timeout_ms,
            "socketTimeoutMS": 10 * timeout_ms,
            "retryWrites": True,
            "maxPoolSize": 20,
            "appname": "p2psandbox",
        },
    }


def _store(model_name: str) -> str:
    """Library models are those named ``…Revision``: migrations know a model's name, never its base class."""
    return LIBRARY if model_name.lower().endswith("revision") else CATALOGUE


class CatalogueAndLibrary:
    """The router. Decides both ways: library models never in PostgreSQL, others never in MongoDB."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return _store(model.__name__)

    db_for_write = db_for_read

    def allow_relation(self, obj1: Model, obj2: Model, **hints: Any) -> bool:
        return _store(type(obj1).__name__) == _store(type(obj2).__name__)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        """Say whether an operation runs on ``db``.

        Operations without a model (``RunSQL``, ``RunPython``) belong to the catalogue unless they carry the
        hint ``store="documents"``.
        """
        if model_name is not None:
            return db == _store(model_name)
        return db == str(hints.get("store", CATALOGUE))
