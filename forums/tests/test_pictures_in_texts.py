"""Pictures in the text of a post: they belong to it like its files, and are the writer's own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from forums import rules
from forums.models import Post, Topic
from forums.tests.factories import answer, in_text, uploaded
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.tests.factories import picture


def test_a_picture_in_the_text_belongs_to_the_post_and_is_not_listed_again(
    as_: Any, client: Client, sees: Any, topic: Topic, lina: User, kamal: User
) -> None:
    photo, manual = uploaded(lina, "relay.jpg", picture()), uploaded(lina)

    made = as_(lina).post(
        f"/api/v1/forums/topics/{topic.pk}/posts", {"body": in_text(photo), "attachments": [str(manual.pk)]}
    )

    assert made.status_code == 201, made.data
    assert [(one["name"], one["in_text"]) for one in made.json()["attachments"]] == [
        ("relay.jpg", True), ("manual.pdf", False),
    ]  # fmt: skip
    assert sees(kamal, photo)
    page = client.get(topic.get_absolute_url()).content.decode()
    assert f'<img src="/files/{photo.pk}/large/" alt="the relay" loading="lazy"' in page
    assert page.count('class="attachment"') == 1


def test_a_picture_taken_out_of_the_text_goes_and_the_other_files_stay(as_: Any, topic: Topic, lina: User) -> None:
    photo, manual = uploaded(lina, "relay.jpg", picture()), uploaded(lina)
    post = answer(lina, topic, in_text(photo), attachments=[manual.pk])
    api = as_(lina)

    kept = api.patch(f"/api/v1/forums/posts/{post.pk}", {"attachments": []})
    assert [one["name"] for one in kept.json()["attachments"]] == ["relay.jpg"], "the text shows it"
    gone = api.patch(f"/api/v1/forums/posts/{post.pk}", {"body": "<p>Never mind the relay.</p>"})

    assert gone.json()["attachments"] == []
    photo.refresh_from_db()
    assert photo.status == FileStatus.DELETED


@pytest.mark.parametrize("whose", ["somebody else's", "no picture", "of another post", "nobody's"])
def test_a_foreign_picture_is_refused_by_its_words_and_the_text_is_kept(
    client: Client, topic: Topic, lina: User, kamal: User, whose: str
) -> None:
    file = uploaded(
        kamal if whose == "somebody else's" else lina, *(() if whose == "no picture" else ("a.jpg", picture()))
    )
    if whose == "of another post":
        answer(lina, topic, in_text(file))
    if whose == "nobody's":
        StoredFile.objects.filter(pk=file.pk).delete()
    client.force_login(lina)
    before = Post.objects.count()

    sent = {"body": f"<p>My words.</p>{in_text(file, 'a <burnt> relay')}", "body_format": "html"}
    answered = client.post(f"/forums/topics/{topic.pk}/reply/", sent)

    page = answered.content.decode()
    assert answered.status_code == 400
    assert "Take the picture “a &lt;burnt&gt; relay” out" in page
    assert "My words." in page
    assert Post.objects.count() == before


def test_too_many_pictures_are_refused(as_: Any, topic: Topic, lina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_PICTURES", 1)
    body = "".join(in_text(uploaded(lina, "a.jpg", picture())) for _number in range(2))

    made = as_(lina).post(f"/api/v1/forums/topics/{topic.pk}/posts", {"body": body})

    assert made.status_code == 400
    assert "at most 1" in made.json()["errors"][0]["detail"]
