"""Two at the same moment: one effect."""

from __future__ import annotations

import pytest

from accounts.models import MemberRole, User
from accounts.tests.factories import UserFactory
from organizations.models import Organization
from p2psandbox.platform.errors import Conflict
from p2psandbox.platform.files.tests.factories import picture
from tests.races import at_once
from usecases.actions import contacts, drafts, lifecycle, reading, replications
from usecases.actions import media as media_actions
from usecases.documents import UseCaseRevision
from usecases.models import ContactRequest, Replication, Status, UseCase, UseCaseLike, UseCaseMedia, UseCaseTransition
from usecases.tests.factories import COMPLETE, asked, draft, media, published, submitted, tried

pytestmark = [
    pytest.mark.stores,
    pytest.mark.django_db(transaction=True, databases=["default", "documents"]),
]


def steps(name: str) -> int:
    return UseCaseTransition.objects.filter(step=name).count()


def test_two_admins_approving_at_once_have_one_effect(ben: User, ada: User, bolt: Organization) -> None:
    other = UserFactory(organization=bolt, role=MemberRole.ADMIN)
    row = submitted(ben)
    found = at_once(*(lambda a=a: lifecycle.approve(actor=a, use_case_id=row.pk) for a in (ada.actor, other.actor)))
    assert sum(isinstance(one, UseCase) for one in found) == 1
    assert sum(isinstance(one, Conflict) for one in found) == 1
    assert steps("approved") == 1


def test_approving_and_sending_back_at_once_does_one_of_them(ben: User, ada: User) -> None:
    row = submitted(ben)
    found = at_once(
        lambda: lifecycle.approve(actor=ada.actor, use_case_id=row.pk),
        lambda: lifecycle.reject(actor=ada.actor, use_case_id=row.pk, note="Say what it cost"),
    )
    assert sum(isinstance(one, Conflict) for one in found) == 1
    assert steps("approved") + steps("rejected") == 1


@pytest.mark.parametrize("who", ["ben", "ada"])
def test_submitting_four_times_at_once_has_one_effect(who: str, ben: User, ada: User) -> None:
    person = {"ben": ben, "ada": ada}[who]
    row = draft(person)
    found = at_once(*[lambda: lifecycle.submit(actor=person.actor, use_case_id=row.pk)] * 4)
    assert not [one for one in found if not isinstance(one, UseCase)]
    assert steps("submitted") + steps("published") == 1


def test_two_tabs_saving_from_the_same_version_keep_one_and_tell_the_other(ben: User) -> None:
    row = draft(ben)
    found = at_once(
        *(
            lambda n=n: drafts.save_draft(
                actor=ben.actor, use_case_id=row.pk, changes={"title": f"From tab number {n}"}, revision=1
            )
            for n in range(4)
        )
    )
    kept = [one for one in found if isinstance(one, UseCase)]
    assert len(kept) == 1
    assert {one.code for one in found if isinstance(one, Conflict)} == {"stale"}
    row.refresh_from_db()
    assert (row.title, row.version) == (kept[0].title, 2)
    assert UseCaseRevision._base_manager.using("documents").filter(subject_id=row.pk).count() == 1


def test_saving_while_an_admin_approves_never_mixes_the_two(ben: User, ada: User) -> None:
    row = submitted(ben)
    at_once(
        lambda: lifecycle.approve(actor=ada.actor, use_case_id=row.pk),
        lambda: drafts.save_draft(actor=ada.actor, use_case_id=row.pk, changes={"title": "Changed meanwhile"}),
    )
    row.refresh_from_db()
    if row.status == Status.PUBLISHED and row.working_status == "":
        assert row.title == COMPLETE["title"]
    else:
        assert (row.status, row.title) == (Status.IN_REVIEW, "Changed meanwhile") or row.working_status == "draft"


def test_the_first_page_sent_six_times_at_once_makes_one_draft(ben: User) -> None:
    found = at_once(*[lambda: drafts.start_draft(actor=ben.actor, changes=COMPLETE, key="k")] * 6)
    assert len({row.pk for row, _created in found}) == 1
    assert sum(created for _row, created in found) == 1
    assert UseCase.objects.count() == 1


def test_likes_of_many_at_once_are_all_counted(ben: User, ada: User, bolt: Organization) -> None:
    row = published(ben, ada)
    people = [UserFactory(organization=bolt) for _ in range(4)]
    at_once(*(lambda p=p: reading.like(actor=p.actor, use_case_id=row.pk) for p in [*people, *people]))
    row.refresh_from_db()
    assert row.like_count == UseCaseLike.objects.count() == 4


