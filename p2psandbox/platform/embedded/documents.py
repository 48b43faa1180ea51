"""SecantusDB's ``secantusd-rs``: MongoDB's wire protocol on WiredTiger, as a process of its own.

An acknowledged write must survive ``kill -9``. By default this server answers before its log has left the
process (dozens of the last writes are lost then), hence ``--sync-on-commit``. Its log file is read to the
end at a restart after a crash: with the default of 2 GB that takes 5 to 13 s, with 32 MB a fifth of a second.
"""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path
from typing import Any

from p2psandbox.platform.embedded.processes import Child, ServiceError, spawn, uninterrupted

NAME = "documents"
DATABASE = "p2psandbox"
USER = "p2psandbox"
START_SECONDS = 120.0

_LISTENING = re.compile(rb"listening on 127\.0\.0\.1:(\d+)")


class Documents:
    """One server, bound to loopback, with one user whose password is ``password``."""

    def __init__(self, directory: Path, *, durable: bool, log: Path, password: str) -> None:
        self.directory = directory
        self.durable = durable
        self.log = log
        self.password = password
        self.port = 0
        self._log_read = 0
        self.child: Child | None = None

    def url(self) -> str:
        """The server says it is a replica set of one; ``directConnection`` spares looking for the others."""
        return (
            f"mongodb://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}?authSource=admin&directConnection=true"
        )

    def start(self) -> Child:
        """Start the server; the very first time without a password, to make the user."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._spawn(first=not self._has_user.exists())

    def wait_until_ready(self) -> None:
        assert self.child is not None
        self._wait_for_port(self.child)
        if not self._has_user.exists():
            self._make_user()
            self.child.ask_to_stop()
            self.child.wait_or_kill(10)
            self._wait_for_port(self._spawn(first=False))
            self._has_user.touch()
        if not answers(self.url()):
            raise ServiceError(f"{NAME} refuses the password in {self.directory.parent}/secrets.json")

    @property
    def _has_user(self) -> Path:
        return self.directory / "has-user"

    def _spawn(self, *, first: bool) -> Child:
        self._log_read = self.log.stat().st_size if self.log.exists() else 0
        command: list[str | Path] = [program(), "--host", "127.0.0.1", "--port", "0"]
        command += ["--storage-path", self.directory, "--cache-size", "512M", "--log-file-max", "32MB"]
        command += ["--log-level", "INFO", "--oplog-max-entries", "10000"]
        command += [] if first else ["--auth"]
        command += ["--sync-on-commit"] if self.durable else ["--oplog-async", "--oplog-nonlogged"]
        with uninterrupted():
            self.child = spawn(NAME, command, directory=self.directory, log=self.log, private=True)
        return self.child

    def _wait_for_port(self, child: Child) -> None:
        child.wait_until(self._has_said_its_port, seconds=START_SECONDS)

    def _has_said_its_port(self) -> bool:
        with self.log.open("rb") as log:
            if log.seek(0, 2) < self._log_read:  # it was too long and starts afresh
                self._log_read = 0
            log.seek(self._log_read)
            said = _LISTENING.search(log.read())
        self.port = int(said[1]) if said else 0
        return said is not None

    def _make_user(self) -> None:
        from pymongo import MongoClient
        from pymongo.errors import OperationFailure

        client: MongoClient[dict[str, Any]] = MongoClient("127.0.0.1", self.port, directConnection=True)
        with client:
            try:
                client.admin.command("createUser", USER, pwd=self.password, roles=["root"])
            except OperationFailure:  # made before, then interrupted
                client.admin.command("updateUser", USER, pwd=self.password)


def answers(url: str) -> bool:
    """Whether a server at ``url`` takes a connection, the password and a question right now."""
    from pymongo import MongoClient
    from pymongo.errors import PyMongoError

    client: MongoClient[dict[str, Any]] = MongoClient(url, serverSelectionTimeoutMS=3000)
    try:
        with client:
            client.get_default_database().command("listCollections", nameOnly=True)
    except PyMongoError:
        return False
    return True


def program() -> Path:
    """Where the server is installed; raises :class:`ServiceError` when it is not.

    The wheel keeps it beside its packages. The script of that name in ``bin`` is passed over where possible:
    it does not start under a path with spaces.
    """
    for folder in (sysconfig.get_path("platlib"), sysconfig.get_path("purelib")):
        found = Path(folder) / "secantusdb.scripts" / "secantusd-rs"
        if found.exists():
            return found
    found = Path(sysconfig.get_path("scripts")) / "secantusd-rs"
    if found.exists():
        return found
    raise ServiceError(
        "the embedded document server is not installed: run `make run`, or `pip install -r "
        "requirements-dev.lock`, or set DOCUMENTS_URL to a MongoDB of yours"
    )
