"""What ``make run`` promises: it says where it is, stands beside others, survives ``kill -9``, ends clean."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from p2psandbox.platform.embedded import running
from tests.runtime import stores
from tests.runtime.product import (
    READY,
    ROOT,
    Product,
    free_port,
    manage,
    newcomers_environment,
    still_running,
    wait_until,
)

pytestmark = pytest.mark.runtime


class Home:
    """One ``var`` and the product that runs on it; started again only when a test has ended it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.product: Product | None = None

    def running(self) -> Product:
        if self.product is None or self.product.process.poll() is not None:
            self.product = Product(self.var)
            self.product.wait_for(READY)
        return self.product


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("a place with spaces") / "var")
    yield home
    if home.product is not None:
        home.product.end()


@pytest.fixture
def product(home: Home) -> Product:
    """The running product."""
    return home.running()


def test_a_taken_port_is_said_and_the_next_free_one_answers(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        home.product = Product(home.var, {"WEB_PORT": str(taken)})
        said = home.product.wait_for(READY)
    assert f"port {taken} is taken by another program; using {home.product.port}" in said
    assert home.product.port > taken
    assert home.product.get("/health")[0] == 200


def test_it_answers_before_it_says_so_and_names_mail_and_address(product: Product) -> None:
    status, body = product.get("/health")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    assert f"http://localhost:{product.port}/dev/mail/" in product.text
    for port, status in ((product.port, 0), (free_port(), 1)):
        check = subprocess.run(
            [sys.executable, "deploy/healthy.py"], cwd=ROOT, env={"WEB_PORT": str(port)}, check=False
        )
        assert check.returncode == status
    assert {"web", "worker", "beat"} <= {record["name"] for record in _state(product)["processes"]}


def test_a_second_run_says_where_the_first_one_is(product: Product) -> None:
    second = Product(product.var)
    assert second.wait_for_end() == 1
    assert f"already runs here: http://localhost:{product.port}/ (process {product.process.pid})" in second.text
    assert product.get("/health")[0] == 200


def test_manage_py_beside_it_uses_the_running_services(product: Product) -> None:
    before = product.urls()
    ask = "import os; print({name: os.environ[name] for name in ('DATABASE_URL', 'DOCUMENTS_URL', 'REDIS_URL')})"
    done = manage("shell", "-v", "0", "-c", ask, environment=newcomers_environment(product.var))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str({name: before[name] for name in sorted(before)})
    assert product.urls() == before


def test_nothing_acknowledged_is_lost_when_the_whole_tree_is_killed(home: Home) -> None:
    killed = home.running()
    count, writers = stores.write_until_cut_off(killed.urls())
    assert count.enough.wait(timeout=30)
    tree = killed.kill_everything()
    for writer in writers:
        writer.join(timeout=10)

    product = home.running()
    assert product.get("/health")[0] == 200
    nothing: set[int] = set()
    lost = stores.missing(product.urls(), count)
    assert lost == {"catalogue": nothing, "library": nothing, "queue": nothing}
    assert not still_running(tree)


def test_a_supervisor_that_is_killed_alone_leaves_nothing_in_the_way(home: Home) -> None:
    killed = home.running()
    tree = killed.tree()
    killed.process.kill()
    killed.wait_for_end()

    assert home.running().get("/health")[0] == 200
    assert not still_running(tree)


def test_a_program_that_dies_is_named_and_the_rest_stops(product: Product) -> None:
    tree = product.tree()
    worker = next(record for record in _state(product)["processes"] if record["name"] == "worker")
    psutil.Process(worker["pid"]).kill()
    assert product.wait_for_end() == 1
    assert "worker ended by SIGKILL; stopping the rest. Its last lines:" in product.text
    assert not still_running(tree)


def test_ctrl_c_stops_everything_it_started_and_nothing_else(product: Product) -> None:
    tree = product.tree()
    assert len(tree) > 8
    assert product.interrupt() == 0
    assert not still_running(tree)
    assert "everything has stopped" in product.text
    assert not (product.var / "run.json").exists()
    assert running(product.var / "services") is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_of_the_start_leaves_nothing(home: Home, number: signal.Signals) -> None:
    starting = Product(home.var)
    wait_until(lambda: (home.var / "run.json").exists(), what="the services of a starting product")
    tree = starting.tree()
    starting.process.send_signal(number)
    assert starting.wait_for_end() == 0
    assert READY not in starting.text
    assert not still_running(tree)


def test_a_malformed_variable_stops_the_start_in_one_sentence(tmp_path: Path) -> None:
    product = Product(tmp_path / "var", {"REDIS_URL": "http://localhost"})
    assert product.wait_for_end() == 1
    sentences = [line for line in product.text.splitlines() if "REDIS_URL" in line]
    assert len(sentences) == 1
    assert re.search(r"must start with redis://", sentences[0])
    assert "Traceback" not in product.text


def _state(product: Product) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((product.var / "run.json").read_text())
    return found
