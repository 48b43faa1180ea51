"""Mentions: the person's own name, only people who are there, told once and not from quotations."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from accounts.models import User
from forums.mentions import MOST, mentioned, settled
from forums.tests.factories import ask


def mention(person: Any, name: str = "somebody") -> str:
    """Return a mention as the editor writes it."""
    key = getattr(person, "pk", person)
    return f'<a class="mention" data-person="{key}" href="/people/{key}/">@{name}</a>'


def test_a_mention_bears_the_name_of_who_it_leads_to(as_: Any, ada: User, lina: User) -> None:
    topic = ask(ada)
    lina.first_name, lina.last_name = "Li<i>", "& O'Neill"
    lina.save()

    made = as_(ada).post(f"/api/v1/forums/topics/{topic.pk}/posts", {"body": f"<p>{mention(lina, 'Boss')}, see?</p>"})

    assert made.status_code == 201, made.data
    assert f'<a href="/people/{lina.pk}/" class="mention" data-person="{lina.pk}"' in made.json()["body"]
    assert "@Li&lt;i&gt; &amp; O'Neill</a>, see?" in made.json()["body"]


def test_who_is_not_there_is_plain_text(ada: User, nico: User, lina: User) -> None:
    lina.is_active = False
    lina.save()
    for person in (nico, lina, uuid4()):
        assert settled(f"<p>{mention(person, 'X <b>Y</b>')}!</p>") == "<p>@X <b>Y</b>!</p>"


def test_mentioned_are_people_who_are_there_but_for_the_author(ada: User, lina: User, nico: User) -> None:
    html = f"<p>{mention(ada)} {mention(lina)} {mention(lina)} {mention(nico)} {mention(uuid4())}</p>"
    assert mentioned(html, author_id=ada.pk) == {lina.pk}
    assert mentioned(html) == {ada.pk, lina.pk}
    assert mentioned("<p>@Lina and lina@example.com</p>") == set()


def test_a_quotation_mentions_nobody_again(ada: User, lina: User) -> None:
    quoted = f"<blockquote><p>x</p><blockquote><p>{mention(ada)}</p></blockquote>{mention(ada)}</blockquote>"
    assert mentioned(f"{quoted}<p>{mention(lina)}</p>") == {lina.pk}


def test_no_text_tells_a_crowd(lina: User) -> None:
    crowd = "".join(mention(uuid4()) for _number in range(MOST))
    assert mentioned(crowd + mention(lina)) == set()
    assert mentioned(mention(lina) + crowd) == {lina.pk}


def test_plain_text_stays_plain_text(client: Any, ada: User, lina: User) -> None:
    topic = ask(ada)
    client.force_login(lina)
    page = client.post(f"/forums/topics/{topic.pk}/reply/", {"body": "@Ada look"}, follow=True).content.decode()
    assert "<p>@Ada look</p>" in page
