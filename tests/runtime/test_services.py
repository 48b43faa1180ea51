"""The embedded services by themselves: durable, private, at home under any path, alone in their directory."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from p2psandbox.platform.embedded import AlreadyRunningError, Services, running
from p2psandbox.platform.embedded.environment import needs_services
from p2psandbox.platform.embedded.processes import uninterrupted
from p2psandbox.platform.embedded.services import read_records
from tests.runtime import stores
from tests.runtime.product import ROOT, still_running, wait_until

pytestmark = pytest.mark.runtime

HOLDER = """
import sys
from p2psandbox.platform.embedded import Services
services = Services(sys.argv[1]).start()
print("started", flush=True)
sys.stdin.readline()
services.stop()
"""


def hold(directory: Path) -> subprocess.Popen[str]:
    """Start durable services in a process of their own; it stops them when a line is written to it."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(directory)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "started\n"
    return holder


def test_no_acknowledged_write_is_lost_by_kill_9(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    urls = running(tmp_path)
    assert urls is not None
    count, writers = stores.write_until_cut_off(urls)
    assert count.enough.wait(timeout=30)
    victims = psutil.Process(holder.pid).children(recursive=True)
    for process in [psutil.Process(holder.pid), *victims]:
        if process.is_running():
            process.kill()
    for writer in writers:
        writer.join(timeout=10)
    holder.communicate()
    assert running(tmp_path) is None

    with Services(tmp_path) as services:
        assert stores.missing(services.environment(), count) == {
            "catalogue": set(),
            "library": set(),
            "queue": set(),
        }


def test_services_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    children = psutil.Process(holder.pid).children(recursive=True)
    assert len(children) >= 3
    holder.kill()
    holder.communicate()
    wait_until(lambda: not still_running(children), what="the end of all services")


def test_a_second_start_in_the_same_directory_names_the_first(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    try:
        with pytest.raises(AlreadyRunningError) as refused:
            Services(tmp_path).start()
        assert refused.value.pid == holder.pid
        assert running(tmp_path) is not None
    finally:
        holder.communicate("stop\n")
    assert running(tmp_path) is None


def test_a_long_path_with_spaces_is_no_obstacle(tmp_path: Path) -> None:
    directory = tmp_path / "a folder with spaces" / ("long" * 30)
    with Services(directory, durable=False) as services:
        assert running(directory) == services.environment()
        assert len(services.environment()) == 3
    assert running(directory) is None


def test_a_request_to_stop_waits_until_a_child_is_noted_down_whichever_thread_the_kernel_gives_it_to() -> None:
    noted: list[bytes] = []
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    told, tells = socket.socketpair()
    tells.setblocking(False)
    before = signal.set_wakeup_fd(tells.fileno())
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background has none

    def start_a_child() -> None:
        with uninterrupted():
            signal.pthread_kill(other.ident or 0, signal.SIGINT)
            noted.append(told.recv(1))

    try:
        with pytest.raises(KeyboardInterrupt):
            start_a_child()
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.set_wakeup_fd(before)
        done.set()
        other.join()
        told.close()
        tells.close()
    assert noted == [bytes([signal.SIGINT])]


def test_only_what_is_missing_is_started(tmp_path: Path) -> None:
    with Services(tmp_path, durable=False, only=["REDIS_URL"]) as services:
        assert list(services.environment()) == ["REDIS_URL"]
        assert [record.name for record in read_records(tmp_path / "services.json")] == ["redis"]
    assert not (tmp_path / "postgres").exists()


def test_passwords_are_for_the_owner_only(tmp_path: Path) -> None:
    with Services(tmp_path, durable=False, only=["REDIS_URL"]) as services:
        password = services.environment()["REDIS_URL"].split(":")[2].split("@")[0]
        for name in ("services.json", "secrets.json", "redis/redis.conf"):
            path = tmp_path / name
            assert path.stat().st_mode & 0o077 == 0
            assert path.stat().st_uid == os.geteuid()
        assert password not in " ".join(services.children[0].process.args)


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ([], False),
        (["help"], False),
        (["migrate", "--help"], False),
        (["check_environment"], False),
        (["makemessages", "-l", "ar"], False),
        (["migrate", "--database", "documents"], True),
        (["shell", "-c", "pass"], True),
    ],
)
def test_commands_without_a_store_start_nothing(arguments: list[str], needed: bool) -> None:
    assert needs_services(arguments) is needed
