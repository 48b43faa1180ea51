"""The stage of a measurement: seeded stores that are kept for the next time, and servers as production has them."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from benchmarks.rows import Row
from benchmarks.targets import HOST
from p2psandbox.platform.embedded import Services
from p2psandbox.platform.embedded.environment import ROOT, var_directory
from p2psandbox.platform.embedded.processes import Child, ServiceError, spawn
from p2psandbox.platform.embedded.sockets import port_is_free

#: Changes to these make another data set, so that a kept one is thrown away.
_SEEDS = ("dashboard/seeding/*.py", "*/migrations/*.py", "p2psandbox/platform/migrations/*.py")
#: What settings want to see where no store is asked.
_NOWHERE = {
    "DATABASE_URL": "postgresql://127.0.0.1:9/none",
    "DOCUMENTS_URL": "mongodb://127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9",
}
#: For the test suite: small, and in local mode, which serves static files uncompressed as they lie.
TEST_SCALE = "tiny"
#: The same each time, or sessions of earlier runs could not be read.
_SECRET = "benchmarks-only-" * 4
_FIRST_PORT = 18_700
_START_SECONDS = 60.0


class Stage:
    """Everything that must stand before the load begins, for one scale; a context manager."""

    def __init__(self, scale: str, rows: Sequence[Row], *, servers: bool = True) -> None:
        self.scale = scale
        self.rows = rows
        self.home = var_directory() / "bench" / scale
        self.targets_directory = self.home / "targets"
        self.servers: dict[str, Server] = {}
        self.targets: dict[str, Any] = {}
        self.environment: dict[str, str] = {}
        self._wanted = dict.fromkeys(row.server for row in rows) if servers else {}
        self._end = ExitStack()
        self._services: Services | None = None

    def __enter__(self) -> Self:
        try:
            self._seed()
            self._collect_static()
            # Measured with every write on disk before it is acknowledged, as in production.
            self._services = self._end.enter_context(Services(self.home / "services", durable=True))
            self.environment = self._environment(self._services.environment())
            self._run(
                self.environment,
                "-m",
                "benchmarks.targets",
                str(self.targets_directory),
                *(row.key for row in self.rows),
            )
            self.targets = json.loads((self.targets_directory / "targets.json").read_text())
            for name in self._wanted:
                self.servers[name] = self._end.enter_context(Server(name, self.environment, self.home))
        except BaseException:
            self._end.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.close()

    def stores_work(self) -> float:
        """Return the processor time PostgreSQL, Redis and document server have used so far, in seconds."""
        return _work(self._services.children if self._services else [])

    def hit_rate(self) -> float | None:
        """Return the share of hits in the cache of aggregates since the stage stood up; ``None`` without a look."""
        if "" not in self.servers:
            return None
        connection = http.client.HTTPConnection("127.0.0.1", self.servers[""].port, timeout=5)
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Authorization": f"Bearer {_SECRET}"}
        connection.request("GET", "/health/detailed", headers=headers)
        rate: float | None = json.loads(connection.getresponse().read())["kept_numbers"]["hit_rate"]
        return rate

    def _seed(self) -> None:
        """Migrate and seed, unless an earlier run left just that. Without durability: it could be made anew."""
        note, mark = self.home / "seeded.txt", _fingerprint(self.scale)
        if note.exists() and note.read_text() == mark:
            return
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        print(f"seeding {self.scale} under {self.home}", file=sys.stderr)
        with Services(self.home / "services", durable=False) as services:
            environment = self._environment(services.environment())
            self._run(environment, "-m", "benchmarks.seeded", self.scale)
        note.write_text(mark)

    def _collect_static(self) -> None:
        """Pages name static files by their hash, so each must be known; compressing all of them takes a minute."""
        if self.scale == TEST_SCALE:
            return
        manifest = ROOT / "staticfiles" / "staticfiles.json"
        known = set(json.loads(manifest.read_text())["paths"]) if manifest.exists() else set()
        folders = [folder for pattern in ("static", "*/static") for folder in ROOT.glob(pattern)]
        ours = {str(path.relative_to(folder)) for folder in folders for path in folder.rglob("*.*")}
        if not known or ours - known:
            print("collecting static files", file=sys.stderr)
            self._run(self._environment(_NOWHERE), "manage.py", "collectstatic", "--noinput", "-v0")

    def _environment(self, stores: dict[str, str]) -> dict[str, str]:
        """The production profile behind a proxy that ends TLS, which here is the load itself."""
        chosen = {
            "PROFILE": "local" if self.scale == TEST_SCALE else "production",
            "SECRET_KEY": _SECRET,
            "SITE_URL": f"https://{HOST}",
            "ALLOWED_HOSTS": HOST,
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "HEALTH_TOKEN": _SECRET,
            "TRUSTED_PROXY_COUNT": "1",
            "LIMIT_NEWCOMERS": "false",
            "VAR_DIRECTORY": str(self.home / "var"),
        }
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return {**kept, **chosen, **stores}

    @staticmethod
    def _run(environment: dict[str, str], *command: str) -> None:
        quiet = {**environment, "LOG_LEVEL": "WARNING"}
        subprocess.run([sys.executable, *command], cwd=ROOT, env=quiet, check=True)


class Server:
    """One Granian, started by the product's own program; ``name`` chooses the settings (empty: the product's)."""

    def __init__(self, name: str, environment: dict[str, str], home: Path) -> None:
        self.port = next(port for port in range(_FIRST_PORT, _FIRST_PORT + 500) if port_is_free(port))
        self._name = name or "product"
        self._environment = {**environment, "WEB_PORT": str(self.port)}
        if name:
            self._environment["DJANGO_SETTINGS_MODULE"] = f"benchmarks.settings_{name}"
        self._log = home / "logs" / f"{self._name}.log"
        self._child: Child | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> int:
        """Return the resident memory of the server and its workers, in bytes; shared pages count each time."""
        assert self._child is not None
        return sum(process.memory_info().rss for process in _tree(self._child))

    def work(self) -> float:
        """Return the processor time the server has used so far, in seconds of one core."""
        assert self._child is not None
        return _work([self._child])

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "p2psandbox.platform.programs", "web"]
        self._child = spawn(self._name, command, directory=ROOT, log=self._log, environment=self._environment)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._child.process.poll() is not None or time.monotonic() > deadline:
                said = self._child.last_lines()
                self._child.wait_or_kill(1)
                raise ServiceError(f"the server did not start:\n{said}")
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            self._child.ask_to_stop()
            self._child.wait_or_kill(10)

    def _answers(self) -> bool:
        path = "/bare" if self._name == "bare" else "/health"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _tree(child: Child) -> list[psutil.Process]:
    head = psutil.Process(child.process.pid)
    return [head, *head.children(recursive=True)]


def _work(children: list[Child]) -> float:
    """Processor time of these processes and of all they started, ended ones included."""
    total = 0.0
    for process in (process for child in children for process in _tree(child)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _fingerprint(scale: str) -> str:
    digest = hashlib.sha256(scale.encode())
    for pattern in _SEEDS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
