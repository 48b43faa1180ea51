"""Files under posts: attached with them, shown under them, seen by whoever sees the post, and gone with an edit."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from zeal import zeal_ignore

from accounts.models import User
from forums import rules
from forums.models import Post, Topic
from forums.tests.factories import CategoryFactory, answer, ask, hidden, in_text, uploaded
from forums.tests.test_budgets import at_most
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.tests.factories import pdf, picture


def test_a_reply_with_files_by_json_has_them(as_: Any, topic: Topic, lina: User, kamal: User) -> None:
    manual, photo = uploaded(lina), uploaded(lina, "relay.jpg", picture())

    made = as_(lina).post(
        f"/api/v1/forums/topics/{topic.pk}/posts",
        {"body": "<p>See the manual, page 4.</p>", "attachments": [str(photo.pk), str(manual.pk)]},
    )

    assert made.status_code == 201, made.data
    got = as_(kamal).get(f"/api/v1/forums/posts/{made.data['id']}").json()["attachments"]
    assert [one["name"] for one in got] == ["relay.jpg", "manual.pdf"]
    assert got[1] == {
        "id": str(manual.pk), "name": "manual.pdf", "content_type": "application/pdf", "size": manual.bytes,
        "width": None, "height": None, "url": f"/files/{manual.pk}/", "download_url": f"/files/{manual.pk}/download/",
        "thumbnail_url": None, "in_text": False,
    }  # fmt: skip
    assert got[0]["thumbnail_url"] == f"/files/{photo.pk}/small/"


def test_a_form_without_javascript_takes_whole_files(client: Client, topic: Topic, lina: User) -> None:
    client.force_login(lina)
    sent = {
        "body": "See the manual, page 4.",
        "attachments_form": "1",
        "attachments": [
            SimpleUploadedFile("manual.pdf", pdf(), "application/pdf"),
            SimpleUploadedFile("log.txt", b"E42 at 6:00\n"),
        ],
    }

    with zeal_ignore():  # each file is a write of its own
        page = client.post(f"/forums/topics/{topic.pk}/reply/", sent, follow=True).content.decode()

    assert 'class="attachments"' in page
    assert page.count('class="attachment"') == 2
    assert "manual.pdf" in page


def test_a_question_has_files_too(client: Client, as_: Any, ada: User) -> None:
    client.force_login(ada)
    ids = [str(uploaded(ada).pk)]
    form = {
        "category": str(CategoryFactory().pk), "title": "Why does it trip?", "body": "It trips every morning.",
        "attachments_form": "1", "attachments_ids": ids,
    }  # fmt: skip

    assert client.post("/forums/topics/new/", form).status_code == 302
    by_json = as_(ada).post(
        "/api/v1/forums/topics",
        {
            "category": form["category"],
            "title": "And at night?",
            "body": "Why?",
            "attachments": [str(uploaded(ada).pk)],
        },
    )

    assert len(by_json.json()["opening_post"]["attachments"]) == 1
    assert list(Post.objects.values_list("attachment_count", flat=True)) == [1, 1]


def test_a_file_that_is_not_taken_says_why_and_keeps_text_and_the_others(
    client: Client, topic: Topic, lina: User
) -> None:
    client.force_login(lina)
    sent = {
        "body": "See the manual, page 4.",
        "attachments_form": "1",
        "attachments": [
            SimpleUploadedFile("manual.pdf", pdf(), "application/pdf"),
            SimpleUploadedFile("setup.exe", b"MZ", ""),
        ],
    }

    answered = client.post(f"/forums/topics/{topic.pk}/reply/", sent)

    page = answered.content.decode()
    assert answered.status_code == 400
    assert "setup.exe: Choose a file of these kinds" in page
    assert "See the manual, page 4." in page
    assert f'value="{StoredFile.objects.get().pk}" checked' in page, "the other file need not be chosen again"
    assert topic.posts.count() == 1


@pytest.mark.parametrize("whose", ["somebody else's", "nobody's", "attached elsewhere"])
def test_only_ones_own_free_files_can_be_attached(as_: Any, topic: Topic, lina: User, kamal: User, whose: str) -> None:
    file: Any = {"somebody else's": lambda: uploaded(kamal).pk, "nobody's": uuid4, "attached elsewhere": lambda: None}
    file_id = file[whose]()
    if file_id is None:
        file_id = uploaded(lina).pk
        answer(lina, topic, attachments=[file_id])
    before = Post.objects.count()

    made = as_(lina).post(
        f"/api/v1/forums/topics/{topic.pk}/posts", {"body": "<p>Look at this.</p>", "attachments": [str(file_id)]}
    )

    assert made.status_code == 400
    assert made.json()["errors"][0]["attr"] == "attachments"
    assert Post.objects.count() == before


def test_a_foreign_files_name_is_not_shown_in_a_form_that_comes_back(
    client: Client, topic: Topic, lina: User, kamal: User
) -> None:
    secret = uploaded(kamal, "secret-price-list.pdf")
    client.force_login(lina)

    sent = {"body": "x", "attachments_form": "1", "attachments_ids": [str(secret.pk), "no-id"]}
    page = client.post(f"/forums/topics/{topic.pk}/reply/", sent).content.decode()

    assert "secret-price-list" not in page


def test_too_many_files_are_refused(as_: Any, topic: Topic, lina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_ATTACHMENTS", 1)
    ids = [str(uploaded(lina).pk) for _number in range(2)]

    made = as_(lina).post(f"/api/v1/forums/topics/{topic.pk}/posts", {"body": "<p>Two.</p>", "attachments": ids})

    assert made.status_code == 400
    assert made.json()["errors"][0]["detail"] == "Attach at most one file."


def test_too_much_is_refused(as_: Any, topic: Topic, lina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_ATTACHED_BYTES", 100)

    made = as_(lina).post(
        f"/api/v1/forums/topics/{topic.pk}/posts", {"body": "<p>Big.</p>", "attachments": [str(uploaded(lina).pk)]}
    )

    assert made.status_code == 400
    assert "at most 100" in made.json()["errors"][0]["detail"]


def test_an_edit_keeps_adds_and_removes_files(as_: Any, topic: Topic, lina: User) -> None:
    kept, dropped, added = uploaded(lina, "kept.pdf"), uploaded(lina, "dropped.pdf"), uploaded(lina, "added.pdf")
    post = answer(lina, topic, attachments=[kept.pk, dropped.pk])
    address = f"/api/v1/forums/posts/{post.pk}"
    api = as_(lina)

    untouched = api.patch(address, {"body": "<p>Other words, the same files.</p>"})
    assert [one["name"] for one in untouched.json()["attachments"]] == ["kept.pdf", "dropped.pdf"]

    changed = api.patch(address, {"attachments": [str(kept.pk), str(added.pk)]})
    assert [one["name"] for one in changed.json()["attachments"]] == ["kept.pdf", "added.pdf"]
    assert "Other words" in changed.json()["body"]
    dropped.refresh_from_db()
    assert dropped.status == FileStatus.DELETED

    assert api.patch(address, {"attachments": []}).json()["attachments"] == []
    post.refresh_from_db()
    assert post.attachment_count == 0


def test_an_edit_form_lists_what_there_is_and_removes_what_is_unticked(
    client: Client, topic: Topic, lina: User
) -> None:
    kept, dropped = uploaded(lina, "kept.pdf"), uploaded(lina, "dropped.pdf")
    post = answer(lina, topic, attachments=[kept.pk, dropped.pk])
    client.force_login(lina)
    form = client.get(f"/forums/posts/{post.pk}/edit/").content.decode()
    assert "kept.pdf" in form
    assert "dropped.pdf" in form

    sent = {"body": "<p>The same.</p>", "body_format": "html", "attachments_form": "1"}
    client.post(f"/forums/posts/{post.pk}/edit/", sent | {"attachments_ids": [str(kept.pk)]})
    page = client.get(topic.get_absolute_url()).content.decode()

    assert "kept.pdf" in page
    assert "dropped.pdf" not in page


def test_a_form_from_before_there_were_files_leaves_them_alone(client: Client, topic: Topic, lina: User) -> None:
    post = answer(lina, topic, attachments=[uploaded(lina).pk])
    client.force_login(lina)

    client.post(f"/forums/posts/{post.pk}/edit/", {"body": "Other words.", "body_format": "plain"})

    post.refresh_from_db()
    assert post.attachment_count == 1


def test_the_files_of_a_question_change_with_it(client: Client, ada: User) -> None:
    topic = ask(ada, attachments=[uploaded(ada, "old.pdf").pk])
    client.force_login(ada)
    opening = client.get(f"/forums/topics/{topic.pk}/edit/").content.decode()
    assert "old.pdf" in opening

    sent = {
        "category": str(topic.category_id), "title": topic.title, "body": "Other words.", "attachments_form": "1",
        "attachments": [SimpleUploadedFile("new.pdf", pdf(), "application/pdf")],
    }  # fmt: skip
    page = client.post(f"/forums/topics/{topic.pk}/edit/", sent, follow=True).content.decode()

    assert "new.pdf" in page
    assert "old.pdf" not in page


def test_files_are_seen_by_who_sees_the_post(
    sees: Any, topic: Topic, ada: User, lina: User, kamal: User, mona: User, nico: User, client: Client
) -> None:
    file = uploaded(lina)
    post = answer(lina, topic, attachments=[file.pk])
    assert sees(kamal, file)
    client.force_login(nico)
    assert client.get(f"/files/{file.pk}/").status_code == 404
    client.logout()
    assert client.get(f"/files/{file.pk}/").status_code == 302  # to the sign-in page

    hidden(mona, post)
    assert [sees(person, file) for person in (kamal, lina, mona)] == [False, True, True]

    Post.objects.filter(pk=post.pk).update(hidden_at=None, deleted_at=post.created_at)
    assert [sees(person, file) for person in (kamal, lina, mona)] == [False, False, True]

    Post.objects.filter(pk=post.pk).update(deleted_at=None)
    Topic.objects.filter(pk=topic.pk).update(deleted_at=post.created_at)
    assert [sees(person, file) for person in (kamal, lina, mona)] == [False, False, True]


def test_an_author_takes_a_file_away_by_editing_and_a_moderator_anywhere(
    as_: Any, client: Client, topic: Topic, lina: User, mona: User
) -> None:
    file = uploaded(lina, "price-list.pdf")
    answer(lina, topic, attachments=[file.pk])
    client.force_login(lina)
    assert "price-list.pdf" in client.get(topic.get_absolute_url()).content.decode()

    assert as_(lina).delete(f"/api/v1/files/{file.pk}").status_code == 409
    assert as_(mona).delete(f"/api/v1/files/{file.pk}").status_code == 204

    assert "price-list.pdf" not in client.get(topic.get_absolute_url()).content.decode(), "though it was cached"


def test_files_cost_one_question_when_a_page_is_cold_and_none_when_warm(
    client: Client, as_: Any, topic: Topic, lina: User
) -> None:
    for _number in range(3):
        answer(lina, topic, attachments=[uploaded(lina).pk, uploaded(lina, "relay.jpg", picture()).pk])
    client.force_login(lina)
    client.get("/forums/")
    client.get(topic.get_absolute_url())
    cache.clear()
    client.get("/forums/")

    with at_most(sql=8, documents=1):
        cold = client.get(topic.get_absolute_url()).content.decode()
    client.get(topic.get_absolute_url())
    with at_most(sql=2, documents=0):
        client.get(topic.get_absolute_url())
    with at_most(sql=7, documents=1):
        rows = as_(lina).get(f"/api/v1/forums/topics/{topic.pk}/posts").json()["results"]

    assert cold.count('class="attachment"') == 6
    assert "expires=" not in cold, "an address that ends must not be kept"
    assert [len(row["attachments"]) for row in rows] == [2, 2, 2]


def test_a_name_that_looks_like_a_place_of_the_page_stays_a_name(client: Client, topic: Topic, lina: User) -> None:
    file = uploaded(lina)
    StoredFile.objects.filter(pk=file.pk).update(name="<!--reader--><b>x</b>.pdf")
    answer(lina, topic, attachments=[file.pk])
    client.force_login(lina)

    page = client.get(topic.get_absolute_url()).content.decode()

    assert "&lt;!--reader--&gt;&lt;b&gt;x&lt;/b&gt;.pdf" in page


def test_a_refused_reply_attaches_nothing(as_: Any, topic: Topic, lina: User) -> None:
    file = uploaded(lina)
    Topic.objects.filter(pk=topic.pk).update(locked_at=topic.created_at)

    made = as_(lina).post(
        f"/api/v1/forums/topics/{topic.pk}/posts", {"body": "<p>Look at this.</p>", "attachments": [str(file.pk)]}
    )

    assert made.status_code == 409
    file.refresh_from_db()
    assert not file.is_attached
    assert isinstance(file.pk, UUID)


# -- Pictures in the text -------------------------------------------------------------------------------------


def test_a_picture_whose_sizes_are_not_made_yet_stands_in_itself(client: Client, topic: Topic, lina: User) -> None:
    photo = uploaded(lina, "relay.jpg", picture())
    answer(lina, topic, in_text(photo))
    client.force_login(lina)

    StoredFile.objects.filter(pk=photo.pk).update(renditions_status="pending")
    waiting = client.get(f"/files/{photo.pk}/large/")
    StoredFile.objects.filter(pk=photo.pk).update(renditions_status="none")

    assert waiting.status_code == 302
    assert client.get(waiting["Location"]).status_code == 200
    assert client.get(f"/files/{photo.pk}/large/").status_code == 404
