"""The product's long-running programs and how each is started, said once.

``make run`` starts them as children of its supervisor; a container starts one of them by name:
``python -m p2psandbox.platform.programs web`` (or ``worker``, or ``beat``), which becomes that program.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from p2psandbox.platform.environment import Environment, EnvironmentRefused, load

DEBUGGER_PORT = 5678
#: How long a connection may be idle, in milliseconds; the most Granian allows. Proxies keep theirs for a minute, too,
#: and one that is closed as a request is on its way means an error for somebody.
_IDLE_CONNECTION = 60_000

#: Only these hold code and templates; watching ``var`` or ``.venv`` would restart for nothing.
_WATCHED = (
    "p2psandbox",
    "organizations",
    "accounts",
    "messaging",
    "usecases",
    "forums",
    "dashboard",
    "templates",
)


def web(settings: Environment) -> list[str]:
    """Granian serving ``p2psandbox.wsgi``; one thread per process by default, as the work is Python's anyway."""
    command = [sys.executable]
    if settings.DEBUGGER:
        command += [
            "-X",
            "frozen_modules=off",
            "-m",
            "debugpy",
            "--listen",
            f"{settings.WEB_HOST}:{DEBUGGER_PORT}",
        ]
    command += ["-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    command += ["--host", settings.WEB_HOST, "--port", str(settings.WEB_PORT)]
    command += ["--workers", str(1 if settings.RELOAD or settings.DEBUGGER else settings.WEB_WORKERS)]
    command += ["--blocking-threads", str(settings.WEB_THREADS), "--workers-kill-timeout", "30"]
    command += ["--http1-header-read-timeout", str(_IDLE_CONNECTION)]
    if settings.RELOAD:
        command += ["--reload", "--reload-ignore-worker-failure"]
        for path in _existing():
            command += ["--reload-paths", path]
    return [*command, "p2psandbox.wsgi:application"]


def worker(settings: Environment) -> list[str]:
    """Celery's worker, two processes by default."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "--quiet",
        "--quiet",
        "-A",
        "p2psandbox",
        "worker",
        "--loglevel",
        settings.LOG_LEVEL,
    ]
    command += ["--concurrency", str(settings.WORKER_PROCESSES), "--without-gossip", "--without-mingle"]
    if settings.RELOAD:
        return [sys.executable, "-m", "watchfiles", "--filter", "python", shlex.join(command), *_existing()]
    return command


def beat(settings: Environment) -> list[str]:
    """Celery's clock; it remembers under ``var`` what ran when."""
    schedule = settings.VAR_DIRECTORY / "beat-schedule"
    command = [
        sys.executable,
        "-m",
        "celery",
        "--quiet",
        "--quiet",
        "-A",
        "p2psandbox",
        "beat",
        "--loglevel",
        settings.LOG_LEVEL,
    ]
    return [*command, "--schedule", str(schedule), "--pidfile", ""]


PROGRAMS: dict[str, Callable[[Environment], list[str]]] = {"web": web, "worker": worker, "beat": beat}


def _existing() -> list[str]:
    return [name for name in _WATCHED if Path(name).is_dir()]


def main(arguments: list[str]) -> None:
    """Become the program named in ``arguments``; an unusable environment ends in plain sentences."""
    if len(arguments) != 1 or arguments[0] not in PROGRAMS:
        sys.exit(f"Usage: python -m p2psandbox.platform.programs {'|'.join(PROGRAMS)}")
    try:
        settings = load()
    except EnvironmentRefused as refused:
        sys.exit(f"The environment is not usable:\n{refused}")
    settings.VAR_DIRECTORY.mkdir(parents=True, exist_ok=True)
    command = PROGRAMS[arguments[0]](settings)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter and arguments


if __name__ == "__main__":
    main(sys.argv[1:])
