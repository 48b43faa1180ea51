"""Room, deleting, and the nightly sweep."""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
import time_machine
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.tests.factories import UserFactory
from p2psandbox.platform.drafts.actions import discard_draft, save_draft
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid
from p2psandbox.platform.files import actions, keys, queries, sweep
from p2psandbox.platform.files.models import FileStatus, Part, Rendition, StoredFile
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.files.tests.conftest import THING, As, objects
from p2psandbox.platform.files.tests.factories import StoredFileFactory, pdf, picture
from p2psandbox.platform.models import new_id

pytestmark = pytest.mark.django_db


def test_room_is_reserved_when_a_file_is_announced(as_: As, ben: User, lina: User, settings: Settings) -> None:
    settings.FILES_QUOTA_BYTES = 10_000
    browser = as_(ben)
    begun = browser.begin(pdf(6000), "a.pdf").json()

    refused = browser.begin(pdf(4001), "b.pdf")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "quota_exceeded")
    assert browser.begin(pdf(4000), "b.pdf").status_code == 201
    assert as_(lina).begin(pdf(4001), "b.pdf").status_code == 201, "another organization has its own"

    browser.delete(begun["id"])
    assert browser.begin(pdf(6000), "c.pdf").status_code == 201
    with pytest.raises(Conflict):
        actions.store(actor=ben.actor, purpose="attachment", name="d.pdf", stream=BytesIO(pdf(1000)))


def test_bytes_used_are_those_in_the_store(as_: As, ben: User) -> None:
    as_(ben).upload(pdf(5000), "a.pdf")
    as_(ben).upload(picture(2000, 1500), "b.jpg")
    as_(ben).upload(picture(500, 500), "c.jpg", "", "avatar")
    gone = as_(ben).upload(pdf(700), "d.pdf").json()["id"]
    as_(ben).delete(gone)

    there = sum(one.size for folder in keys.FOLDERS for one in store().objects(folder))
    assert queries.bytes_used(ben.organization_id) == there > 5000
    assert queries.usage(ben.organization_id).files == 3


def test_moderators_give_an_organization_more_or_less_room(as_: As, ben: User, ada: User, mona: User) -> None:
    with pytest.raises(Forbidden):
        actions.set_quota(actor=ada.actor, organization_id=ben.organization_id, quota_bytes=10**12)
    with pytest.raises(Invalid):
        actions.set_quota(actor=mona.actor, organization_id=ben.organization_id, quota_bytes=-1)
    actions.set_quota(actor=mona.actor, organization_id=ben.organization_id, quota_bytes=300)
    assert as_(ben).begin(pdf(301), "a.pdf").status_code == 409
    call_command("set_quota", ben.organization.slug, "1", stdout=StringIO())
    assert queries.quota_of(ben.organization_id) == 1024**2
    call_command("set_quota", ben.organization.slug, "default", stdout=StringIO())
    assert as_(ben).begin(pdf(301), "a.pdf").status_code == 201


def test_platform_staff_share_a_room_of_their_own(as_: As, mona: User, settings: Settings) -> None:
    settings.FILES_QUOTA_BYTES = 1000
    second = UserFactory(organization=None, is_staff=True)
    assert as_(mona).begin(pdf(600), "a.pdf").status_code == 201
    assert as_(second).begin(pdf(600), "a.pdf").status_code == 409


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_no_more_room_than_there_is(settings: Settings) -> None:
    settings.FILES_QUOTA_BYTES = 5000
    person = UserFactory()

    def announce() -> bool:
        try:
            actions.begin(actor=person.actor, purpose="attachment", name="a.pdf", size=1000)
        except Conflict:
            return False
        return True

    assert sorted(at_once(announce, times=12)) == [False] * 7 + [True] * 5
    assert queries.usage(person.organization_id).reserved == 5000


@pytest.mark.django_db(transaction=True)
def test_two_who_complete_at_once_make_one_file(as_: As) -> None:
    person = UserFactory()
    browser, data = as_(person), picture(800, 600)
    begun = browser.begin(data, "a.jpg").json()
    browser.send(begun, data)
    file_id = begun["id"]

    at_once(lambda: actions.complete(actor=person.actor, file_id=file_id), times=3)

    file = StoredFile.objects.get()
    assert (file.status, file.renditions_status, file.renditions.count()) == ("ready", "ready", 2)
    assert len(objects()) == 3


def test_what_is_deleted_is_gone_from_the_store_and_nameless(as_: As, ben: User) -> None:
    file = as_(ben).upload(picture(2000, 1000), "me and my boss.jpg").json()
    assert len(objects()) == 3
    as_(ben).delete(file["id"])
    row = StoredFile.objects.get()
    assert objects() == []
    assert (row.status, row.name, row.renditions.count()) == ("deleted", "", 0)
    assert row.erased_at is not None
    assert actions.erase(row.pk) is False


