"""What changed: an admin sees what they sign off, and who comes too late sees both versions."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from p2psandbox.platform.errors import Forbidden, NotFound
from usecases import queries
from usecases.actions import drafts, lifecycle
from usecases.models import Step, UseCase
from usecases.tests.factories import draft, published, submitted
from usecases.versions import field_changes

pytestmark = pytest.mark.django_db(databases="__all__")


def changed(ben: User, ada: User) -> UseCase:
    row = published(ben, ada, title="Sensors on our compressors", vendor="Messfix")
    drafts.save_draft(
        actor=ben.actor,
        use_case_id=row.pk,
        changes={
            "title": "Sensors on all our compressors",
            "vendor": "",
            "metrics": [{"name": "Scrap", "baseline": "8", "result": "5", "unit": "%"}],
        },
    )
    return lifecycle.submit(actor=ben.actor, use_case_id=row.pk)


def test_changes_to_a_published_story_stand_beside_what_readers_see(ben: User, ada: User) -> None:
    found = queries.changes(ada.actor, changed(ben, ada).pk)

    said = {
        str(one.label): [(piece.kind, piece.text.strip()) for piece in one.pieces]
        for one in field_changes(found.before, found.after)
    }
    assert found.since == Step.PUBLISHED
    assert said["Title"] == [("same", "Sensors on"), ("added", "all"), ("same", "our compressors")]
    assert said["Supplier or integrator"] == [("removed", "Messfix")]
    assert said["What was measured"][:2] == [("removed", "Unplanned downtime"), ("added", "Scrap")]
    assert set(said) == {"Title", "Supplier or integrator", "What was measured"}


def test_a_story_handed_in_again_is_compared_with_what_was_sent_back(ben: User, ada: User) -> None:
    row = submitted(ben, summary="It runs.")
    lifecycle.reject(actor=ada.actor, use_case_id=row.pk, note="Say since when it runs.")
    drafts.save_draft(actor=ben.actor, use_case_id=row.pk, changes={"summary": "It runs since May."})
    lifecycle.submit(actor=ben.actor, use_case_id=row.pk)

    found = queries.changes(ada.actor, row.pk)

    assert found.since == Step.REJECTED
    assert [str(one.label) for one in field_changes(found.before, found.after)] == ["In one or two sentences"]


def test_the_page_shows_an_admin_what_changed_and_the_story_leads_there(client: Client, ben: User, ada: User) -> None:
    row = changed(ben, ada)
    client.force_login(ada)
    address = reverse("usecases:changes", args=[row.pk])

    assert address in client.get(f"{row.get_absolute_url()}?draft=1").content.decode()
    page = client.get(address).content.decode()
    assert "<ins>all </ins>" in page
    assert "<del>Messfix</del>" in page


def test_there_is_nothing_to_compare_in_a_first_draft_or_a_story_without_changes(ben: User, ada: User) -> None:
    for row in (draft(ben), submitted(ben), published(ben, ada)):
        with pytest.raises(NotFound):
            queries.changes(ada.actor, row.pk)


def test_readers_and_strangers_do_not_see_what_is_not_published(ben: User, ada: User, kamal: User) -> None:
    row = changed(ben, ada)
    with pytest.raises(Forbidden):
        queries.changes(kamal.actor, row.pk)
    waiting = submitted(ben)
    with pytest.raises(NotFound):
        queries.changes(kamal.actor, waiting.pk)


def test_who_saves_from_a_second_tab_sees_both_versions_and_keeps_their_text(client: Client, ben: User) -> None:
    row = draft(ben, title="Sensors on our compressors")
    drafts.save_draft(actor=ben.actor, use_case_id=row.pk, changes={"title": "Sensors on two compressors"})
    client.force_login(ben)
    typed = {"revision": row.version, "title": "Sensors on six compressors", "industry": row.industry, "go": "save"}

    refused = client.post(reverse("usecases:edit", args=[row.pk, 1]), typed)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "<del>two</del><ins>six</ins>" in page
    assert 'value="Sensors on six compressors"' in page
    assert UseCase.objects.get(pk=row.pk).title == "Sensors on two compressors"
