"""Pytest plugin: real services for the suite, on free ports, in a directory of their own.

Loaded with ``-p tests.services`` so that it runs before Django reads its settings. The first process starts
PostgreSQL, the document server and Redis (unless the environment names servers) and xdist's workers inherit
their addresses; each worker then makes databases of its own. The directory goes when the run ends, and one that
a killed run left behind goes at the next start.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

import pytest

_NAMES = ("DATABASE_URL", "DOCUMENTS_URL", "REDIS_URL")
_PREFIX = "p2p-test-"
_OWNER = "owner.lock"  # held by the run that uses the directory; the kernel lets go when it ends
_running: list[Any] = []
_scratches: list[tuple[Path, IO[str]]] = []
_process = os.getpid()


def make_scratch(base: Path) -> tuple[Path, IO[str]]:
    """Make a directory for one run under ``base``; it is in use for as long as the file returned stays open."""
    scratch = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    draft = scratch / f".{_OWNER}"
    lock = draft.open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    draft.rename(scratch / _OWNER)  # nobody finds it before it is held
    return scratch, lock


def sweep_scratches(base: Path) -> list[Path]:
    """Remove what runs that were killed left under ``base``; return the directories removed."""
    removed = [path for path in base.glob(f"{_PREFIX}*") if _has_no_owner(path)]
    for path in removed:
        shutil.rmtree(path, ignore_errors=True)
    return removed


def _has_no_owner(scratch: Path) -> bool:
    """Whether its run has ended. Without a lock file it may be one that begins this moment: it has an owner."""
    try:
        with (scratch / _OWNER).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except OSError:
        return False


def _end() -> None:
    if os.getpid() != _process:  # a forked child leaves its parent's things alone
        return
    for scratch, _lock in _scratches:
        _stop_product(scratch)
    ran = bool(_running)
    while _running:
        _running.pop().stop()
    while _scratches:
        scratch, lock = _scratches.pop()
        shutil.rmtree(scratch, ignore_errors=True)
        lock.close()
    if ran:
        _sweep_sockets()


def _stop_product(scratch: Path) -> None:
    if (scratch / "journeys").exists():
        from tests.journeys.running import stop_shared

        stop_shared(scratch)


def _sweep_sockets() -> None:
    """What services that were killed within the run left behind; their data went with the directory."""
    from p2psandbox.platform.embedded.postgres import owner_number
    from p2psandbox.platform.embedded.sockets import home, sweep

    sweep(home(), owner=owner_number())


def _start() -> None:
    os.environ["PROFILE"] = "test"
    os.environ["LIMIT_NEWCOMERS"] = "false"  # everybody in a test is new
    sweep_scratches(Path(tempfile.gettempdir()))
    scratch, lock = make_scratch(Path(tempfile.gettempdir()))
    _scratches.append((scratch, lock))
    atexit.register(_end)  # pytest skips the hook below when it refuses its own options
    os.environ["P2P_TEST_SCRATCH"] = str(scratch)
    os.environ["VAR_DIRECTORY"] = str(scratch / "var")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    if all(os.environ.get(name) for name in _NAMES):
        return
    from p2psandbox.platform.embedded import Services

    services = Services(scratch / "services", durable=False)
    services.start()
    _running.append(services)
    for name, url in services.environment().items():
        os.environ.setdefault(name, url)


if "PYTEST_XDIST_WORKER" not in os.environ:
    _start()
else:
    _worker = os.environ["PYTEST_XDIST_WORKER"]
    os.environ["VAR_DIRECTORY"] = str(Path(os.environ["P2P_TEST_SCRATCH"]) / f"var-{_worker}")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep pytest's own folders in ours: in the shared one, another run's start would close the way to a database."""
    if not config.option.basetemp and "PYTEST_XDIST_WORKER" not in os.environ:
        config.option.basetemp = str(Path(os.environ["P2P_TEST_SCRATCH"]) / "tmp")


def pytest_unconfigure() -> None:
    """Stop what was started and remove its directory."""
    _end()
