"""Pages of private messages: the list, a conversation, what is sent from a form, files, reports and warnings."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import UserFactory
from messaging import rules
from messaging.actions import blocking
from messaging.actions.reports import settle_report
from messaging.links_in_text import linked
from messaging.models import Message, MessageReport, MessageReportState, Notification
from messaging.queries.conversations import PER_PAGE
from messaging.tests.factories import reported_message, side_of, wrote
from messaging.views import conversations as conversation_pages
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound
from p2psandbox.platform.files.tests.factories import StoredFileFactory

pytestmark = pytest.mark.django_db


def read(client: Client, person: User, path: str) -> str:
    client.force_login(person)
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>&", "&lt;b&gt;&amp;"),
        ("see https://a.example/x?y=1&z=2.", 'see <a href="https://a.example/x?y=1&amp;z=2" rel="nofollow noopener" dir="ltr">https://a.example/x?y=1&amp;z=2</a>.'),
        ("(https://a.example/b_(c))", '(<a href="https://a.example/b_(c)" rel="nofollow noopener" dir="ltr">https://a.example/b_(c)</a>)'),
        ("javascript:alert(1) data:text/html,x", "javascript:alert(1) data:text/html,x"),
        ('https://a.example/"onmouseover="x', '<a href="https://a.example/" rel="nofollow noopener" dir="ltr">https://a.example/</a>&quot;onmouseover=&quot;x'),
        ("https://", "https://"),
    ],
)  # fmt: skip
def test_addresses_become_links_and_nothing_else_becomes_anything(text: str, html: str) -> None:
    assert linked(text) == html


def test_a_conversation_shows_texts_as_text_and_reading_it_reads_it(client: Client, ada: User, lina: User) -> None:
    wrote(ada, lina, "<script>alert(1)</script>\nhttps://a.example/")
    cache.clear()
    assert 'data-messages="1"' in read(client, lina, "/messages/")
    page = read(client, lina, f"/messages/{ada.pk}/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n<a href=" in page
    assert "<script>alert" not in page
    assert side_of(lina, ada).unread_count == 0
    cache.clear()
    assert 'data-messages="0"' in read(client, lina, "/messages/")


def test_looking_ahead_reads_nothing(client: Client, ada: User, lina: User) -> None:
    wrote(ada, lina)
    client.force_login(lina)
    client.get(f"/messages/{ada.pk}/", headers={"Sec-Purpose": "prefetch"})
    client.head(f"/messages/{ada.pk}/")
    assert side_of(lina, ada).unread_count == 1


def test_a_form_sends_once_and_comes_back_with_what_was_not_taken(client: Client, ada: User, lina: User) -> None:
    client.force_login(ada)
    address = f"/messages/{lina.pk}/"
    for _time in range(2):
        sent = client.post(address, {"body": "Line one\r\nline two", "key": "k"})
        assert sent["Location"] == f"{address}#newest"
    assert Message.objects.get().body == "Line one\nline two"

    refused = client.post(address, {"body": "x" * 10_001, "key": "k2"})
    assert refused.status_code == 400
    assert "x" * 10_001 in refused.content.decode()
    blocking.block(actor=ada.actor, person_id=lina.pk)
    assert client.post(address, {"body": "Hello", "key": "k3"}).status_code == 409
    assert "Unblock" in client.get(address).content.decode()
    assert client.post(f"/messages/{ada.pk}/", {"body": "Hello"}).status_code == 404
    assert Message.objects.count() == 1


def test_to_somebody_who_is_gone_nothing_can_be_written(client: Client, ada: User, lina: User) -> None:
    wrote(lina, ada, "Before")
    User.objects.filter(pk=lina.pk).update(is_active=False)
    page = read(client, ada, f"/messages/{lina.pk}/")
    assert "Before" in page
    assert "no longer active" in page
    assert client.post(f"/messages/{lina.pk}/", {"body": "Hello"}).status_code == 400
    assert "Write a message" not in read(client, ada, f"/people/{lina.pk}/").partition("<main")[2]


def test_a_persons_page_leads_to_a_message(client: Client, ada: User, lina: User) -> None:
    assert f'href="/messages/{lina.pk}/#newest"' in read(client, ada, f"/people/{lina.pk}/")
    assert f'href="/messages/{ada.pk}/' not in read(client, ada, f"/people/{ada.pk}/")
    found = read(client, ada, "/messages/new/?q=lina")
    assert f'href="/messages/{lina.pk}/#newest"' in found
    assert f'href="/messages/{ada.pk}/' not in read(client, ada, "/messages/new/?q=ada")


def test_earlier_messages_come_by_link_and_by_htmx(client: Client, ada: User, lina: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "SENT_PER_MINUTE", 100)
    for number in range(35):
        wrote(ada, lina, f"text-{number:02}")
    page = read(client, lina, f"/messages/{ada.pk}/")
    assert "text-05" in page
    assert "text-04" not in page
    cursor = page.partition("?cursor=")[2].partition('"')[0]
    whole = read(client, lina, f"/messages/{ada.pk}/?cursor={cursor}")
    part = client.get(f"/messages/{ada.pk}/?cursor={cursor}&day=2020-01-01", headers={"HX-Request": "true"})
    for shown in (whole, part.content.decode()):
        assert "text-04" in shown
        assert "text-05" not in shown.partition('class="bubbles"')[2] if shown is whole else "text-05" not in shown
    assert "<html" not in part.content.decode()
    found = Message.objects.get(body="text-02")
    assert "text-02" in read(client, lina, f"/messages/{ada.pk}/?around={found.pk}")


def test_pages_ask_the_catalogue_six_times_at_most(client: Client, ada: User, lina: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "SENT_PER_MINUTE", 100)
    for number in range(12):
        wrote(UserFactory(organization=lina.organization), ada)
        wrote(lina, ada, f"text {number}", attachments=[StoredFileFactory(owner=lina).pk] if number < 3 else [])
    client.force_login(ada)
    api = APIClient()
    api.force_login(ada)
    for path in ("/messages/", f"/messages/{lina.pk}/", "/messages/search/?q=text"):
        client.get(path)  # reads it, and fills what is kept
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= 6, [query["sql"][:120] for query in asked]
    for path in ("messages", f"messages/{lina.pk}", "messages/unread-count"):
        with CaptureQueriesContext(connection) as asked:
            assert api.get(f"/api/v1/{path}").status_code == 200
        assert len(asked) <= 6, [query["sql"][:120] for query in asked]


def test_files_are_for_the_two_people_and_after_a_report_for_moderators(
    client: Client, ada: User, lina: User, ben: User, mona: User
) -> None:
    file = StoredFileFactory(owner=ada)
    message = wrote(ada, lina, "", attachments=[file.pk])

    def sees(person: User) -> bool:
        client.force_login(person)
        return bool(client.get(f"/files/{file.pk}/").status_code == 302)

    assert [sees(one) for one in (ada, lina, ben, mona)] == [True, True, False, False]
    with pytest.raises(Invalid):
        wrote(ada, lina, "again", attachments=[file.pk])
    with pytest.raises(Invalid):
        wrote(ada, lina, "not mine", attachments=[StoredFileFactory(owner=ben).pk])
    reported_message(lina, message)
    assert [sees(one) for one in (ada, lina, ben, mona)] == [True, True, False, True]


def test_a_withheld_file_is_the_senders_alone(client: Client, ada: User, lina: User) -> None:
    blocking.block(actor=lina.actor, person_id=ada.pk)
    file = StoredFileFactory(owner=ada)
    wrote(ada, lina, "", attachments=[file.pk])
    for person, status in ((ada, 302), (lina, 404)):
        client.force_login(person)
        assert client.get(f"/files/{file.pk}/").status_code == status


def test_moderators_see_a_reported_message_with_a_few_before_it_and_nothing_else(
    client: Client, ada: User, lina: User, mona: User
) -> None:
    for number in range(8):
        wrote(ada, lina, f"text-{number}")
    message = wrote(ada, lina, "Pay me")
    wrote(ada, lina, "text-after")
    client.force_login(lina)
    answer = client.post(f"/messages/one/{message.pk}/report/", {"reason": "fraud", "note": "Please look."})
    assert answer.status_code == 302
    report = MessageReport.objects.get()

    page = read(client, mona, f"/admin/messaging/messagereport/{report.pk}/change/")
    assert "Pay me" in page
    assert [f"text-{number}" in page for number in range(8)] == [False] * 3 + [True] * 5
    assert "text-after" not in page
    assert "Pay me" not in read(client, mona, "/admin/messaging/messagereport/")
    client.force_login(ada)
    assert client.get(f"/admin/messaging/messagereport/{report.pk}/change/").status_code == 302


def test_a_decision_reaches_who_reported_and_who_is_warned(client: Client, ada: User, lina: User, mona: User) -> None:
    message = wrote(ada, lina, "Pay me")
    report = reported_message(lina, message)
    client.force_login(mona)
    decide = f"/admin/messaging/messagereport/{report.pk}/decide/"
    assert client.post(decide, {"outcome": "warned", "reply": ""}).status_code == 400
    assert client.post(decide, {"outcome": "warned", "reply": "Never ask for money."}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.settled_by) == (MessageReportState.WARNED, mona)
    with pytest.raises(Conflict):
        settle_report(actor=mona.actor, report_id=report.pk, outcome="dismissed")
    told = Notification.objects.filter(kind="moderation")
    assert {row.recipient for row in told} == {ada, lina}
    for person in (ada, lina):
        page = read(client, person, told.get(recipient=person).url)
        assert ("Never ask for money." in page) == (person == ada)
    with pytest.raises(Forbidden):
        settle_report(actor=ada.actor, report_id=report.pk, outcome="dismissed")


def test_suspending_signs_the_sender_out(ada: User, lina: User, ben: User, mona: User) -> None:
    report = reported_message(lina, wrote(ben, lina, "Pay me"))
    settle_report(actor=mona.actor, report_id=report.pk, outcome="suspended", reply="Fraud.")
    ben.refresh_from_db()
    assert ben.suspended_at is not None


def test_nobody_reports_their_own_message_or_somebody_elses(ada: User, lina: User, ben: User) -> None:
    message = wrote(ada, lina)
    with pytest.raises(Forbidden):
        reported_message(ada, message)
    with pytest.raises(NotFound):
        reported_message(ben, message)
    with pytest.raises(Invalid):
        reported_message(lina, message, reason="other")
    first = reported_message(lina, message)
    assert reported_message(lina, message, reason="spam") == first
    assert MessageReport.objects.get().reason == "spam"


def test_read_marks_and_blocks_have_a_page(client: Client, ada: User, lina: User) -> None:
    client.force_login(ada)
    client.post(f"/messages/{lina.pk}/block/", {"blocked": "1"})
    page = read(client, ada, "/settings/messages/")
    assert "Lina Haddad" in page
    assert "checked" in page
    client.post("/settings/messages/", {})
    assert "checked" not in read(client, ada, "/settings/messages/").partition("<main")[2]
    client.post(f"/messages/{lina.pk}/block/", {"blocked": "0", "next": "settings"})
    assert "Lina Haddad" not in read(client, ada, "/settings/messages/").partition("<main")[2]


def test_what_is_deleted_leaves_ones_own_pages(client: Client, ada: User, lina: User) -> None:
    message = wrote(ada, lina, "Gone soon")
    client.force_login(lina)
    sent = client.post(f"/messages/one/{message.pk}/delete/", {"person": str(ada.pk)})
    assert sent["Location"] == f"/messages/{ada.pk}/#newest"
    assert "Gone soon" not in read(client, lina, f"/messages/{ada.pk}/").partition("<main")[2]
    wrote(ada, lina, "Again")
    client.post(f"/messages/{ada.pk}/delete/")
    assert "No messages yet" in read(client, lina, "/messages/")
    assert "Gone soon" in read(client, ada, f"/messages/{lina.pk}/")


def test_an_open_conversation_asks_for_what_came_since_and_reads_it(client: Client, ada: User, lina: User) -> None:
    first = wrote(ada, lina, "First")
    assert f"?after={first.pk}&amp;day=" in read(client, lina, f"/messages/{ada.pk}/")
    second = wrote(ada, lina, "Second <b>")
    path, day = f"/messages/{ada.pk}/", timezone.localdate().isoformat()
    part = client.get(f"{path}?after={first.pk}&day={day}", headers={"HX-Request": "true"}).content.decode()
    assert "Second &lt;b&gt;" in part
    assert "First" not in part
    assert "bubbles__day" not in part
    assert f"?after={second.pk}&amp;day=" in part
    assert side_of(lina, ada).unread_count == 0
    other_day = client.get(f"{path}?after={first.pk}&day=2020-01-01", headers={"HX-Request": "true"})
    assert "bubbles__day" in other_day.content.decode()
    assert client.get(f"{path}?after={second.pk}&day={day}", headers={"HX-Request": "true"}).status_code == 200


def test_more_than_a_page_since_draws_the_page_anew(client: Client, ada: User, lina: User) -> None:
    first = wrote(ada, lina, "First")
    for number in range(PER_PAGE + 1):
        cache.clear()  # nobody may write so fast
        wrote(ada, lina, f"Number {number}")
    client.force_login(lina)
    answer = client.get(f"/messages/{ada.pk}/?after={first.pk}", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert side_of(lina, ada).unread_count == PER_PAGE + 2


def test_an_open_list_is_drawn_anew_alone(client: Client, ada: User, lina: User) -> None:
    client.force_login(lina)
    assert client.get("/messages/?empty=1", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    wrote(ada, lina, "Hello")
    part = client.get(f"/messages/?open={ada.pk}", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<ul")
    assert 'aria-current="true"' in part
    assert client.get("/messages/?open=x", headers={"HX-Request": "true"}).status_code == 200


def test_beside_an_open_conversation_stand_the_newest_and_the_way_to_older_ones(
    client: Client, ada: User, lina: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr(conversation_pages, "_BESIDE", 2)
    for name in ("Oldest", "Middle"):
        wrote(UserFactory(organization=lina.organization, first_name=name), ada)
    wrote(lina, ada, "Newest")
    page = read(client, ada, f"/messages/{lina.pk}/")
    assert "Middle" in page
    assert "Oldest" not in page
    older = page.partition('rel="next" href="')[2].partition('"')[0]
    assert "Oldest" in read(client, ada, older)
    part = client.get(f"/messages/?open={lina.pk}", headers={"HX-Request": "true"}).content.decode()
    assert part.count("<li") == 2
    assert "Oldest" in read(client, ada, "/messages/")
