"""Threads brought along from elsewhere: taken whole or refused with a reason, and never twice."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from accounts.models import User
from forums.documents import PostRevision
from forums.imports.threads import RefusedThread, understand
from forums.models import Category, ImportedThread, Post, Topic
from forums.tests.factories import CategoryFactory
from organizations.models import Organization

THREAD: dict[str, Any] = {
    "source": "Press shop forum, thread 12",
    "licence": "ours",
    "title": "Hydraulic press drifts overnight",
    "language": "en",
    "tags": ["Hydraulics", "6ES7 314"],
    "posts": [
        {
            "author": "press_hand",
            "created_at": "2014-03-01T08:00:00",
            "body_html": (
                "<p style='x'>The ram <font>sinks</font>.</p><img src='https://old.example/ram.jpg' alt='the ram'>"
            ),
            "reply_to_index": None,
            "accepted": False,
        },
        {"author": "o_ring", "created_at": "2014-03-01T10:00:00+01:00", "body_html": "<p> </p>", "reply_to_index": 0},
        {
            "author": "valve_man",
            "created_at": None,
            "body_markdown": (
                "Look at the **check valve**:\n\n| bar | min |\n|---|---|\n| 7 | 3 |\n\n<script>alert(1)</script>"
            ),
            "reply_to_index": 1,
            "accepted": True,
        },
        {
            "author": "press_hand",
            "created_at": "2014-03-03T08:00:00Z",
            "body_html": "<p>It was.</p>",
            "reply_to_index": 2,
        },
    ],
}


@pytest.fixture
def shelf(db: None) -> Category:
    return CategoryFactory()


def run(tmp_path: Path, content: Any, *options: str) -> str:
    """Import this content and return what the command printed; strings and bytes are written as they are."""
    path = tmp_path / "threads.json"
    data = content if isinstance(content, (str, bytes)) else json.dumps(content)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    out = StringIO()
    try:
        call_command("import_threads", str(path), "--category", "machines", *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def test_a_thread_becomes_a_topic_under_its_writers_names(
    client: Client, tmp_path: Path, shelf: Category, bolt: Organization, lina: User
) -> None:
    said = run(tmp_path, [THREAD], "--organization", "bolt-co")

    assert "1 imported, 0 imported before, 0 refused; posts: 3 imported, 1 refused" in said
    assert "post 2: Fill this in." in said
    assert "post 3 has no usable date" in said
    topic = Topic.objects.get()
    assert (topic.author, topic.author_name, topic.organization) == (None, "press_hand", bolt)
    assert topic.tags == ["hydraulics", "6es7-314"]
    assert topic.best_answer is not None
    assert topic.best_answer.author_name == "valve_man"
    assert (topic.last_number, topic.reply_count) == (3, 2)
    posts = list(Post.objects.order_by("number"))
    assert [post.number for post in posts] == [1, 2, 3]
    assert [post.parent for post in posts] == [None, None, posts[1]]
    assert posts[1].reply_count == 1
    assert posts[0].created_at < posts[1].created_at < posts[2].created_at
    shelf.refresh_from_db()
    assert shelf.topic_count == 1

    client.force_login(lina)
    page = client.get(topic.get_absolute_url()).content.decode()
    for shown in ("<strong>check valve</strong>", "<td>7</td>", "taken over from another forum", ">the ram</a>"):
        assert shown in page
    for hidden in ("alert(1)", "<font", "style='x'", "<img src"):
        assert hidden not in page


def test_importing_again_changes_nothing(tmp_path: Path, shelf: Category) -> None:
    run(tmp_path, [THREAD])

    said = run(tmp_path, [THREAD, THREAD])

    assert "0 imported, 2 imported before" in said
    assert (Topic.objects.count(), Post.objects.count(), ImportedThread.objects.count()) == (1, 3, 1)


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path, shelf: Category) -> None:
    before = PostRevision._base_manager.using("documents").count()

    said = run(tmp_path, [THREAD], "--dry-run")

    assert "Would be: threads: 1 imported" in said
    assert Topic.objects.count() == 0
    assert PostRevision._base_manager.using("documents").count() == before


WHOLE = json.dumps([THREAD])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (WHOLE[:-40], "not complete JSON: line 1, column"),
        (WHOLE[: len(WHOLE) // 2], "not complete JSON"),
        (WHOLE + " extra", "Extra data"),
        (WHOLE.replace('"accepted": true', '"accepted": NaN'), "NaN is not JSON"),
        ('[{"title": ' + "[" * 100_000, "JSON"),
        ("", "JSON list of threads"),
        ("{}", "JSON list of threads"),
        ('"threads"', "JSON list of threads"),
        ("[1 2]", "Expecting ','"),
        (json.dumps([THREAD], ensure_ascii=False).replace("sinks", "sänkt").encode("latin-1"), "not UTF-8"),
        (b"\x00\x01\x02", "JSON list of threads"),
    ],
)
def test_a_broken_file_is_refused_as_a_whole(tmp_path: Path, shelf: Category, content: Any, says: str) -> None:
    said = run(tmp_path, content)

    assert says in said
    assert Topic.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": "x" * 100_000}, "Shorten this to 200 characters"),
        ({"title": None}, "Fill this in"),
        ({"title": ["a", "list"]}, "must be text"),
        ({"title": "!!!!!!"}, "symbols"),
        ({"title": "turned \u202e around"}, "direction"),
        ({"posts": None}, "at least one post"),
        ({"posts": []}, "at least one post"),
        ({"posts": {"0": {}}}, "at least one post"),
        ({"posts": ["text"]}, "must be an object"),
        ({"posts": [{"author": "a", "body_html": "<script>alert(1)</script>"}]}, "post 1: Fill this in"),
        ({"posts": [{"author": "a", "body_html": {"$ne": 1}}]}, "post 1: Fill this in"),
        ({"posts": [{"author": "a\u202eb", "body_html": "<p>fine</p>"}]}, "author:"),
        ({"posts": [{"author": "a", "body_html": "y" * 400_000}]}, "Shorten"),
    ],
)
def test_a_thread_that_cannot_be_taken_is_refused_with_its_line_and_the_others_are_taken(
    tmp_path: Path, shelf: Category, change: dict[str, Any], says: str
) -> None:
    said = run(tmp_path, json.dumps([THREAD, {**THREAD, "source": "other", **change}], indent=1))

    assert "item 2, line " in said
    assert says in said
    assert "1 of 2 threads refused" in said
    assert Topic.objects.count() == 1


def test_items_that_are_no_threads_are_named(tmp_path: Path, shelf: Category) -> None:
    said = run(tmp_path, "[\n1,\nnull,\n[]\n]")

    assert "item 1, line 2: refused" in said
    assert "item 3, line 4: refused" in said
    assert "3 of 3 threads refused" in said


def test_an_unknown_category_or_company_is_named(tmp_path: Path, shelf: Category) -> None:
    with pytest.raises(CommandError, match="Give one of: machines"):
        call_command("import_threads", "x.json", "--category", "nowhere")
    assert "There is no organization" in run(tmp_path, [THREAD], "--organization", "nobody")
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("import_threads", "/nowhere.json", "--category", "machines")


def test_a_thread_that_fails_half_way_leaves_no_trace(tmp_path: Path, shelf: Category) -> None:
    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('INSERT INTO "forums_post"'):
            raise OSError("the disk is full")
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(fail), pytest.raises(OSError, match="full"):
        run(tmp_path, [THREAD])

    assert (Topic.objects.count(), Post.objects.count(), ImportedThread.objects.count()) == (0, 0, 0)
    shelf.refresh_from_db()
    assert shelf.topic_count == 0


def test_dates_that_are_missing_or_cannot_be_are_bridged() -> None:
    posts = [
        {"author": "a", "body_html": "<p>one</p>", "created_at": given}
        for given in ("yesterday", "2014-03-01T08:00:00", "9999-12-31T23:59:59Z", None, "2014-03-01T08:01:30", 5)
    ]

    thread = understand({"title": "About dates", "posts": posts})

    times = [post.created_at.strftime("%d %H:%M:%S") for post in thread.posts]
    assert times == ["01 07:59:00", "01 08:00:00", "01 08:01:00", "01 08:01:30", "01 08:01:30", "01 08:02:30"]
    assert len(thread.notes) == 4


def test_replies_that_point_nowhere_hang_on_the_topic() -> None:
    posts = [
        {"author": "a", "body_html": "<p>some words</p>", "reply_to_index": given} for given in (7, 1, True, "0", -1, 2)
    ]

    thread = understand({"title": "About replies", "posts": posts})

    assert [post.parent for post in thread.posts] == [None, None, None, None, None, 2]


def test_half_a_surrogate_pair_does_no_harm(tmp_path: Path, shelf: Category) -> None:
    odd = {
        **THREAD,
        "posts": [{"author": "a", "body_html": "<p>half \ud83d of it</p><a href='http://x.y/\ud800'>z</a>"}],
    }

    assert "1 imported" in run(tmp_path, json.dumps([odd]))
    with pytest.raises(RefusedThread):
        understand({**odd, "title": "half \ud83d a title"})


def test_nobody_can_sign_in_as_an_imported_author_and_only_moderators_edit(
    client: Client, tmp_path: Path, shelf: Category, bolt: Organization, ada: User, mona: User
) -> None:
    people = User.objects.count()
    run(tmp_path, [THREAD], "--organization", "bolt-co")
    reply = Post.objects.get(number=2)

    assert User.objects.count() == people
    client.force_login(ada)
    assert client.get(f"/forums/posts/{reply.pk}/edit/").status_code == 403
    assert client.post(f"/forums/posts/{reply.pk}/best-answer/", {"best": "0"}).status_code == 403
    client.force_login(mona)
    assert client.get(f"/forums/posts/{reply.pk}/edit/").status_code == 200
