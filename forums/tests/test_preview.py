"""Looking at a text before it is posted: the same HTML, nothing stored, the form as it was."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from forums import rendering
from forums.actions import writing
from forums.models import Post
from forums.tests.factories import CategoryFactory, answer, ask
from p2psandbox.platform.files.tests.factories import pdf

BODY = {"body": "<p>Check the <strong>relay</strong><script>alert(1)</script></p>", "body_format": "html"}


def test_a_preview_is_what_would_be_shown(client: Client, lina: User) -> None:
    client.force_login(lina)
    shown = client.post("/forums/preview/", BODY)
    assert shown.status_code == 200
    assert "<p>Check the <strong>relay</strong></p>" in shown.content.decode()
    assert "<html" not in shown.content.decode()
    assert Post.objects.count() == 0


def test_a_preview_says_what_is_wrong(client: Client, lina: User) -> None:
    client.force_login(lina)
    refused = client.post("/forums/preview/", {"body": "!!!", "body_format": "plain"})
    assert refused.status_code == 400
    assert "symbols" in refused.content.decode()


def test_previews_are_for_members_and_not_without_end(
    client: Client, lina: User, nico: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "/accounts/login/" in client.post("/forums/preview/", BODY)["Location"]
    client.force_login(nico)
    assert client.post("/forums/preview/", BODY).status_code == 302
    client.force_login(lina)
    assert client.get("/forums/preview/").status_code == 405
    cache.clear()
    monkeypatch.setattr(writing, "PREVIEWS", 2)
    assert [client.post("/forums/preview/", BODY).status_code for _number in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("form", ["reply", "edit", "new", "edit topic"])
def test_every_form_comes_back_with_the_preview_above_it_and_keeps_all(client: Client, ada: User, form: str) -> None:
    topic = ask(ada)
    address = {
        "reply": f"/forums/topics/{topic.pk}/reply/",
        "edit": f"/forums/posts/{answer(ada, topic).pk}/edit/",
        "new": "/forums/topics/new/",
        "edit topic": f"/forums/topics/{topic.pk}/edit/",
    }[form]
    client.force_login(ada)
    before = Post.objects.count()
    sent: dict[str, Any] = {
        **BODY, "title": "Which relay is it?", "category": str(CategoryFactory().pk), "tags": "plc", "preview": "1",
        "attachments_form": "1", "attachments": [SimpleUploadedFile("manual.pdf", pdf(), "application/pdf")],
    }  # fmt: skip

    page = client.post(address, sent).content.decode()

    assert 'class="preview"' in page
    assert "<p>Check the <strong>relay</strong></p>" in page
    assert "manual.pdf" in page
    assert "checked" in page
    assert Post.objects.count() == before
    assert not Post.objects.filter(edited_at__isnull=False).exists()

    refused = client.post(address, sent | {"body": "!!!", "attachments": []})
    assert refused.status_code == 400
    assert 'class="preview"' not in refused.content.decode()


def test_pictures_open_in_full_but_not_within_links() -> None:
    one, two = uuid4(), uuid4()
    first = f'<img src="/files/{one}/large/" alt="a &gt; b" loading="lazy" width="3" height="2">'
    second = f'<img src="/files/{two}/" alt="" loading="lazy">'
    text = f'<p>{first}</p><p><a href="https://a.example" rel="x">see {second}</a> and <a href="/b">b</a>{second}</p>'

    assert rendering.shown(text) == (
        f'<p><a class="picture" href="/files/{one}/">{first}</a></p>'
        f'<p><a href="https://a.example" rel="x">see {second}</a> and <a href="/b">b</a>'
        f'<a class="picture" href="/files/{two}/">{second}</a></p>'
    )
    assert rendering.shown("<p>plain</p>") == "<p>plain</p>"
