"""Pytest plugin: real services for the suite, on free ports, in a directory of their own.

Loaded with ``-p tests.services`` so that it runs before Django reads its settings. The first process starts
PostgreSQL, the document server and Redis (unless the environment names servers) and xdist's workers inherit
their addresses; each worker then makes databases of its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("DATABASE_URL", "DOCUMENTS_URL", "REDIS_URL")
_running: list[Any] = []


def _start() -> None:
    os.environ["PROFILE"] = "test"
    scratch = Path(tempfile.mkdtemp(prefix="p2p-test-"))
    os.environ.setdefault("P2P_TEST_SCRATCH", str(scratch))
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
    for services in _running:
        services.stop()
        shutil.rmtree(os.environ["P2P_TEST_SCRATCH"], ignore_errors=True)
    _running.clear()
