"""What ``manage.py`` needs: three URLs in the environment, with services behind them, on any machine."""

from __future__ import annotations

import atexit
import fcntl
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from p2psandbox.platform.embedded.processes import ServiceError
from p2psandbox.platform.embedded.services import VARIABLES, AlreadyRunningError, Services, running

ROOT = Path(__file__).resolve().parents[3]

#: Commands that talk to no store; starting three servers for them would only cost time.
WITHOUT_SERVICES = frozenset(
    {
        "",
        "help",
        "version",
        "check",
        "check_environment",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "makemessages",
        "spectacular",
        "startapp",
        "test",
    }
)
_kept_open: list[IO[str]] = []


def var_directory() -> Path:
    """Where local data lives: ``VAR_DIRECTORY``, by default ``var`` in the checkout."""
    return Path(os.environ.get("VAR_DIRECTORY") or ROOT / "var").resolve()


def services_directory() -> Path:
    return var_directory() / "services"


def missing_variables() -> list[str]:
    """Those of ``DATABASE_URL``, ``DOCUMENTS_URL`` and ``REDIS_URL`` that nobody has set."""
    return [name for name in VARIABLES.values() if not os.environ.get(name)]


def needs_services(arguments: Sequence[str]) -> bool:
    """Whether ``manage.py`` with these arguments (without its own name) talks to a store."""
    if {"-h", "--help", "--version"} & set(arguments):
        return False
    command = next((word for word in arguments if not word.startswith("-")), "")
    return command not in WITHOUT_SERVICES


def ensure_environment(arguments: Sequence[str] = ("unknown",)) -> dict[str, str]:
    """Set the missing URLs in ``os.environ`` and return what was set.

    Services that already answer under ``var/`` are used (``make run`` in another terminal); otherwise they
    are started for the life of this process and stopped at its end. ``arguments`` are those of
    ``manage.py``: a command that needs no store starts nothing. Ends the process with one plain sentence
    when the services cannot be had.
    """
    missing = missing_variables()
    if not missing or not needs_services(arguments):
        return {}
    found = _borrow(missing)
    if found is None:
        found = _start(missing)
    chosen = {name: found[name] for name in missing}
    os.environ.update(chosen)
    return chosen


def _borrow(missing: list[str]) -> dict[str, str] | None:
    found = running(services_directory())
    if found is None or not set(missing) <= set(found):
        return None
    lease = _lease()
    fcntl.flock(lease, fcntl.LOCK_SH)
    _kept_open.append(lease)
    return found


def _start(missing: list[str]) -> dict[str, str]:
    services = Services(services_directory(), only=missing)
    try:
        services.start()
    except AlreadyRunningError as error:
        found = _wait_for(error)
        if found is None or not set(missing) <= set(found):
            sys.exit(f"{error}; end it first, or set {', '.join(missing)} yourself.")
        return found
    except ServiceError as error:
        sys.exit(str(error))
    atexit.register(_stop_after_the_last, services)
    return services.environment()


def _wait_for(error: AlreadyRunningError) -> dict[str, str] | None:
    """Another process is starting the services this very moment: wait until they answer or it gives up."""
    import psutil

    for _ in range(100):
        found = _borrow([])
        if found is not None:
            return found
        try:
            psutil.Process(error.pid).wait(timeout=0.2)
        except psutil.TimeoutExpired:
            continue
        except psutil.Error:
            break
    return None


def _stop_after_the_last(services: Services) -> None:
    """Stop the services, but not under the feet of a command that borrows them."""
    with _lease_alone():
        services.stop()


@contextmanager
def _lease_alone() -> Iterator[None]:
    with _lease() as lease:
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another command still uses the services under var/; waiting for it.", file=sys.stderr)
            fcntl.flock(lease, fcntl.LOCK_EX)
        yield


def _lease() -> IO[str]:
    directory = services_directory()
    directory.mkdir(parents=True, exist_ok=True)
    return (directory / "in-use.lock").open("a")
