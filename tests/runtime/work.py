"""Background work as it is run for real: a queue, workers and clocks as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import redis
from celery import current_app
from celery.beat import PersistentScheduler
from django.db import connection

from p2psandbox.platform.embedded.redis import _program
from tests.runtime.product import ROOT, free_port, newcomers_environment, wait_until


class Queue:
    """A Redis of its own that can go away and come back at the same place."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True)

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--appendonly", "yes", "--save", ""]
        self.process = subprocess.Popen(
            [_program(), *options], cwd=self.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self.answers, what="Redis")

    def clear(self) -> None:
        """Forget what waits, and what a worker had taken and never acknowledged because it was killed."""
        with current_app.connection_for_read() as link:
            channel = link.default_channel
            channel.queue_purge("celery")
            channel.client.delete(channel.unacked_key, channel.unacked_index_key)

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None


@contextmanager
def queue_of_its_own(folder: Path) -> Iterator[Queue]:
    """A Redis of one's own, which this process hands its work to as well."""
    queue = Queue(folder)
    queue.start()
    before = current_app.conf.broker_url, current_app.conf.task_always_eager
    current_app.conf.update(broker_url=f"{queue.url}/1", task_always_eager=False)
    current_app._after_fork()  # forgets its connections
    yield queue
    current_app.conf.update(broker_url=before[0], task_always_eager=before[1])
    current_app._after_fork()
    queue.end()


class Programs:
    """Starts workers and clocks on the test's database; ends whatever still runs."""

    def __init__(self, folder: Path, queue: Queue, mail_port: int) -> None:
        self.folder = folder
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        self.urls = {
            "DATABASE_URL": url.geturl(),
            "DOCUMENTS_URL": os.environ["DOCUMENTS_URL"],
            "REDIS_URL": queue.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        }
        self.started: list[subprocess.Popen[bytes]] = []

    @property
    def var(self) -> Path:
        return self.folder / "var"

    def environment(self, var: Path | None = None, **more: str) -> dict[str, str]:
        return newcomers_environment(var or self.var, {**self.urls, "LOG_FORMAT": "json", **more})

    def worker(self, *, processes: int = 1) -> psutil.Process:
        """A worker that answers."""
        started = self._start("worker", self.environment(WORKER_PROCESSES=str(processes)))
        wait_until(lambda: current_app.control.ping(timeout=0.3), seconds=90, what="a worker that answers")
        return psutil.Process(started.pid)

    def clock(self, name: str) -> None:
        """A beat for which every job is due at once."""
        var = self.folder / name
        var.mkdir()
        scheduler = PersistentScheduler(
            app=current_app._get_current_object(), schedule_filename=str(var / "beat-schedule")
        )
        for entry in scheduler.schedule.values():
            entry.last_run_at -= timedelta(days=2)
        scheduler.close()
        self._start("beat", self.environment(var))

    def _start(self, program: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self.folder / f"{program}-{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "p2psandbox.platform.programs", program],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                kill_all(psutil.Process(process.pid))
            process.wait(timeout=20)

    def logs(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


def kill_all(worker: psutil.Process) -> None:
    """``kill -9`` to a worker and everything below it; the worker first, so that it sees nobody die."""
    for process in [worker, *worker.children(recursive=True)]:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    worker.wait(timeout=20)


def process_of(task: str) -> psutil.Process:
    """The worker's child that is at this task."""

    def find() -> int:
        answers: dict[str, list[dict[str, Any]]] = current_app.control.inspect(timeout=1.0).active() or {}
        found = [one["worker_pid"] for active in answers.values() for one in active if one["name"] == task]
        return int(found[0]) if found else 0

    return psutil.Process(wait_until(find, what=f"a process at {task}"))


def program_below(worker: psutil.Process, word: str) -> psutil.Process:
    """The program with ``word`` in its command that the worker has started, as soon as it runs."""

    def find() -> psutil.Process | None:
        for process in worker.children(recursive=True):
            try:
                if any(word in part for part in process.cmdline()):
                    return process
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
        return None

    found: psutil.Process = wait_until(find, what=f"{word} below the worker")
    return found


def waiting() -> tuple[int, int]:
    """How many messages wait in the queue, and how many were taken and are not acknowledged."""
    with current_app.connection_for_read() as link:
        channel = link.default_channel
        count = channel.queue_declare("celery", durable=True).message_count
        return int(count), int(channel.client.hlen(channel.unacked_key))


def give_back_what_was_taken() -> int:
    """What the broker does an hour after a worker was lost: put its messages back. Returns how many there were."""
    taken = waiting()[1]
    options = {**current_app.conf.broker_transport_options, "visibility_timeout": 0}
    with current_app.connection_for_read(transport_options=options) as link:
        link.default_channel.qos.restore_visible(num=100)
    return taken


def all_done() -> None:
    """Wait until nothing waits and nothing is taken."""
    wait_until(lambda: waiting() == (0, 0), seconds=60, what="an empty queue")
