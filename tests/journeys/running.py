"""The product as its own processes, as ``make run`` starts it, for the journeys of a whole run of the suite."""

from __future__ import annotations

import fcntl
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from p2psandbox.platform.environment import ROOT
from tests.runtime.product import free_port, newcomers_environment, still_running, wait_until

START_SECONDS = 300.0
STOP_SECONDS = 30.0
_READY = re.compile(r"runs at (http://\S+)")


@dataclass(frozen=True)
class Product:
    """A running product."""

    address: str

    def url(self, path: str) -> str:
        return self.address.rstrip("/") + path


def shared(scratch: Path) -> Product:
    """Return the product of this run of the suite; the first process that asks starts it, :func:`stop_shared` ends it.

    A product costs as much as a hundred tests, and three at once would leave the journeys nothing to run on.
    """
    home = scratch / "journeys"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        address = home / "address"
        if not address.exists():
            process = _launch(home)
            (home / "pid").write_text(str(process.pid))
            address.write_text(_address_of(process, home))
        return Product(address.read_text())


def load_cities(scratch: Path) -> None:
    """Fill in the world's cities in the product that :func:`shared` has started; once, they are there afterwards."""
    operate(scratch, "load_cities")


def operate(scratch: Path, *command: str) -> None:
    """Run a ``manage.py`` command on the product that :func:`shared` has started, as its operator would."""
    environment = newcomers_environment(scratch / "journeys" / "var", {"PROFILE": "local"})
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


def stop_shared(scratch: Path) -> None:
    """End the product that :func:`shared` has started, if it has."""
    try:
        process = psutil.Process(int((scratch / "journeys" / "pid").read_text()))
    except (FileNotFoundError, psutil.NoSuchProcess):
        return
    with suppress(psutil.NoSuchProcess):
        process.terminate()
    wait_until(lambda: not still_running([process]), seconds=STOP_SECONDS, what="the end of the journeys' product")


@contextmanager
def started(home: Path, **more: str) -> Iterator[Product]:
    """Start a product of one's own with its demo data under ``home``, with further variables of the environment."""
    home.mkdir()
    process = _launch(home, **more)
    try:
        yield Product(_address_of(process, home))
    finally:
        process.terminate()
        process.wait(timeout=STOP_SECONDS)


def _launch(home: Path, **more: str) -> subprocess.Popen[bytes]:
    settings = {
        "WEB_PORT": str(free_port()),
        "PROFILE": "local",
        "LOG_LEVEL": "INFO",
        "TRUSTED_PROXY_COUNT": "1",
        **more,
    }
    with (home / "product.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "p2psandbox.platform.embedded", "run"],
            cwd=ROOT,
            env=newcomers_environment(home / "var", settings),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _address_of(process: subprocess.Popen[bytes], home: Path) -> str:
    log = home / "product.log"

    def look() -> str | None:
        assert process.poll() is None, "The product did not start:\n" + log.read_text(errors="replace")
        found = _READY.search(log.read_text(errors="replace"))
        return found[1] if found else None

    return str(wait_until(look, seconds=START_SECONDS, what="the start of the product"))