def test_moderators_delete_in_django_admin_and_see_no_names(
    as_: As, ben: User, mona: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    file = as_(ben).upload(pdf(), "Kündigung Meier.pdf").json()
    client.force_login(mona)
    for page in (reverse("admin:platform_storedfile_changelist"), f"/admin/platform/storedfile/{file['id']}/change/"):
        assert "Meier" not in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/admin/platform/storedfile/", {"action": "delete_files", "_selected_action": file["id"]})
    assert objects() == []


def at_once(what: Callable[[], Any], *, times: int) -> list[Any]:
    """Call something from three threads at the same time, so often altogether; each has a connection of its own."""

    def call(_number: int) -> Any:
        try:
            return what()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        return list(threads.map(call, range(times), timeout=60))


def _row(**values: Any) -> StoredFile:
    """A ready row with its bytes in the store."""
    file = StoredFileFactory(**values)
    storages["default"].save(keys.kept(file.key), BytesIO(pdf()))
    return file


def test_the_sweep_removes_what_nobody_needs_and_keeps_the_rest(as_: As, ben: User, members: set[object]) -> None:
    attached = {"attached_kind": THING, "attached_id": new_id(), "attached_at": timezone.now()}
    kept = _row(owner=ben, **attached)
    forgotten = _row(owner=ben)
    with_picture = as_(ben).upload(picture(), "me.jpg", "", "avatar").json()["id"]
    StoredFile.objects.filter(pk=with_picture).update(**attached)
    browser, data = as_(ben), pdf(10_000)
    begun = browser.begin(data, "b.pdf").json()
    browser.send(begun, data, [1])
    storages["default"].save(keys.kept("nobody-knows"), BytesIO(b"x"))
    storages["default"].save(keys.public("nobody-knows", "small"), BytesIO(b"x"))
    storages["default"].save("writing/abandoned", BytesIO(b"x"))
    lost = StoredFileFactory(owner=ben, **attached)

    with time_machine.travel(timezone.now() + timedelta(days=1, hours=1)):
        young = _row(owner=ben)
        looked = sweep.sweep(dry_run=True)
        assert StoredFile.objects.filter(status=FileStatus.READY).count() == 5
        said = StringIO()
        call_command("sweep_files", "--dry-run", stdout=said)
        found = sweep.sweep()

    assert (found.expired, found.unattached, found.objects_without_rows) == (1, 1, 2)
    assert found.erased == 2
    assert found.rows_without_objects == [str(lost.pk)]
    assert (looked.expired, looked.unattached, looked.rows_without_objects) == (1, 1, [str(lost.pk)])
    assert str(lost.pk) in said.getvalue()
    alive = StoredFile.objects.filter(status=FileStatus.READY)
    assert set(alive.values_list("pk", flat=True)) == {kept.pk, young.pk, lost.pk, alive.get(purpose="avatar").pk}
    forgotten.refresh_from_db()
    assert forgotten.erased_at is not None
    assert len(objects()) == 2 + 3, "two files, and an avatar with its two sizes"
    assert browser.get(begun["id"]).json()["error"]["code"] == "expired"


def test_a_file_waits_as_long_as_a_draft_names_it(ben: User, members: set[object]) -> None:
    named, alone = _row(owner=ben), _row(owner=ben)
    fields = {"body": "<p>See the photo.</p>", "attachments_ids": [str(named.pk), "no-id"], "note_ids": "text"}
    save_draft(actor=ben.actor, key="topic:new", fields=fields)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert sweep.sweep().unattached == 1
        alone.refresh_from_db()
        assert alone.status == FileStatus.DELETED
        discard_draft(actor=ben.actor, key="topic:new")
        assert sweep.sweep().unattached == 1
    named.refresh_from_db()
    assert named.status == FileStatus.DELETED


def test_after_a_month_a_deleted_file_leaves_no_row(as_: As, ben: User) -> None:
    file = as_(ben).upload(pdf(), "a.pdf").json()
    as_(ben).delete(file["id"])
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert sweep.sweep().forgotten == 1
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": ""},
        {"bytes": 0},
        {"bytes": -1},
        {"declared_size": 0},
        {"content_type": ""},
        {"ready_at": None},
        {"purpose": "poster"},
        {"status": "lost"},
        {"status": "deleted"},
        {"attached_kind": "a.thing"},
        {"renditions_status": "perhaps"},
    ],
)
def test_the_database_itself_refuses_rows_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFileFactory(**wrong)


def test_keys_part_numbers_and_renditions_are_unique() -> None:
    file = StoredFileFactory()
    part = {"file": file, "number": 1, "size": 1, "sha256": "", "received_at": timezone.now()}
    made = {"file": file, "name": "small", "format": "webp", "width": 1, "height": 1, "bytes": 1, "sha256": ""}
    Part.objects.create(**part)
    Rendition.objects.create(**made, key="a")
    for again in (
        lambda: Part.objects.create(**part),
        lambda: Part.objects.create(**part | {"number": 0}),
        lambda: Rendition.objects.create(**made, key="b"),
        lambda: Rendition.objects.create(**made | {"name": "large"}, key="a"),
        lambda: StoredFileFactory(key=file.key),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            again()


def core_seconds() -> float:
    """How long this process and those it has waited for have had a core: another test beside us takes nothing of it."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@pytest.mark.parametrize("purpose", ["avatar", "media"])
def test_a_photo_of_twelve_megapixels_has_its_renditions_in_three_seconds(
    as_: As, ben: User, settings: Settings, purpose: str
) -> None:
    settings.FILES_PART_BYTES = 8 * 1024 * 1024
    photo = picture(4000, 3000, quality=92)
    begin = core_seconds()
    file_id = as_(ben).upload(photo, "photo.jpg", "", purpose).json()["id"]
    took = core_seconds() - begin
    assert as_(ben).get(file_id).json()["renditions_status"] == "ready"
    assert took < 3, f"{took:.1f} s of a core"


def test_what_goes_with_its_owner_is_found_by_the_sweep(as_: As) -> None:
    newcomer = UserFactory(email_verified_at=None)
    as_(newcomer).upload(picture(), "me.jpg", "", "avatar")
    organization = newcomer.organization
    newcomer.delete()
    organization.delete()
    assert not StoredFile.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=1, hours=1)):
        assert sweep.sweep().objects_without_rows == 3
    assert objects() == []
