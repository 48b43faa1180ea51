"""Two stores, one truth: killed between them, and with the document server away."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import Client
from pymongo import MongoClient

from accounts.models import User
from forums import queries
from forums.documents import PostRevision
from forums.models import Post, Topic
from forums.tests.factories import answer, ask
from p2psandbox.platform.documents import sweep
from p2psandbox.platform.embedded.documents import program

pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True, databases=["default", "documents"])]


@pytest.fixture(autouse=True)
def _empty_library(transactional_db: None) -> None:
    """Other tests leave orphans behind: begin without any."""
    PostRevision._base_manager.using("documents").all().delete()


def revisions() -> int:
    return PostRevision._base_manager.using("documents").count()


def killed(person: User, topic: Topic, act: str, moment: str, post: Post | None = None) -> None:
    """Let a process do it and be killed at that moment."""
    order = {
        "catalogue": connections["default"].settings_dict["NAME"],
        "library": connections["documents"].settings_dict["NAME"],
        "person": str(person.pk),
        "category": str(topic.category_id),
        "topic": str(topic.pk),
        "post": str(post.pk) if post else "",
        "act": act,
        "moment": moment,
    }
    child = subprocess.run(
        [sys.executable, "-m", "forums.tests.dying"],
        input=json.dumps(order),
        text=True,
        capture_output=True,
        timeout=120,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr


def shown(client: Client, person: User, topic: Topic) -> str:
    client.force_login(person)
    return client.get(topic.get_absolute_url()).content.decode()


def test_a_question_killed_before_the_commit_was_never_asked(client: Client, ada: User) -> None:
    topic = ask(ada)

    killed(ada, topic, "ask", "before")

    assert Topic.objects.count() == Post.objects.count() == 1
    assert revisions() == 2
    client.force_login(ada)
    assert "never answered" not in client.get("/forums/").content.decode()
    call_command("sweep_revisions", older_than=timedelta(0))
    assert revisions() == 1
    assert "It trips every morning" in shown(client, ada, topic)


def test_a_reply_killed_before_the_commit_leaves_no_gap_in_the_numbers(client: Client, ada: User) -> None:
    topic = ask(ada)

    killed(ada, topic, "reply", "before")

    assert "mid-sentence" not in shown(client, ada, topic)
    assert revisions() == 2
    assert answer(ada, topic).number == 2
    assert sweep(older_than=timedelta(0))["PostRevision"] == 1
    assert "thermal relay" in shown(client, ada, topic)


def test_a_reply_killed_after_the_commit_is_there(client: Client, ada: User) -> None:
    topic = ask(ada)

    killed(ada, topic, "reply", "after")

    assert "mid-sentence" in shown(client, ada, topic)
    assert sweep(older_than=timedelta(0))["PostRevision"] == 0
    topic.refresh_from_db()
    assert (topic.last_number, topic.reply_count) == (2, 1)


def test_an_edit_killed_before_the_commit_changed_nothing_and_is_in_no_history(client: Client, ada: User) -> None:
    topic = ask(ada)
    reply = answer(ada, topic)

    killed(ada, topic, "edit", "before", reply)

    page = shown(client, ada, topic)
    assert "mid-sentence" not in page
    assert "thermal relay" in page
    assert len(PostRevision.history(subject_id=reply.pk, revision_id=reply.revision_id)) == 1
    assert sweep(older_than=timedelta(0))["PostRevision"] == 1


def test_an_edit_killed_after_the_commit_is_kept_with_its_history(client: Client, ada: User) -> None:
    topic = ask(ada)
    reply = answer(ada, topic)

    killed(ada, topic, "edit", "after", reply)

    reply.refresh_from_db()
    history = PostRevision.history(subject_id=reply.pk, revision_id=reply.revision_id)
    assert [revision.text for revision in history] == ["Killed in mid-sentence", "Check the thermal relay first."]
    assert sweep(older_than=timedelta(0))["PostRevision"] == 0


def test_a_young_orphan_is_left_alone_for_it_may_be_about_to_be_pointed_at(ada: User) -> None:
    topic = ask(ada)
    PostRevision.insert(subject_id=topic.pk, author_id=ada.pk, html="<p>x</p>", text="x")

    assert sweep()["PostRevision"] == 0
    assert sweep(older_than=timedelta(0), dry_run=True)["PostRevision"] == 1
    assert revisions() == 2


class OwnServer:
    """A document server of this test's own, that comes back at the same address with what it held."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/own?directConnection=true"

    def start(self) -> None:
        command = [str(program()), "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--storage-path", str(self.directory), "--sync-on-commit"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with MongoClient(self.url, serverSelectionTimeoutMS=60_000) as client:
            client.admin.command("ping")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[OwnServer]:
    """Point the library to a server that this test may stop."""
    server = OwnServer(tmp_path / "documents")
    server.directory.mkdir()
    server.start()
    library: Any = connections["documents"]
    former = dict(library.settings_dict)
    library.close_pool()
    library.settings_dict["HOST"] = server.url
    library.settings_dict["OPTIONS"] = {
        **former["OPTIONS"], "serverSelectionTimeoutMS": 500, "connectTimeoutMS": 500
    }  # fmt: skip
    yield server
    library.close_pool()
    library.settings_dict.update(former)
    server.stop()


def test_with_the_document_server_away_lists_answer_and_topics_say_so(
    client: Client, ada: User, lina: User, own_server: OwnServer
) -> None:
    topic = ask(ada)
    client.force_login(lina)
    own_server.stop()

    listed = client.get("/forums/?search=compressor")
    page = client.get(topic.get_absolute_url())
    as_json = client.get(f"/api/v1/forums/topics/{topic.pk}")
    asked = client.post(
        "/forums/topics/new/",
        {"category": topic.category_id, "title": "Asked while it rests", "body": "Please keep this.", "key": "k"},
    )

    assert listed.status_code == 200
    assert topic.title in listed.content.decode()
    assert (page.status_code, as_json.status_code, asked.status_code) == (503, 503, 503)
    assert int(page["Retry-After"]) > 0
    assert "Nothing is lost" in page.content.decode()
    assert as_json.json()["errors"][0]["code"] == "unavailable"
    assert "Please keep this." in asked.content.decode()
    assert Topic.objects.count() == 1

    own_server.start()
    assert "It trips every morning" in client.get(topic.get_absolute_url()).content.decode()
    assert answer(lina, topic).number == 2


def test_with_the_document_server_away_what_was_just_read_can_still_be_read(
    client: Client, ada: User, lina: User, own_server: OwnServer
) -> None:
    topic = ask(ada)
    client.force_login(lina)
    client.get(topic.get_absolute_url())
    own_server.stop()

    page = client.get(topic.get_absolute_url())
    replied = client.post(f"/forums/topics/{topic.pk}/reply/", {"body": "Written in vain?", "key": "k"})

    assert page.status_code == 200
    assert "It trips every morning" in page.content.decode()
    assert replied.status_code == 503
    assert "Written in vain?" in replied.content.decode()
    assert Post.objects.count() == 1
    assert queries.topic_page(lina.actor, topic.pk).last_number == 1
    cache.clear()
    own_server.start()
    assert client.get(topic.get_absolute_url()).status_code == 200
