"""Killed between the two stores: nothing half-made is ever visible, and the sweep tidies up."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client

from accounts.models import User
from p2psandbox.platform.documents import sweep
from usecases.actions import drafts
from usecases.content import of_revision
from usecases.documents import UseCaseRevision
from usecases.models import Status, UseCase, UseCaseTransition
from usecases.tests.factories import draft

pytestmark = [
    pytest.mark.stores,
    pytest.mark.django_db(transaction=True, databases=["default", "documents"]),
]


@pytest.fixture(autouse=True)
def _empty_library(transactional_db: None) -> None:
    """Other tests leave orphans behind: begin without any."""
    UseCaseRevision._base_manager.using("documents").all().delete()


def killed(person: User, row: UseCase | None, act: str, moment: str) -> None:
    """Let a process do it and be killed at that moment."""
    order = {
        "catalogue": connections["default"].settings_dict["NAME"],
        "library": connections["documents"].settings_dict["NAME"],
        "person": str(person.pk),
        "story": str(row.pk) if row else "",
        "act": act,
        "moment": moment,
    }
    child = subprocess.run(
        [sys.executable, "-m", "usecases.tests.dying"],
        input=json.dumps(order),
        text=True,
        capture_output=True,
        timeout=120,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr


def revisions() -> int:
    return UseCaseRevision._base_manager.using("documents").count()


def problem_of(row: UseCase) -> str:
    row.refresh_from_db()
    assert row.working_revision_id is not None
    return of_revision(UseCaseRevision.get(row.working_revision_id)).problem.text


def test_a_save_killed_before_the_commit_never_happened(client: Client, ben: User) -> None:
    row = draft(ben)
    killed(ben, row, "save", "before")
    assert revisions() == 2
    assert problem_of(row) == "Two compressors failed without warning last winter."
    assert row.version == 1
    client.force_login(ben)
    assert "mid-sentence" not in client.get(row.get_absolute_url()).content.decode()
    assert sweep(older_than=timedelta(0))["UseCaseRevision"] == 1
    assert problem_of(row) == "Two compressors failed without warning last winter."


def test_a_save_killed_after_the_commit_is_kept(ben: User) -> None:
    row = draft(ben)
    killed(ben, row, "save", "after")
    assert problem_of(row) == "Killed in mid-sentence"
    assert revisions() == 2
    sweep(older_than=timedelta(0))
    assert revisions() == 1
    assert problem_of(row) == "Killed in mid-sentence"


def test_a_first_keystroke_killed_before_the_commit_leaves_no_draft(ben: User) -> None:
    killed(ben, None, "start", "before")
    assert UseCase.objects.count() == 0
    assert revisions() == 1
    sweep(older_than=timedelta(0))
    assert revisions() == 0


def test_handing_in_killed_before_the_commit_leaves_a_draft_that_can_be_handed_in(ben: User) -> None:
    row = draft(ben)
    killed(ben, row, "submit", "before")
    row.refresh_from_db()
    assert row.status == Status.DRAFT
    assert UseCaseTransition.objects.filter(step="submitted").count() == 0
    assert drafts.save_draft(actor=ben.actor, use_case_id=row.pk, changes={"title": "Still mine to write"}).version == 2


def test_handing_in_killed_after_the_commit_is_handed_in_once(ben: User) -> None:
    row = draft(ben)
    killed(ben, row, "submit", "after")
    row.refresh_from_db()
    assert row.status == Status.IN_REVIEW
    assert UseCaseTransition.objects.filter(step="submitted").count() == 1
