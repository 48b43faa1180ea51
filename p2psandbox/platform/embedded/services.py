"""The three services of one directory as one thing: start, stop, where they are, whether they answer."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from p2psandbox.platform.embedded import documents, postgres, redis
from p2psandbox.platform.embedded.processes import Child, Record, boot_id, end

VARIABLES = {postgres.NAME: "DATABASE_URL", documents.NAME: "DOCUMENTS_URL", redis.NAME: "REDIS_URL"}
_ANSWERS = {
    "DATABASE_URL": postgres.answers,
    "DOCUMENTS_URL": documents.answers,
    "REDIS_URL": redis.answers,
}
STOP_SECONDS = 15.0

Service = postgres.Postgres | documents.Documents | redis.Redis


class AlreadyRunningError(Exception):
    """Another process has started the services of this directory; ``pid`` and ``command`` say which."""

    def __init__(self, directory: Path, pid: int, command: str) -> None:
        super().__init__(f"the services under {directory} already run, started by process {pid} ({command})")
        self.pid = pid
        self.command = command


class Services:
    """PostgreSQL, document server and Redis under ``directory``, each on a free port or socket of its own.

    ``durable=True`` keeps every acknowledged write through ``kill -9``; ``durable=False`` trades that for
    speed (tests). ``only`` names the variables to provide, by default all three. On Linux the services end
    when the thread that called :meth:`start` ends, so start them from the main thread.
    """

    def __init__(self, directory: Path | str, durable: bool = True, *, only: Iterable[str] | None = None) -> None:
        self.directory = Path(directory).resolve()
        self.durable = durable
        self.only = frozenset(VARIABLES.values() if only is None else only)
        self._environment: dict[str, str] = {}
        self._services: list[Service] = []
        self._lock: IO[str] | None = None
        self._owner = 0

    def start(self) -> Self:
        """Start what is asked for, side by side, and return when all of it answers.

        Raises :class:`AlreadyRunningError` when somebody has started them already, and
        :class:`~p2psandbox.platform.embedded.processes.ServiceError` when one does not start.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        self._lock = _take_lock(self.directory)
        self._owner = os.getpid()
        try:
            end(read_records(self.directory / "services.json"))
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        catalogue, library, cache = self._make()
        self._services = [service for service in (cache, library, catalogue) if service]
        try:
            if catalogue:
                catalogue.prepare()
            for service in self._services:
                service.start()
                self._write_down()
        finally:
            if catalogue:
                catalogue.abandon()
        for service in self._services:
            service.wait_until_ready()
            self._environment[VARIABLES[_name(service)]] = service.url()
        self._write_down()

    def _make(self) -> tuple[postgres.Postgres | None, documents.Documents | None, redis.Redis | None]:
        passwords = _passwords(self.directory)
        logs, durable = self.directory / "logs", self.durable
        logs.mkdir(exist_ok=True)

        def home(name: str) -> tuple[Path, Path] | None:
            return (self.directory / name, logs / f"{name}.log") if VARIABLES[name] in self.only else None

        catalogue = library = cache = None
        if place := home(postgres.NAME):
            catalogue = postgres.Postgres(place[0], durable=durable, log=place[1])
        if place := home(documents.NAME):
            library = documents.Documents(place[0], durable=durable, log=place[1], password=passwords[documents.NAME])
        if place := home(redis.NAME):
            cache = redis.Redis(place[0], durable=durable, log=place[1], password=passwords[redis.NAME])
        return catalogue, library, cache

    def stop(self) -> None:
        """Stop what :meth:`start` started; harmless when nothing runs or in a forked child."""
        if os.getpid() != self._owner:
            return
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.wait_or_kill(STOP_SECONDS)
        for service in self._services:
            if isinstance(service, postgres.Postgres):
                service.tidy()
        self._services = []
        self._environment = {}
        (self.directory / "services.json").unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def environment(self) -> dict[str, str]:
        """``DATABASE_URL``, ``DOCUMENTS_URL`` and ``REDIS_URL`` of the running services."""
        return dict(self._environment)

    @property
    def children(self) -> list[Child]:
        """The processes started, in the order in which they are best stopped."""
        return [service.child for service in self._services if service.child]

    def _write_down(self) -> None:
        write_privately(
            self.directory / "services.json",
            {
                "boot": boot_id(),
                "environment": self._environment,
                "processes": [child.record.to_json() for child in self.children],
            },
        )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def running(directory: Path | str) -> dict[str, str] | None:
    """The URLs of the services under ``directory``, or ``None`` unless every recorded one really answers."""
    urls = read_state(Path(directory).resolve() / "services.json").get("environment") or {}
    if not urls or not all(_ANSWERS[name](url) for name, url in urls.items()):
        return None
    return {str(name): str(url) for name, url in urls.items()}


def read_records(path: Path) -> list[Record]:
    """The processes written down in ``path``; none when it is missing, unreadable or from before a reboot."""
    data = read_state(path)
    if data.get("boot") != boot_id():
        return []
    try:
        return [Record.from_json(item) for item in data["processes"]]
    except (KeyError, TypeError):
        return []


def write_privately(path: Path, data: dict[str, Any]) -> None:
    """Replace ``path`` by ``data`` as JSON that only its owner may read, in one step."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(data, indent=1))
    draft.replace(path)


def read_state(path: Path) -> dict[str, Any]:
    """What :func:`write_privately` wrote to ``path``; nothing when it is missing or unreadable."""
    try:
        data = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _name(service: Service) -> str:
    assert service.child is not None
    return service.child.name


def _passwords(directory: Path) -> dict[str, str]:
    known = read_state(directory / "secrets.json")
    missing = {name: secrets.token_urlsafe(24) for name in (documents.NAME, redis.NAME) if name not in known}
    if missing:
        write_privately(directory / "secrets.json", known | missing)
    return known | missing


def _take_lock(directory: Path) -> IO[str]:
    """Hold ``services.lock`` until it is closed or this process ends; the kernel lets go of it then."""
    lock = (directory / "services.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().split(" ", 1)
        lock.close()
        pid = int(holder[0]) if holder[0].isdigit() else 0
        raise AlreadyRunningError(directory, pid, holder[-1].strip()) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()} {' '.join(sys.argv)}")
    lock.flush()
    return lock
