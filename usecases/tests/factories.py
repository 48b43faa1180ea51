"""Stories in each state, made by the product's own actions; and rows without a library for lists."""

from __future__ import annotations

from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from p2psandbox.platform.files import keys
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.files.tests.factories import picture
from p2psandbox.platform.models import new_id
from usecases.actions import contacts, drafts, exports, lifecycle, replications
from usecases.actions import media as media_actions
from usecases.models import (
    ContactRequest,
    Export,
    ExportFormat,
    ImportRun,
    Replication,
    SavedSearch,
    Status,
    UseCase,
    UseCaseMedia,
)
from usecases.queries import Filters

#: A story that lacks nothing.
COMPLETE: dict[str, Any] = {
    "title": "Vibration sensors on our compressors",
    "category": "maintenance",
    "industry": "metals",
    "technologies": ["Vibration sensor", "PLC"],
    "problem": "<p>Two compressors failed without warning last winter.</p>",
    "solution": "<p>We glued sensors to the bearings and read them with the PLC.</p>",
    "outcomes": "<p>We now hear of a worn bearing three weeks before it fails.</p>",
    "metrics": [{"name": "Unplanned downtime", "unit": "hours", "baseline": 40, "result": 12, "period": "6 months"}],
    "location": {"city": "Leipzig", "country": "DE"},
    "contact": {"name": "Ben Krause", "title": "Maintenance", "email": "ben@bolt.example", "phone": "+49 341 123"},
}


def draft(author: User, **changes: Any) -> UseCase:
    """A complete draft, with ``changes``."""
    return drafts.start_draft(actor=author.actor, changes=COMPLETE | changes)[0]


def submitted(author: User, **changes: Any) -> UseCase:
    """A story a member has handed in."""
    return lifecycle.submit(actor=author.actor, use_case_id=draft(author, **changes).pk)


def published(author: User, admin: User, **changes: Any) -> UseCase:
    """A story of ``author`` that ``admin`` has signed off."""
    return lifecycle.publish(actor=admin.actor, use_case_id=draft(author, **changes).pk)


def asked(asker: User, story: UseCase, message: str = "We have the same compressors. Could we talk?") -> ContactRequest:
    """A request for a story's contact."""
    return contacts.ask_for_contact(actor=asker.actor, use_case_id=story.pk, message=message)[0]


class ContactRequestFactory(factory.django.DjangoModelFactory[ContactRequest]):
    """A row, without the rules around it."""

    class Meta:
        model = ContactRequest

    organization = factory.LazyAttribute(lambda o: o.asker.organization)
    message = "We have the same compressors. Could we talk?"


REPORT: dict[str, Any] = {
    "outcome": "same",
    "summary": "We fitted the same sensors to two compressors and see worn bearings weeks ahead.",
    "metrics": [{"name": "Downtime", "unit": "h", "baseline": "30", "result": "10"}],
}


def tried(person: User, story: UseCase, **changes: Any) -> Replication:
    """A report on trying a story: published for an admin, in review for a member."""
    return replications.report(actor=person.actor, use_case_id=story.pk, **REPORT | changes)


def exported(person: User, format: str = "xlsx", **filters: Any) -> Export:
    """The list that these filters make, made into a file for this person."""
    format_, asked_for = ExportFormat(format), Filters(**filters)
    row, _new = exports.request_export(actor=person.actor, filters=asked_for, format=format_)
    exports.make(row.pk)
    row.refresh_from_db()
    return row


def waiting(person: User, format: ExportFormat = ExportFormat.XLSX, **filters: Any) -> Export:
    """An export that is asked for and not begun."""
    row, _new = exports.request_export(actor=person.actor, filters=Filters(**filters), format=format)
    return row


def content_of(row: Export) -> bytes:
    with store().open(keys.export(row.key)) as stream:
        return stream.read()


class ReplicationFactory(factory.django.DjangoModelFactory[Replication]):
    """A published report, without the rules and counters around it."""

    class Meta:
        model = Replication

    organization = factory.LazyAttribute(lambda o: o.author.organization)
    outcome = "same"
    summary = "It worked for us just as well."
    state = "published"
    submitted_at = factory.LazyFunction(timezone.now)
    published_at = factory.LazyFunction(timezone.now)


class UseCaseFactory(factory.django.DjangoModelFactory[UseCase]):
    """A published row without a revision in the library: enough for lists and counts."""

    class Meta:
        model = UseCase

    author = None
    organization = factory.LazyAttribute(lambda o: o.author.organization)
    title = factory.Sequence(lambda n: f"Story number {n}")
    slug = factory.Sequence(lambda n: f"story-number-{n}")
    excerpt = "What came of it"
    industry = "metals"
    country = "DE"
    status = Status.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)
    revision_id = factory.LazyFunction(new_id)


def media(use_case: UseCase, *data: tuple[bytes, str], by: User | None = None) -> list[UseCaseMedia]:
    """Media of a story's working copy, from real bytes with a name each; a picture if none are given."""
    person = by or use_case.author
    given = data or ((picture(), "press.jpg"),)
    uploads = [SimpleUploadedFile(name, content, "application/octet-stream") for content, name in given]
    ids = media_actions.add(actor=person.actor, use_case_id=use_case.pk, uploads=uploads)
    rows = UseCaseMedia.objects.in_bulk(ids)
    return [rows[one] for one in ids]


class ImportRunFactory(factory.django.DjangoModelFactory[ImportRun]):
    """An uploaded file of one record, by an admin."""

    class Meta:
        model = ImportRun

    organization = factory.LazyAttribute(lambda o: o.by.organization)
    name = "stories.csv"
    rows = '[["line 2", {"headline": "A story"}, ""]]'
    columns = factory.LazyFunction(lambda: [["headline", "title"]])
    total = 1


class SavedSearchFactory(factory.django.DjangoModelFactory[SavedSearch]):
    """A search for stories of metalworking."""

    class Meta:
        model = SavedSearch

    name = factory.Sequence(lambda n: f"Search {n}")
    filters = factory.LazyFunction(lambda: {"industry": "metals"})


class ExportFactory(factory.django.DjangoModelFactory[Export]):
    """A workbook that waits to be made."""

    class Meta:
        model = Export

    organization = factory.LazyAttribute(lambda o: o.owner.organization)
    format = "xlsx"
    language = "en"
