"""Exports in the background: asked for once, made with the rights of that moment, downloaded in parts, gone in time."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import MemberRole, User
from messaging.models import Notification
from p2psandbox.platform.errors import Conflict, Forbidden, NotFound, TooMany
from p2psandbox.platform.files import keys
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.models import new_id
from usecases.actions import contacts, exports, lifecycle
from usecases.exports import making
from usecases.models import Export, ExportState
from usecases.tests.factories import ExportFactory, asked, content_of, draft, exported, media, published, waiting

MIXED = "خفضنا الهدر في خط التعبئة with PLC 6ES7 🏭"


def titles_of(row: Export) -> list[str]:
    sheet = load_workbook(io.BytesIO(content_of(row))).worksheets[0]
    return sorted(str(line[0]) for line in sheet.iter_rows(min_row=2, values_only=True))


# -- Asking --------------------------------------------------------------------------------------------------


def test_a_list_is_asked_for_made_and_downloaded(
    client: Client, ben: User, ada: User, lina: User, django_capture_on_commit_callbacks: Any
) -> None:
    published(ben, ada, title="A press that listens")
    published(ben, ada, title="Less gas in the oven", industry="food")
    client.force_login(lina)
    page = client.get("/use-cases/exports/?industry=food&format=pdf").content.decode()
    assert '<input type="hidden" name="industry" value="food">' in page
    assert re.search(r'value="pdf" checked', page)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/use-cases/exports/ask/", {"industry": "food", "format": "xlsx", "key": "k"})
    row = Export.objects.get()
    assert response.headers["Location"] == row.get_absolute_url()
    page = client.get(row.get_absolute_url()).content.decode()
    assert "The file is ready" in page
    assert "hx-trigger" not in page
    led = client.get(f"/use-cases/exports/{row.pk}/download/")
    assert led.status_code == 302
    response = client.get(led.headers["Location"])
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "private, no-store"
    sheet = load_workbook(io.BytesIO(b"".join(response))).worksheets[0]  # type: ignore[arg-type]  # a stream of bytes
    assert [line[0] for line in sheet.iter_rows(min_row=2, values_only=True)] == ["Less gas in the oven"]


def test_who_sees_that_a_file_is_ready_has_read_the_notification(client: Client, lina: User) -> None:
    row = exported(lina)
    assert Notification.objects.get(recipient=lina).read_at is None
    client.force_login(lina)
    client.get(row.get_absolute_url(), headers={"HX-Request": "true"})
    assert Notification.objects.get(recipient=lina).read_at is not None


@pytest.mark.parametrize("state", [ExportState.FAILED, ExportState.EXPIRED])
def test_what_is_not_there_is_asked_for_again_with_the_same_filters(
    client: Client, ada: User, state: ExportState
) -> None:
    row = ExportFactory(owner=ada, format="pdf", filters={"industry": "food", "drafts": True}, state=state)
    client.force_login(ada)
    page = client.get(row.get_absolute_url()).content.decode()
    found = re.search(r'href="(/use-cases/exports/\?[^"]+)"[^>]*>\s*Ask for it again', page)
    assert found
    page = client.get(found[1].replace("&amp;", "&")).content.decode()
    assert '<input type="hidden" name="industry" value="food">' in page
    assert re.search(r'value="pdf" checked', page)
    assert re.search(r'name="drafts" value="1" checked', page)


def test_asking_twice_with_one_key_makes_one(client: Client, lina: User) -> None:
    client.force_login(lina)
    for _ in range(2):
        response = client.post(
            "/api/v1/exports", {"format": "xlsx"}, "application/json", headers={"Idempotency-Key": "one"}
        )
        assert response.status_code == 202
        assert response.headers["Location"] == f"/api/v1/exports/{response.json()['id']}"
    client.post("/use-cases/exports/ask/", {"key": "one"})
    assert Export.objects.count() == 1


def test_nobody_has_more_than_three_made_at_once_or_twenty_in_an_hour(lina: User, ben: User) -> None:
    for _ in range(exports.MOST_UNDER_WAY):
        waiting(lina)
    with pytest.raises(Conflict) as refused:
        waiting(lina)
    assert refused.value.code == "exports_under_way"
    waiting(ben)  # somebody else's do not count
    for _ in range(exports.MOST_AN_HOUR - exports.MOST_UNDER_WAY):
        Export.objects.update(state=ExportState.FAILED)
        waiting(lina)
    Export.objects.update(state=ExportState.FAILED)
    with pytest.raises(TooMany):
        waiting(lina)


def test_a_page_says_so_when_there_are_too_many(client: Client, lina: User) -> None:
    for _ in range(exports.MOST_UNDER_WAY):
        waiting(lina)
    client.force_login(lina)
    response = client.post("/use-cases/exports/ask/", {"industry": "food"}, follow=True)
    assert response.redirect_chain == [("/use-cases/exports/?industry=food", 302)]
    assert "Wait for one, or cancel it" in response.content.decode()


@pytest.mark.parametrize(
    "body",
    [{"format": "docx"}, {"filters": {"industry": "nope"}}, {"filters": {"unknown": 1}}, {"owner": "me"},
     {"filters": {"radius_km": 5}}],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(client: Client, lina: User, body: Any) -> None:
    client.force_login(lina)
    response = client.post("/api/v1/exports", body, "application/json")
    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"
    assert not Export.objects.exists()


def test_a_long_list_on_the_page_leads_to_the_background(
    client: Client, ben: User, ada: User, lina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE", 1)
    published(ben, ada)
    published(ben, ada)
    client.force_login(lina)
    response = client.get("/use-cases/export/?format=pdf&industry=metals")
    assert response.headers["Location"] == "/use-cases/exports/?format=pdf&industry=metals"
    response = client.get("/api/v1/use-cases/export?format=xlsx")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (409, "too_many_stories")


def test_filters_come_back_as_they_were_asked_for(ben: User, ada: User, kamal: User) -> None:
    here = published(ben, ada, location={"city": "Leipzig", "country": "DE", "latitude": 51.34, "longitude": 12.37})
    published(ben, ada, title="Far away", location={"city": "Amman", "country": "JO"})
    near = exports.queries.near("51.3,12.4", 50)
    row = exported(kamal, near=near, technology=("plc",), ordering="distance", search="vibration", featured=False)
    assert titles_of(row) == [here.title]


# -- What is in it -------------------------------------------------------------------------------------------


def test_what_is_unpublished_between_asking_and_making_is_left_out(ben: User, ada: User, lina: User) -> None:
    published(ben, ada, title="Stays")
    goes = published(ben, ada, title="Goes")
    row = waiting(lina)
    lifecycle.unpublish(actor=ada.actor, use_case_id=goes.pk)
    exports.make(row.pk)
    assert titles_of(row) == ["Stays"]


def test_drafts_are_in_it_for_admins_of_their_own_organization_alone(
    ben: User, ada: User, kamal: User, lina: User, mona: User
) -> None:
    published(ben, ada, title="For all")
    draft(ben, title="Bolt's draft")
    draft(lina, title="Khalil's draft")
    assert titles_of(exported(ada, drafts=True)) == ["Bolt's draft", "For all"]
    assert titles_of(exported(kamal, drafts=True)) == ["For all", "Khalil's draft"]
    assert titles_of(exported(mona, drafts=True)) == ["Bolt's draft", "For all", "Khalil's draft"]
    assert titles_of(exported(ada)) == ["For all"]
    assert titles_of(exported(ada, drafts=True, status="draft")) == ["Bolt's draft"]
    with pytest.raises(Forbidden):
        waiting(lina, drafts=True)


def test_who_lost_the_right_meanwhile_gets_nothing(client: Client, ben: User, ada: User, kamal: User) -> None:
    draft(ben, title="Bolt's draft")
    row, ready = waiting(ada, drafts=True), exported(ada, drafts=True)
    User.objects.filter(pk=ada.pk).update(role=MemberRole.MEMBER)
    exports.make(row.pk)
    row.refresh_from_db()
    assert (row.state, row.bytes) == (ExportState.FAILED, 0)
    ada = User.objects.get(pk=ada.pk)
    client.force_login(ada)
    assert client.get(f"/use-cases/exports/{ready.pk}/download/").status_code == 404
    assert client.get("/api/v1/exports").json()["count"] == 0
    User.objects.filter(pk=ada.pk).update(role=MemberRole.ADMIN, organization=kamal.organization)
    assert client.get(f"/api/v1/exports/{ready.pk}").status_code == 404


def test_contacts_are_for_those_alone_who_may_see_them(ben: User, ada: User, lina: User, kamal: User) -> None:
    story = published(ben, ada)
    contacts.accept_contact_request(actor=ben.actor, request_id=asked(lina, story).pk)
    for person, sees in ((lina, True), (kamal, False)):
        book = load_workbook(io.BytesIO(content_of(exported(person))))
        cells = [str(cell.value) for line in book.worksheets[0].iter_rows() for cell in line]
        assert ("ben@bolt.example" in cells) is sees, person


def test_arabic_english_emoji_and_media_go_through_each_exit(
    client: Client, ben: User, ada: User, lina: User, django_capture_on_commit_callbacks: Any
) -> None:
    story = draft(ben, title=MIXED, summary=MIXED, problem=f"<p>{MIXED}</p>")
    with django_capture_on_commit_callbacks(execute=True):
        media(story)
    lifecycle.publish(actor=ada.actor, use_case_id=story.pk)
    client.force_login(lina)
    book = load_workbook(io.BytesIO(content_of(exported(lina))))
    line = next(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert line[0] == MIXED
    assert MIXED in line[1:]
    shown = next(book.worksheets[2].iter_rows(min_row=2, values_only=True))
    assert (shown[0], shown[3]) == (MIXED, "press.jpg")
    whole = PdfReader(io.BytesIO(client.get(f"/api/v1/use-cases/{story.pk}/export?format=pdf").content))
    listed = PdfReader(io.BytesIO(content_of(exported(lina, "pdf"))))
    assert whole.metadata is not None
    assert whole.metadata.title == MIXED
    assert sum(len(page.images) for page in whole.pages) >= 1
    for reader in (whole, listed):
        text = "\n".join(page.extract_text() for page in reader.pages)
        assert "PLC 6ES7" in text
    assert client.get(f"/api/v1/use-cases/{story.pk}").json()["title"] == MIXED


def test_a_file_is_written_in_the_language_it_was_asked_in(ben: User, ada: User, lina: User) -> None:
    published(ben, ada)
    row = ExportFactory(owner=lina, language="de")
    exports.make(row.pk)
    row.refresh_from_db()
    assert row.state == ExportState.DONE


# -- Downloading ---------------------------------------------------------------------------------------------


def test_a_broken_download_goes_on_where_it_stopped(client: Client, ben: User, ada: User, lina: User) -> None:
    published(ben, ada)
    row = exported(lina)
    whole = content_of(row)
    client.force_login(lina)
    url = client.get(f"/api/v1/exports/{row.pk}").json()["url"]
    first = client.get(url, headers={"Range": "bytes=0-99"})
    assert (first.status_code, first["Content-Range"]) == (206, f"bytes 0-99/{len(whole)}")
    rest = client.get(url, headers={"Range": "bytes=100-", "If-Range": first["ETag"]})
    assert b"".join(first) + b"".join(rest) == whole  # type: ignore[arg-type]  # streams of bytes
    past = client.get(url, headers={"Range": f"bytes={len(whole)}-"})
    assert past.status_code == 416
    head = client.head(url)
    assert (head["Content-Length"], head["Accept-Ranges"]) == (str(len(whole)), "bytes")


def test_nobody_else_gets_a_file(client: Client, ben: User, ada: User, lina: User, mona: User) -> None:
    row = exported(lina)
    client.force_login(lina)
    url = client.get(f"/api/v1/exports/{row.pk}").json()["url"]
    for person in (ben, ada, mona):
        client.force_login(person)
        for path in (
            row.get_absolute_url(),
            f"/use-cases/exports/{row.pk}/download/",
            f"/api/v1/exports/{row.pk}",
            url,
        ):
            assert client.get(path).status_code == 404, (person, path)
        assert client.delete(f"/api/v1/exports/{row.pk}").status_code == 404
    assert client.get("/api/v1/exports").json()["count"] == 0
    client.logout()
    assert client.get(f"/use-cases/exports/{new_id()}/file/?{url.partition('?')[2]}").status_code == 403
    assert client.get(url).status_code == 200
    User.objects.filter(pk=lina.pk).update(is_active=False)
    assert client.get(url).status_code == 404


def test_an_address_expires(client: Client, lina: User, settings: Any) -> None:
    row = exported(lina)
    settings.FILES_URL_SECONDS = -1
    client.force_login(lina)
    assert client.get(client.get(f"/api/v1/exports/{row.pk}").json()["url"]).status_code == 403


# -- Time passes ---------------------------------------------------------------------------------------------


def test_a_file_goes_when_its_time_is_over(client: Client, lina: User) -> None:
    row, other = exported(lina), exported(lina)
    client.force_login(lina)
    url = client.get(f"/api/v1/exports/{row.pk}").json()["url"]
    Export.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    assert client.get(url).status_code == 404
    exports.look_after()
    row.refresh_from_db()
    assert row.state == ExportState.EXPIRED
    assert store().size(keys.export(row.key)) is None
    assert store().size(keys.export(other.key))
    assert not Notification.objects.filter(thread=f"export:{row.pk}").exists()
    assert client.get(f"/use-cases/exports/{row.pk}/download/").status_code == 404
    assert "its time was over" in client.get(row.get_absolute_url()).content.decode()
    Export.objects.filter(pk=row.pk).update(finished_at=timezone.now() - exports.REMEMBERED - timedelta(minutes=1))
    exports.look_after()
    assert set(Export.objects.values_list("pk", flat=True)) == {other.pk}


def test_what_got_stuck_is_made_after_all(
    ben: User, ada: User, lina: User, django_capture_on_commit_callbacks: Any
) -> None:
    published(ben, ada)
    row, fresh = waiting(lina), waiting(lina)
    Export.objects.filter(pk=row.pk).update(
        state=ExportState.RUNNING, updated_at=timezone.now() - exports.STUCK - timedelta(seconds=1)
    )
    with django_capture_on_commit_callbacks(execute=True):
        exports.look_after()
    row.refresh_from_db()
    fresh.refresh_from_db()
    assert (row.state, fresh.state) == (ExportState.DONE, ExportState.QUEUED)


def test_files_without_a_row_are_swept(lina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row, gone = exported(lina), exported(lina)
    Export.objects.filter(pk=gone.pk).delete()
    exports.look_after()
    assert store().size(keys.export(gone.key))  # young: it may be on its way to its row
    later = timezone.now() + timedelta(hours=3)
    monkeypatch.setattr(exports.timezone, "now", lambda: later)
    exports.look_after()
    assert store().size(keys.export(gone.key)) is None
    assert store().size(keys.export(row.key))


def test_one_deletes_ones_own_export(client: Client, lina: User, django_capture_on_commit_callbacks: Any) -> None:
    row = exported(lina)
    client.force_login(lina)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"/use-cases/exports/{row.pk}/cancel/", follow=True)
    assert "Deleted." in response.content.decode()
    assert not Export.objects.exists()
    assert store().size(keys.export(row.key)) is None
    with pytest.raises(NotFound):
        exports.cancel_export(actor=lina.actor, export_id=row.pk)