def test_asking_four_times_at_once_makes_one_request(ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    words = "We have the same compressors. Could we talk?"
    found = at_once(
        *[lambda: contacts.ask_for_contact(actor=lina.actor, use_case_id=row.pk, message=words)] * 4,
    )
    assert len({request.pk for request, _created in found}) == 1
    assert sum(created for _request, created in found) == 1
    assert ContactRequest.objects.count() == 1


def test_accepting_and_declining_at_once_does_one_of_them(ben: User, ada: User, lina: User) -> None:
    request = asked(lina, published(ben, ada))
    found = at_once(
        lambda: contacts.accept_contact_request(actor=ada.actor, request_id=request.pk),
        lambda: contacts.decline_contact_request(actor=ben.actor, request_id=request.pk),
    )
    [done] = [one for one in found if isinstance(one, ContactRequest)]
    assert sum(isinstance(one, Conflict) for one in found) == 1
    request.refresh_from_db()
    assert request.state == done.state


def test_accepting_while_the_story_is_taken_off_gives_nothing_away_afterwards(ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    request = asked(lina, row)
    at_once(
        lambda: contacts.accept_contact_request(actor=ben.actor, request_id=request.pk),
        lambda: lifecycle.unpublish(actor=ada.actor, use_case_id=row.pk),
    )
    request.refresh_from_db()
    assert request.state in ("accepted", "withdrawn")
    assert ContactRequest.objects.filter(state="open").count() == 0


def test_two_of_one_organization_reporting_at_once_make_one_report(
    ben: User, ada: User, kamal: User, lina: User
) -> None:
    row = published(ben, ada)
    found = at_once(*(lambda p=p: tried(p, row) for p in (kamal, lina, kamal, lina)))
    assert sum(isinstance(one, Replication) for one in found) == 1
    assert sum(isinstance(one, Conflict) for one in found) == 3


def test_reports_of_many_signed_off_at_once_are_all_counted(ben: User, ada: User) -> None:
    row = published(ben, ada)
    admins = [UserFactory(role=MemberRole.ADMIN) for _ in range(4)]
    found = at_once(*(lambda p=p: tried(p, row) for p in admins))
    assert all(isinstance(one, Replication) for one in found)
    row.refresh_from_db()
    assert row.replications_same == 4


def test_approving_and_withdrawing_a_report_at_once_keeps_the_count_right(
    ben: User, ada: User, kamal: User, lina: User
) -> None:
    row = published(ben, ada)
    made = tried(lina, row)
    at_once(
        lambda: replications.approve_report(actor=kamal.actor, replication_id=made.pk),
        lambda: replications.withdraw_report(actor=lina.actor, replication_id=made.pk),
    )
    made.refresh_from_db()
    row.refresh_from_db()
    assert made.state == "withdrawn"
    assert row.replications_total == 0


def test_media_put_in_order_by_two_at_once_end_in_one_order_and_none_is_lost(ben: User, ada: User) -> None:
    row = draft(ben)
    found = media(row, *[(picture(), f"{n}.jpg") for n in range(4)])
    done = at_once(
        lambda: media_actions.describe(actor=ben.actor, use_case_id=row.pk, media_id=found[3].pk, position=0),
        lambda: media_actions.describe(actor=ada.actor, use_case_id=row.pk, media_id=found[0].pk, position=3),
        lambda: media_actions.remove(actor=ben.actor, use_case_id=row.pk, media_id=found[1].pk),
    )
    assert all(isinstance(one, UseCase) for one in done), done
    rows = UseCaseMedia.objects.filter(position__isnull=False).order_by("position")
    assert [(one.pk, one.position) for one in rows] == [(found[3].pk, 0), (found[2].pk, 1), (found[0].pk, 2)]


def test_two_covers_chosen_at_once_leave_one(ben: User) -> None:
    row = draft(ben)
    found = media(row, *[(picture(), f"{n}.jpg") for n in range(3)])
    done = at_once(
        *(
            lambda pk=one.pk: media_actions.describe(actor=ben.actor, use_case_id=row.pk, media_id=pk, cover=True)
            for one in found
        )
    )
    assert all(isinstance(one, UseCase) for one in done), done
    assert UseCaseMedia.objects.filter(cover=True).count() == 1


def test_uploads_that_end_while_somebody_types_lose_neither_text_nor_file(ben: User) -> None:
    row = draft(ben)
    done = at_once(
        lambda: media(row, (picture(), "a.jpg")),
        lambda: drafts.save_draft(
            actor=ben.actor, use_case_id=row.pk, changes={"title": "Typed meanwhile"}, revision=row.version
        ),
        lambda: media(row, (picture(), "b.jpg")),
    )
    assert not [one for one in done if isinstance(one, Exception)], done
    row.refresh_from_db()
    assert row.title == "Typed meanwhile"
    assert UseCaseMedia.objects.filter(position__isnull=False).count() == 2
