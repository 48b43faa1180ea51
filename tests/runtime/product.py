"""The whole product as a newcomer starts it: its own processes, its own ``var``, seen from outside."""

from __future__ import annotations

import http.client
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C stops everything."
START_SECONDS = 180.0
_OF_THE_SUITE = re.compile(
    r"^(PYTEST_.*|P2P_TEST_.*|PROFILE|VAR_DIRECTORY|LOG_LEVEL|DJANGO_.*|COV_.*|COVERAGE_.*"
    r"|DATABASE_URL|DOCUMENTS_URL|REDIS_URL|SITE_URL|WEB_PORT)$"
)


def newcomers_environment(var: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of somebody who has set nothing, but keeps data under ``var`` and does without cities."""
    kept = {name: value for name, value in os.environ.items() if not _OF_THE_SUITE.match(name)}
    return {**kept, "VAR_DIRECTORY": str(var), "NO_COLOR": "1", "LOAD_CITIES": "false", **(extra or {})}


def free_port() -> int:
    """A port that is free now, with some free room above it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], *, seconds: float = 20.0, what: str = "the condition") -> Any:
    """Ask again and again until ``condition`` gives something true; fail when time is up."""
    deadline = time.monotonic() + seconds
    pause = selectors.DefaultSelector()
    while True:
        if result := condition():
            return result
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds:.0f} s"
        pause.select(timeout=0.02)


class Product:
    """``make run``'s supervisor as a child process."""

    def __init__(self, var: Path, extra: Mapping[str, str] | None = None) -> None:
        self.var = var
        self.environment = newcomers_environment(var, {"WEB_PORT": str(free_port()), **(extra or {})})
        self.text = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "p2psandbox.platform.embedded", "run"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_for(self, text: str, *, seconds: float = START_SECONDS) -> str:
        """Read the output until ``text`` appears; fail with everything read when it does not."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while text not in self.text:
                left = deadline - time.monotonic()
                assert left > 0, f"{text!r} was not printed within {seconds:.0f} s:\n{self.text}"
                if selector.select(timeout=left):
                    piece = os.read(self.process.stdout.fileno(), 65536)
                    assert piece, f"ended before it printed {text!r}:\n{self.text}"
                    self.text += piece.decode(errors="replace")
        return self.text

    def wait_for_end(self, *, seconds: float = 60.0) -> int:
        """Read to the end of the output; return the exit status."""
        rest, _ = self.process.communicate(timeout=seconds)
        self.text += rest.decode(errors="replace")
        return self.process.returncode

    @property
    def port(self) -> int:
        found = re.search(r"runs at http://localhost:(\d+)/", self.text)
        assert found, self.text
        return int(found[1])

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of one page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def urls(self) -> dict[str, str]:
        """Where its services answer."""
        state = json.loads((self.var / "services" / "services.json").read_text())
        return dict(state["environment"])

    def tree(self) -> list[psutil.Process]:
        """The supervisor and everything below it, as of now."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def kill_everything(self) -> list[psutil.Process]:
        """``kill -9`` to every process of the tree, the supervisor first."""
        tree = self.tree()
        for process in tree:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.wait_for_end()
        return tree

    def interrupt(self) -> int:
        """Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.wait_for_end()

    def end(self) -> None:
        """Whatever state it is in, leave nothing running."""
        if self.process.poll() is None:
            tree = self.tree()
            self.process.terminate()
            try:
                self.wait_for_end()
            except subprocess.TimeoutExpired:
                for process in tree:
                    if process.is_running():
                        process.kill()
                self.process.communicate()


def still_running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended (one that is only waiting to be buried has)."""
    alive = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process)
        except psutil.NoSuchProcess:
            continue
    return alive


def manage(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` as a person would."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
