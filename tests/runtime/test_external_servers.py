"""Real servers instead of the embedded ones, by three URLs and not one changed line of code.

Debian's PostgreSQL and Redis, and the document server as a process of its own that asks for a password, all
started here by hand on loopback.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pymongo
import pytest
import redis

from p2psandbox.platform.embedded import documents
from tests.runtime.product import READY, Product, free_port, manage, newcomers_environment, wait_until

pytestmark = pytest.mark.runtime

PASSWORD = "a-pass-word"


def program(name: str, package: str, *places: str) -> str:
    """Where ``name`` is installed; fails with the command that installs it."""
    search = os.pathsep.join([os.environ.get("PATH", ""), *places])
    found = shutil.which(name, path=search)
    assert found, f"{name} is not installed. To install: sudo apt install {package}"
    return found


def unprivileged() -> dict[str, object]:
    """PostgreSQL refuses to run as root: who it runs as then, for ``subprocess``."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "pgserver", "nobody") if name in known)
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that the PostgreSQL user may pass through."""
    place = tmp_path_factory.mktemp("servers")
    for folder in [place, *place.parents]:
        if os.geteuid() == 0 and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    return place


@pytest.fixture(scope="module")
def urls(place: Path) -> Iterator[dict[str, str]]:
    """The three variables, with a server behind each."""
    with ExitStack() as stack:
        yield {
            "DATABASE_URL": _start_postgresql(place / "postgresql", stack),
            "DOCUMENTS_URL": _start_document_server(place / "documents", stack),
            "REDIS_URL": _start_redis(place / "redis", stack),
        }


def _run(stack: ExitStack, command: list[str], stop: int = signal.SIGTERM, **options: object) -> None:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, **options)  # type: ignore[call-overload] # passed through
    stack.callback(process.wait)
    stack.callback(process.send_signal, stop)


def _start_postgresql(data: Path, stack: ExitStack) -> str:
    places = sorted(str(path) for path in Path("/usr/lib/postgresql").glob("*/bin"))
    initdb = program("initdb", "postgresql", *places[-1:])
    server = program("postgres", "postgresql", *places[-1:])
    secret = data.with_name("password")
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    data.mkdir(mode=0o700)
    who = unprivileged()
    if who:
        shutil.chown(data, str(who["user"]))
    options = ["--auth=scram-sha-256", "--username=p2psandbox", f"--pwfile={secret}", "--no-sync", "--encoding=UTF8"]
    done = subprocess.run([initdb, "-D", str(data), *options], cwd=data, capture_output=True, check=False, **who)  # type: ignore[call-overload] # passed through
    assert done.returncode == 0, done.stderr.decode()
    port = free_port()
    quick = ["-c", "fsync=off", "-c", f"unix_socket_directories={data}"]
    _run(stack, [server, "-D", str(data), "-p", str(port), *quick], signal.SIGINT, cwd=data, **who)
    url = f"postgresql://p2psandbox:{PASSWORD}@127.0.0.1:{port}/p2psandbox"

    def make_database() -> bool:
        try:
            with psycopg.connect(f"{url.rsplit('/', 1)[0]}/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE p2psandbox")
        except psycopg.OperationalError:
            return False
        return True

    wait_until(make_database, what="PostgreSQL")
    return url


def _start_document_server(data: Path, stack: ExitStack) -> str:
    server = str(documents.program())

    def start(*options: str) -> int:
        port = free_port()
        command = [server, "--port", str(port), "--storage-path", str(data), "--log-file-max", "32MB", *options]
        _run(inner, command)
        return port

    def answers(port: int, **user: str) -> bool:
        try:
            with pymongo.MongoClient("127.0.0.1", port, serverSelectionTimeoutMS=200, **user) as client:
                return bool(client.p2psandbox.list_collection_names() is not None)
        except pymongo.errors.PyMongoError:
            return False

    with ExitStack() as inner:  # without a password, only to make the user
        port = start()
        wait_until(lambda: answers(port), what="the document server")
        with pymongo.MongoClient("127.0.0.1", port) as client:
            client.admin.command("createUser", "somebody", pwd=PASSWORD, roles=["root"])
    inner = stack
    port = start("--auth")
    wait_until(lambda: answers(port, username="somebody", password=PASSWORD), what="the document server")
    assert not answers(port)
    return f"mongodb://somebody:{PASSWORD}@127.0.0.1:{port}/p2psandbox?authSource=admin"


def _start_redis(data: Path, stack: ExitStack) -> str:
    data.mkdir()
    port = free_port()
    server = program("redis-server", "redis-server")
    options = ["--bind", "127.0.0.1", "--port", str(port), "--requirepass", PASSWORD, "--save", ""]
    _run(stack, [server, *options, "--dir", str(data)])
    url = f"redis://:{PASSWORD}@127.0.0.1:{port}"

    def answers() -> bool:
        try:
            with redis.Redis.from_url(url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    wait_until(answers, what="Redis")
    return url


def test_three_urls_switch_to_real_servers(urls: dict[str, str], tmp_path: Path) -> None:
    product = Product(tmp_path / "var", urls)
    try:
        product.wait_for(READY)
        assert product.get("/health")[0] == 200
        assert not (product.var / "services").exists()
        assert "no demo data was loaded" in product.text
        programs = {process.name() for process in product.tree()}
        assert not programs & {"postgres", "redis-server", "secantusd-rs"}

        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            tables = connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'accounts_user'")
            assert tables.fetchone() == (1,)
        with pymongo.MongoClient(urls["DOCUMENTS_URL"]) as client:
            assert "django_migrations" in client.get_default_database().list_collection_names()
        assert product.interrupt() == 0
    finally:
        product.end()


def test_each_url_counts_by_itself(urls: dict[str, str], tmp_path: Path) -> None:
    only_redis = newcomers_environment(tmp_path / "var", {"REDIS_URL": urls["REDIS_URL"]})
    ask = "import os; print(os.environ['REDIS_URL']); print(os.environ['DATABASE_URL'].split('@')[1])"
    done = manage("shell", "-v", "0", "-c", ask, environment=only_redis)
    assert done.returncode == 0, done.stderr
    used, catalogue = done.stdout.split()
    assert used == urls["REDIS_URL"]
    assert catalogue.startswith("/p2psandbox?host=")
    made = {path.name for path in (tmp_path / "var" / "services").iterdir() if path.is_dir()}
    assert made == {"postgres", "documents", "logs"}
