"""Nothing stays in the temporary directory: not after a stop, and after a kill only until somebody starts again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from p2psandbox.platform.embedded import Services
from p2psandbox.platform.embedded.sockets import home, short_directory, sweep
from tests.runtime.product import ROOT, newcomers_environment, still_running, wait_until
from tests.runtime.test_services import hold
from tests.services import make_scratch, sweep_scratches

pytestmark = pytest.mark.runtime

SCRATCH_HOLDER = """
import sys
from pathlib import Path
from tests.services import make_scratch
scratch, lock = make_scratch(Path(sys.argv[1]))
print(scratch, flush=True)
sys.stdin.readline()
"""
SUITE = """
import os, signal
def test_something():
    if os.environ.get("KILL_IT"):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def socket_directories() -> set[Path]:
    return {path for base in {home(), Path("/tmp")} for path in base.glob("p2psandbox-*")}


def at_home(purpose: Path) -> Path:
    """The socket directory of ``purpose``; it exists as long as this is asked."""
    return short_directory(purpose, owner=os.geteuid())


def of(data: Path) -> list[Path]:
    """The socket directories that say they belong to something under ``data``."""
    return [path for path in socket_directories() if _is_of(path, data)]


def _is_of(directory: Path, data: Path) -> bool:
    try:
        return Path((directory / "purpose").read_text()).is_relative_to(data)
    except OSError:
        return False


def test_a_stop_leaves_no_directory_of_sockets(tmp_path: Path) -> None:
    with Services(tmp_path, durable=False, only=["DATABASE_URL"]):
        [sockets] = of(tmp_path)
    assert not sockets.exists()


def test_a_killed_owners_sockets_go_once_its_data_is_gone(tmp_path: Path) -> None:
    data = tmp_path / "services"
    holder = hold(data)
    children = psutil.Process(holder.pid).children(recursive=True)
    [sockets] = of(data)
    for process in [psutil.Process(holder.pid), *children]:
        if process.is_running():
            process.kill()
    holder.communicate()
    wait_until(lambda: not still_running(children), what="the end of all services")
    owner = sockets.stat().st_uid

    assert sockets not in sweep(sockets.parent, owner=owner)
    data.rename(tmp_path / "elsewhere")
    with Services(tmp_path / "another", durable=False, only=["DATABASE_URL"]):
        assert not sockets.exists()


def test_a_directory_of_sockets_stays_while_its_server_answers(tmp_path: Path) -> None:
    directory = at_home(tmp_path / "gone" / "postgres")
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(directory / ".s.PGSQL.5432"))
            server.listen()
            assert directory not in sweep(directory.parent, owner=os.geteuid())
            assert directory.exists()
        assert directory in sweep(directory.parent, owner=os.geteuid())
        assert not directory.exists()
    finally:
        for path in [*directory.glob("*"), *directory.glob(".s*")]:
            path.unlink()
        if directory.exists():
            directory.rmdir()


def test_what_bears_no_note_or_another_name_is_not_touched(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone" / "postgres")
    without_note = tmp_path / "p2psandbox-0123456789ab"
    without_note.mkdir()
    of_another_name = tmp_path / "p2psandbox-notes"
    of_another_name.mkdir()
    (of_another_name / "purpose").write_text(gone)
    relative = tmp_path / "p2psandbox-0123456789ac"
    relative.mkdir()
    (relative / "purpose").write_text("no/such/place")
    (tmp_path / "p2psandbox-0123456789ad").symlink_to(of_another_name)
    assert sweep(tmp_path, owner=os.geteuid()) == []
    assert len(list(tmp_path.iterdir())) == 4


def test_a_runs_directory_goes_only_after_its_run(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", SCRATCH_HOLDER, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTEST_XDIST_WORKER": "gw0"},  # importing the plugin starts nothing
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    scratch = Path(holder.stdout.readline().strip())
    assert scratch.is_dir()
    assert sweep_scratches(tmp_path) == []
    holder.kill()
    holder.communicate()
    assert sweep_scratches(tmp_path) == [scratch]
    assert not scratch.exists()


def test_a_run_that_begins_this_moment_keeps_its_directory(tmp_path: Path) -> None:
    (tmp_path / "p2p-test-just-made").mkdir()
    scratch, lock = make_scratch(tmp_path)
    with lock:
        assert sweep_scratches(tmp_path) == []
    assert sweep_scratches(tmp_path) == [scratch]


@pytest.mark.parametrize(
    ("options", "killed", "status", "left"),
    [([], False, 0, 0), (["--no-such-option"], False, 4, 0), ([], True, -signal.SIGKILL, 1)],
    ids=["that passes", "refused by its options", "that is killed"],
)
def test_a_run_leaves_nothing_or_is_tidied_up_by_the_next(
    tmp_path: Path, options: list[str], killed: bool, status: int, left: int
) -> None:
    suite, temporary = tmp_path / "test_suite.py", tmp_path / "temporary"
    suite.write_text(SUITE)
    temporary.mkdir()

    def run(*options: str, **extra: str) -> int:
        command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
        command += ["-c", str(ROOT / "pyproject.toml"), *options, str(suite)]
        environment = newcomers_environment(tmp_path / "var", {"TMPDIR": str(temporary), **extra})
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode

    assert run(*options, **({"KILL_IT": "yes"} if killed else {})) == status
    assert len(list(temporary.glob("p2p-test-*"))) == left
    if killed:
        assert run() == 0
        assert list(temporary.glob("p2p-test-*")) == []
    assert of(temporary) == []
