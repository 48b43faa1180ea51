"""``make run``: services, migrations, web, worker and beat as one program that starts and ends together.

Why not honcho: the programs must end in order (web before worker before the stores they write to), what a
``kill -9`` leaves behind must be found again, and stores may be somebody else's. That is nearly all there
is here; the rest is a page of code.

When one program ends by itself everything stops and says why. On a developer's machine a plain stop with
the last lines beats a restart loop that hides them; in production the container engine restarts.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from p2psandbox.platform.embedded import output, prepare
from p2psandbox.platform.embedded.environment import (
    ROOT,
    missing_variables,
    services_directory,
    var_directory,
)
from p2psandbox.platform.embedded.processes import (
    STOP_REQUESTS,
    Child,
    ServiceError,
    boot_id,
    describe_exit,
    end,
    spawn,
    uninterrupted,
)
from p2psandbox.platform.embedded.services import (
    AlreadyRunningError,
    Services,
    read_records,
    read_state,
    write_privately,
)
from p2psandbox.platform.embedded.sockets import port_is_free
from p2psandbox.platform.environment import Environment, EnvironmentRefused, load
from p2psandbox.platform.programs import PROGRAMS

STOP_SECONDS = {"web": 3.0, "worker": 6.0, "beat": 3.0}
FIRST_ANSWER_SECONDS = 180.0
PORTS_TRIED = 100


class Stopped(BaseException):
    """Somebody asked the supervisor to end."""


class Supervisor:
    """Runs the whole product from :meth:`run` until a signal or the end of one of its programs."""

    def __init__(self, *, reload: bool = False) -> None:
        self.var = var_directory()
        self.reload = reload
        self.address = ""
        self.services: Services | None = None
        self.programs: list[Child] = []
        self.relays: dict[str, output.Relay] = {}
        self._setup: Child | None = None
        self._lock: IO[str] | None = None

    def run(self) -> int:
        """Start everything, wait, stop everything; the exit status: 0 when asked to stop, else 1."""
        for number in STOP_REQUESTS:
            signal.signal(number, _stop)
        try:
            self._start()
            self._wait_for_an_end()
        except Stopped:
            output.plain("")
            return 0
        except (ServiceError, AlreadyRunningError, EnvironmentRefused) as error:
            output.say(str(error))
            return 1
        finally:
            self._stop_everything()

    # -- Start ------------------------------------------------------------------------------------------

    def _start(self) -> None:
        began = time.monotonic()
        load()  # a malformed variable is refused before anything starts
        self.var.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        for name in end(read_records(self._state)):
            output.say(f"ended {name}, left over from a run that was killed")
        own_stores = self._start_services()
        settings = self._settle_environment()
        self._write_down()
        self._prepare(demo=own_stores)
        self._start_program("web", settings)
        self._wait_for_first_answer(settings.WEB_PORT)
        self._start_program("worker", settings)  # not earlier: all three importing at once makes each slow
        self._start_program("beat", settings)
        self._announce(own_stores, time.monotonic() - began)

    @property
    def _state(self) -> Path:
        return self.var / "run.json"

    def _take_lock(self) -> None:
        lock = (self.var / "run.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            state = read_state(self._state)
            pid, address = state.get("pid", "?"), state.get("address") or "still starting"
            message = f"P2P Sandbox already runs here: {address} (process {pid}). To stop it: kill {pid}"
            raise ServiceError(message) from None
        self._lock = lock

    def _start_services(self) -> bool:
        """Start the stores nobody named; return whether the catalogue is one of them."""
        missing = missing_variables()
        if missing:
            self.services = Services(services_directory(), only=missing)
            self.services.start()
            os.environ.update(self.services.environment())
        return "DATABASE_URL" in missing

    def _settle_environment(self) -> Environment:
        os.environ.setdefault("PYTHONUNBUFFERED", "1")
        os.environ["VAR_DIRECTORY"] = str(self.var)
        if self.reload:
            os.environ["RELOAD"] = "true"
        wanted = load().WEB_PORT
        port = next((p for p in range(wanted, min(wanted + PORTS_TRIED, 65536)) if port_is_free(p)), None)
        if port is None:
            raise ServiceError(f"No port from {wanted} on is free; name another one with WEB_PORT.")
        if port != wanted:
            output.say(f"port {wanted} is taken by another program; using {port}")
        os.environ["WEB_PORT"] = str(port)
        self.address = f"http://localhost:{port}/"
        os.environ.setdefault("SITE_URL", self.address.rstrip("/"))
        return load()

    def _prepare(self, *, demo: bool) -> None:
        command = [
            sys.executable,
            "-m",
            "p2psandbox.platform.embedded.prepare",
            *(["--demo"] if demo else []),
        ]
        quietly = {"LOG_LEVEL": "WARNING", **os.environ}  # each post of the demo data would be a line
        with uninterrupted():
            self._setup = self._spawn("setup", command, quietly)
        code = self._setup.process.wait()
        said = self.relays["setup"].last_lines()
        self._setup = None
        if code:
            raise ServiceError(f"setup ended {describe_exit(code)}:\n{said}")

    def _start_program(self, name: str, settings: Environment) -> None:
        with uninterrupted():
            self.programs.append(self._spawn(name, PROGRAMS[name](settings)))
        self._write_down()

    def _spawn(self, name: str, command: list[str], environment: Mapping[str, str] | None = None) -> Child:
        child = spawn(name, command, directory=ROOT, output=subprocess.PIPE, environment=environment)
        assert child.process.stdout is not None
        self.relays[name] = output.Relay(name, child.process.stdout)
        return child

    def _wait_for_first_answer(self, port: int) -> None:
        deadline = time.monotonic() + FIRST_ANSWER_SECONDS
        while not _is_healthy(port):
            self._check_on_everything()
            if time.monotonic() > deadline:
                raise ServiceError(f"{self.address}health did not answer within {FIRST_ANSWER_SECONDS:.0f} s")
            time.sleep(0.05)

    def _write_down(self) -> None:
        processes = [child.record.to_json() for child in self.programs]
        state = {"boot": boot_id(), "pid": os.getpid(), "address": self.address, "processes": processes}
        write_privately(self._state, state)

    def _announce(self, own_stores: bool, seconds: float) -> None:
        accounts = self.var / prepare.ACCOUNTS
        lines = ["", f"P2P Sandbox runs at {self.address} (started in {seconds:.1f} s)", ""]
        if own_stores and accounts.exists():
            lines += [*accounts.read_text().rstrip().splitlines(), ""]
        elif not own_stores:
            lines += ["DATABASE_URL names a server of yours: no demo data was loaded. To load it:"]
            lines += [".venv/bin/python manage.py load_demo", ""]
        if not os.environ.get("EMAIL_URL"):
            lines += [f"Mail is not sent but shown at {self.address}dev/mail/"]
        lines += ["Ctrl-C stops everything.", ""]
        output.plain("\n".join(lines))

    # -- Watch ------------------------------------------------------------------------------------------

    def _wait_for_an_end(self) -> NoReturn:
        while True:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            self._check_on_everything()
            if ended is not None:  # a grandchild that was handed to us when its parent ended
                os.waitpid(ended.si_pid, 0)

    def _children(self) -> list[Child]:
        return [*self.programs, *(self.services.children if self.services else [])]

    def _check_on_everything(self) -> None:
        """Raise :class:`ServiceError` with the last words of the first program found to have ended."""
        for child in self._children():
            code = child.process.poll()
            if code is not None:
                relay = self.relays.get(child.name)
                words = relay.last_lines() if relay else child.last_lines()
                raise ServiceError(
                    f"{child.name} ended {describe_exit(code)}; stopping the rest. Its last lines:\n{words}"
                )

    # -- Stop -------------------------------------------------------------------------------------------

    def _stop_everything(self) -> None:
        """Web first, so that nothing new comes in; the stores last. A second Ctrl-C changes nothing."""
        _ignore_requests()
        if self._lock is None:
            return
        if self._setup is not None:
            self._setup.ask_to_stop()
            self._setup.wait_or_kill(5)
        names = [child.name for child in self._children()]
        if names:
            output.say(f"stopping {', '.join(names)}")
        for child in self.programs:
            child.ask_to_stop()
            child.wait_or_kill(STOP_SECONDS[child.name])
        if self.services is not None:
            self.services.stop()
        self._state.unlink(missing_ok=True)
        if names:
            output.say("everything has stopped")
        self._lock.close()


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    _ignore_requests()  # one is enough; another must not interrupt the stopping
    raise Stopped(number)


def _ignore_requests() -> None:
    for number in STOP_REQUESTS:
        signal.signal(number, signal.SIG_IGN)


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
