"""Child processes that can be found again: started, recorded, stopped, and cleaned up after a crash.

A child gets a session of its own (Ctrl-C in the terminal reaches only its parent, which then stops the
children in order), and on Linux it ends by itself when the thread that started it ends, however that
happened. What a ``kill -9`` leaves behind all the same is found by its :class:`Record`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import psutil

STOP_REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOG_LIMIT = 5_000_000  # bytes; a longer log starts afresh at the next start
_PR_SET_PDEATHSIG = 1
_CLOCK_TOLERANCE = 2.0  # seconds; the kernel counts start times from a boot time that may be adjusted


class ServiceError(Exception):
    """A process did not start or ended by itself; ``str()`` says which, why, and shows its last lines."""


@dataclass(frozen=True)
class Record:
    """What is needed to recognise a process, and those it started, after their parent is gone.

    ``private`` says that nobody else runs ``executable`` in ``directory``, so that even children which
    made a session of their own (PostgreSQL's do) are known.
    """

    name: str
    pid: int
    started: float
    executable: str
    directory: str
    private: bool
    stop_signal: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Record:
        """Raise ``TypeError`` when ``data`` was written by another version."""
        return cls(**data)

    def is_alive(self) -> bool:
        """Whether the recorded process itself still runs (a reused pid does not count)."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _CLOCK_TOLERANCE
            return bool(same and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False


class Child:
    """A process started by :func:`spawn`."""

    def __init__(self, process: subprocess.Popen[bytes], record: Record, log: Path | None) -> None:
        self.process = process
        self.record = record
        self.log = log

    @property
    def name(self) -> str:
        return self.record.name

    def last_lines(self, count: int = 12) -> str:
        """The end of the log, or nothing when the output went elsewhere."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def pause(self, seconds: float) -> None:
        """Wait a moment, but raise :class:`ServiceError` as soon as the process has ended."""
        try:
            code = self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return
        raise ServiceError(f"{self.name} ended {describe_exit(code)}:\n{self.last_lines()}")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, every: float = 0.02) -> None:
        """Poll ``ready``; raise :class:`ServiceError` if the process ends or time runs out first."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise ServiceError(f"{self.name} did not answer within {seconds:.0f} s:\n{self.last_lines()}")
            self.pause(every)

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self.record.stop_signal)

    def wait_or_kill(self, seconds: float) -> None:
        """Wait for the end; after ``seconds`` end the whole session the hard way."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=seconds)
        end([self.record], grace=0)
        self.process.wait()


def describe_exit(code: int) -> str:
    """``1`` → "with exit code 1", ``-9`` → "by SIGKILL"."""
    if code >= 0:
        return f"with exit code {code}"
    try:
        return f"by {signal.Signals(-code).name}"
    except ValueError:
        return f"by signal {-code}"


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    directory: Path,
    log: Path | None = None,
    output: int | IO[bytes] | None = None,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    private: bool = False,
    stop_signal: int = signal.SIGTERM,
) -> Child:
    """Start ``command`` in ``directory`` with its output in ``log`` (or ``output``).

    On Linux the child is told to stop when the calling thread ends, so call this from a thread that lives
    as long as the child should. Raises :class:`ServiceError` when the program cannot be started.
    """
    target: int | IO[bytes] | None = output
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        fresh = not log.exists() or log.stat().st_size > LOG_LIMIT
        target = log.open("wb" if fresh else "ab")
    identity: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=directory,
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_in_the_child(stop_signal),  # noqa: PLW1509 - one system call, no lock taken
            **identity,
        )
    except OSError as error:
        raise ServiceError(f"{name} cannot be started: {error}") from error
    finally:
        if log is not None and target is not None and not isinstance(target, int):
            target.close()
    return Child(process, _record(name, process, directory, private, stop_signal), log)


def _record(name: str, process: subprocess.Popen[bytes], directory: Path, private: bool, stop_signal: int) -> Record:
    try:
        seen = psutil.Process(process.pid)
        started, executable = seen.create_time(), seen.exe()
    except psutil.Error:  # it has ended already; whoever waits for it will say so
        started, executable = time.time(), ""
    return Record(name, process.pid, started, executable, str(directory.resolve()), private, int(stop_signal))


def _in_the_child(stop_signal: int) -> Callable[[], None]:
    """What the child does first: take signals again, and on Linux end with the thread that made it."""
    linux = sys.platform.startswith("linux")
    libc = ctypes.CDLL(None, use_errno=True) if linux else None
    parent = os.getpid()

    def begin() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
            if os.getppid() != parent:  # the parent ended before it could be watched
                os._exit(1)

    return begin


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back requests to stop, so that no child is started without being noted down.

    Their handlers are exchanged rather than the signals masked: a mask holds for one thread, and the kernel
    gives a signal to any other one (a database client's, say) that takes it.
    """
    if threading.current_thread() is not threading.main_thread():  # where no handler ever runs
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, frame: came.append(number)) for number in STOP_REQUESTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def boot_id() -> str:
    """Changes with every boot, when process numbers start over."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return str(int(psutil.boot_time()))


def leftovers(records: Iterable[Record]) -> list[tuple[psutil.Process, Record]]:
    """Processes that belong to ``records``, the recorded one before those it started."""
    known = [record for record in records if record.executable]
    running = psutil.process_iter() if known else ()
    found = [(process, record) for process in running for record in known if _belongs(process, record)]
    return sorted(found, key=lambda pair: (pair[0].pid != pair[1].pid, pair[0].pid))


def _belongs(process: psutil.Process, record: Record) -> bool:
    try:
        if process.create_time() < record.started - _CLOCK_TOLERANCE:
            return False
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if not record.private and os.getsid(process.pid) != record.pid:
            return False
        if process.cwd() != record.directory:
            return False
        return not record.private or process.exe() == record.executable
    except (psutil.Error, OSError):
        return False


def end(records: Iterable[Record], *, grace: float = 10.0) -> list[str]:
    """End what is left of ``records`` and return the names of those that were still there.

    The recorded processes are asked first and get ``grace`` seconds, their children go with them; whoever
    stays is killed.
    """
    records = list(records)
    pairs = leftovers(records)
    if not pairs:
        return []
    if grace > 0:
        for process, record in pairs:
            if process.pid == record.pid:
                _signal(process, record.stop_signal)
        heads = [process for process, record in pairs if process.pid == record.pid]
        psutil.wait_procs(heads, timeout=grace)
        rest = [process for process, _ in leftovers(records)]
        for process in rest:
            _signal(process, signal.SIGTERM)
        psutil.wait_procs(rest, timeout=min(grace, 2.0))
    rest = [process for process, _ in leftovers(records)]
    for process in rest:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(rest, timeout=5.0)
    return sorted({record.name for _, record in pairs})


def _signal(process: psutil.Process, number: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)
