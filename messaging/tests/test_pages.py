"""The list of notifications, as a page and in JSON, and the way from one to what it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import UserFactory
from messaging import queries
from messaging.kinds import Kind
from messaging.models import Notification
from messaging.notify import notify
from messaging.tests.factories import NotificationFactory, NotificationPreferenceFactory, tell
from p2psandbox.platform.errors import NotFound, NotSignedIn, NotVerified
from p2psandbox.platform.permissions import VISITOR

pytestmark = pytest.mark.django_db
API = "/api/v1/notifications"


def many(person: User, number: int) -> list[Notification]:
    """Notifications of the last minutes, newest first; some of the same moment."""
    now = timezone.now()
    rows = [
        NotificationFactory(recipient=person, first_event_at=now - timedelta(minutes=n // 3)) for n in range(number)
    ]
    return sorted(rows, key=lambda row: (row.last_event_at, row.pk), reverse=True)


def test_people_read_their_own_newest_first(ada: User, ben: User, lina: User) -> None:
    tell(ada, ben, by=lina, thread="topic:1")
    tell(ada, by=lina, thread="topic:2", kind=Kind.MENTION)
    tell(ada, by=ben, thread="topic:1")
    NotificationPreferenceFactory(person=ada, kind=Kind.MESSAGE, in_app=False)
    tell(ada, by=ben, kind=Kind.MESSAGE)

    found = queries.notifications(ada.actor).lines

    assert [line.says for line in found] == ["Ben Krause and Lina Haddad replied", "Lina Haddad mentioned you"]
    assert [line.row.count for line in found] == [2, 1]


def test_nobody_reads_what_is_not_theirs(ada: User, ben: User, nico: User) -> None:
    row = NotificationFactory(recipient=ada)
    assert queries.notifications(ben.actor).lines == []
    with pytest.raises(NotFound):
        queries.notification(ben.actor, row.pk)
    with pytest.raises(NotVerified):
        queries.notifications(nico.actor)
    with pytest.raises(NotSignedIn):
        queries.notifications(VISITOR)


@pytest.mark.parametrize(
    ("people", "says"),
    [(0, "Somebody replied"), (1, "P0 X replied"), (2, "P1 X and P0 X replied"), (5, "P4 X and 4 others replied")],
)
def test_a_sentence_says_who(ada: User, people: int, says: str) -> None:
    for number in range(people):
        tell(ada, by=UserFactory(first_name=f"P{number}", last_name="X"))
    if not people:
        tell(ada)
    [line] = queries.notifications(ada.actor).lines
    assert line.says == says


def test_pages_follow_each_other_without_doubles_or_gaps(ada: User) -> None:
    expected = many(ada, 45)
    seen: list[Notification] = []
    cursor, cursors = "", [""]
    while True:
        page = queries.notifications(ada.actor, cursor=cursor)
        seen += [line.row for line in page.lines]
        NotificationFactory(recipient=ada)  # arrives meanwhile
        if page.next is None:
            break
        cursors.append(cursor := page.next)
    assert seen == expected
    assert len(cursors) == 3

    back = queries.notifications(ada.actor, cursor=page.previous or "")
    assert [line.row for line in back.lines] == expected[20:40]
    first = queries.notifications(ada.actor, cursor=back.previous or "")
    assert [line.row for line in first.lines] == expected[:20]
    assert first.previous is not None, "what arrived meanwhile stands before it"
    assert queries.notifications(ada.actor).previous is None


def test_the_list_costs_the_same_however_long_it_is(client: Client, ada: User, lina: User) -> None:
    client.force_login(ada)
    costs = []
    for number in (1, 60):
        for one in range(number):
            tell(ada, by=UserFactory(), thread=f"topic:{number}:{one}")
        client.get("/notifications/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/notifications/").status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 4


def test_the_page_shows_what_happened(client: Client, ada: User, lina: User) -> None:
    tell(ada, by=lina, title="Is 3 < 4 & <b>bold</b>?")
    read = NotificationFactory(recipient=ada, title="Old news", read_at=timezone.now())
    client.force_login(ada)

    page = client.get("/notifications/").content.decode()
    assert "Is 3 &lt; 4 &amp; &lt;b&gt;bold&lt;/b&gt;?" in page
    assert page.count("notice--unread") == 1
    assert f'href="/notifications/{read.pk}/"' in page

    unread = client.get("/notifications/?unread=1").content.decode()
    assert "Old news" not in unread
    assert "Is 3" in unread


def test_empty_lists_say_what_to_do(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert "Nothing has happened yet" in client.get("/notifications/").content.decode()
    NotificationFactory(recipient=ada, read_at=timezone.now())
    assert "You have read everything" in client.get("/notifications/?unread=1").content.decode()


def test_a_cursor_that_is_none_is_refused(client: Client, ada: User) -> None:
    client.force_login(ada)
    for cursor in ("x", "%00", "bm90aGluZw", "é", "x" * 500):
        assert client.get(f"/notifications/?cursor={cursor}").status_code == 400


def test_opening_one_marks_it_read_and_leads_on(browser: Client, ada: User, lina: User) -> None:
    tell(ada, by=lina, url="/forums/?page=2#post")
    row = Notification.objects.get()
    browser.force_login(ada)

    for look in (lambda: browser.head(row.get_absolute_url()), lambda: ahead(browser, row)):
        assert look()["Location"] == "/forums/?page=2#post"
        row.refresh_from_db()
        assert row.read_at is None, "who only looks ahead has not read it"

    answer = browser.get(row.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (302, "/forums/?page=2#post")
    row.refresh_from_db()
    first = row.read_at
    assert first is not None
    assert row.mail_due_at is None
    browser.get(row.get_absolute_url())
    row.refresh_from_db()
    assert row.read_at == first


def ahead(browser: Client, row: Notification) -> Any:
    return browser.get(row.get_absolute_url(), headers={"Sec-Purpose": "prefetch;prerender"})


def test_nobody_opens_somebody_elses(client: Client, ada: User, ben: User) -> None:
    row = NotificationFactory(recipient=ada)
    client.force_login(ben)
    assert client.get(row.get_absolute_url()).status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_everything_is_marked_read_at_once(browser: Client, ada: User, ben: User) -> None:
    many(ada, 3)
    of_ben = NotificationFactory(recipient=ben)
    browser.force_login(ada)
    assert browser.post("/notifications/read-all/")["Location"] == "/notifications/"
    assert list(Notification.objects.filter(read_at=None)) == [of_ben]


def test_programs_read_the_list(api_client: APIClient, ada: User, lina: User) -> None:
    tell(ada, by=lina)
    api_client.force_login(ada)
    row = Notification.objects.get()
    [found] = api_client.get(API).json()["results"]
    assert found["actors"][0]["first_name"] == "Lina"
    assert found["actors"][0]["organization"]["name"] == "Khalil Plastics"
    assert {name: found[name] for name in ("id", "kind", "thread", "says", "title", "url", "count", "read_at")} == {
        "id": str(row.pk),
        "kind": "reply",
        "thread": "topic:1",
        "says": "Lina Haddad replied",
        "title": "Why does the compressor trip?",
        "url": "/forums/",
        "count": 1,
        "read_at": None,
    }


def test_programs_follow_the_pages(api_client: APIClient, ada: User) -> None:
    expected = many(ada, 7)
    api_client.force_login(ada)
    seen: list[str] = []
    address: str | None = f"{API}?page_size=3&unread=true"
    while address:
        page = api_client.get(address).json()
        seen += [one["id"] for one in page["results"]]
        address, before = page["next"], page["previous"]
    assert seen == [str(row.pk) for row in expected]
    assert [one["id"] for one in api_client.get(before).json()["results"]] == seen[3:6]


def test_programs_see_read_or_unread_only(api_client: APIClient, ada: User) -> None:
    unread, read = NotificationFactory(recipient=ada), NotificationFactory(recipient=ada, read_at=timezone.now())
    api_client.force_login(ada)

    def ids(query: str) -> set[str]:
        return {one["id"] for one in api_client.get(f"{API}?{query}").json()["results"]}

    assert ids("unread=true") == {str(unread.pk)}
    assert ids("unread=false") == {str(read.pk)}
    assert ids("") == {str(unread.pk), str(read.pk)}
    assert api_client.get(f"{API}?unread=maybe").status_code == 400


def test_programs_mark_one_read_and_all(api_client: APIClient, ada: User, ben: User) -> None:
    first, _second = many(ada, 2)
    api_client.force_login(ada)
    answer = api_client.patch(f"{API}/{first.pk}", {"read": True})
    assert (answer.status_code, answer.json()["id"]) == (200, str(first.pk))
    assert answer.json()["read_at"].endswith("Z")
    assert api_client.patch(f"{API}/{first.pk}", {"read": True}).json() == answer.json()
    assert api_client.patch(f"{API}/{first.pk}", {"read": False}).status_code == 400
    assert api_client.patch(f"{API}/{first.pk}", {}).status_code == 400

    assert api_client.post(f"{API}/read-all").status_code == 204
    assert not Notification.objects.filter(read_at=None).exists()
    api_client.force_login(ben)
    assert api_client.patch(f"{API}/{first.pk}", {"read": True}).status_code == 404


def test_a_name_in_arabic_leaves_the_sentence_in_its_order(client: Client, ada: User, lina: User) -> None:
    lina.first_name, lina.last_name = "لينا", "حداد"
    lina.save()
    notify(kind=Kind.REPLY, recipients=[ada.pk], actor_id=lina.pk, thread="topic:x", title="Why does it trip?", url="/")
    client.force_login(ada)
    assert "\u2068لينا حداد\u2069 replied" in client.get("/notifications/").content.decode()
