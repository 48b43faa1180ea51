"""What of a story is exported: the one definition that every export, and the test against the JSON fields, reads.

A field that is added to the model, the page or the JSON answer and neither stands here nor in :data:`LEFT_OUT`
makes a test fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from organizations.models import Industry
from usecases.content import Contact, Content
from usecases.metrics import meant
from usecases.models import BudgetRange, Category, Status, UseCase, Visibility
from usecases.outcomes import Metric, change_percent, figure, improved

T = TypeVar("T")


class Kind(StrEnum):
    """What a cell holds; decides its type and how it is written."""

    TEXT = "text"
    LONG = "long"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    URL = "url"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Picture:
    """A medium of a story, as far as exports know it; ``url`` is relative to the site."""

    name: str
    kind: str
    caption: str
    cover: bool
    url: str
    file: Any = None


@dataclass(frozen=True, slots=True)
class Record:
    """One story as one reader may export it.

    ``contact`` is ``None`` for those who may not see it. ``address`` is the page's, made once: every metric and every
    medium names it.
    """

    row: UseCase
    content: Content
    contact: Contact | None = None
    media: tuple[Picture, ...] = ()
    address: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", absolute(self.row.get_absolute_url()))


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column: ``name`` as in the JSON answer, ``width`` in characters, ``read`` takes a line of the list."""

    name: str
    label: str | Promise
    kind: Kind
    width: int
    read: Callable[[T], Any]


@dataclass(frozen=True, slots=True)
class MetricLine:
    """One outcome of one story."""

    record: Record
    metric: Metric


@dataclass(frozen=True, slots=True)
class MediaLine:
    """One medium of one story."""

    record: Record
    picture: Picture


def absolute(path: str) -> str:
    """Return the address of a page as somebody outside of the site opens it."""
    return path if path.startswith("http") else f"{settings.SITE_URL.rstrip('/')}{path}"


def _label(choices: Any, value: str) -> str:
    return str(dict(choices).get(value, value))


def _lines(values: Any) -> str:
    return "\n".join(values)


def _of_row(name: str) -> Callable[[Record], Any]:
    return lambda one: getattr(one.row, name)


def _of_content(name: str) -> Callable[[Record], Any]:
    return lambda one: getattr(one.content, name)


def _words(name: str) -> Callable[[Record], str]:
    return lambda one: str(getattr(one.content, name).text)


def _contact(name: str) -> Callable[[Record], str]:
    return lambda one: str(getattr(one.contact, name)) if one.contact else ""


def headline(one: Record) -> str:
    """Return the outcome in one line: ``Unplanned downtime −70 % in 6 months``."""
    from usecases.outcomes import outcome_of, words_of

    found = outcome_of(one.row)
    if found is None:
        return words_of(one.row)
    return " ".join(part for part in (found["name"], found["change"], found["period"]) if part)


def _author(one: Record) -> str:
    return str(one.row.author.get_full_name())


_L = gettext_lazy

#: One line per story.
STORIES: tuple[Column[Record], ...] = (
    Column("title", _L("Title"), Kind.TEXT, 48, _of_content("title")),
    Column("url", _L("Page"), Kind.URL, 34, lambda one: one.address),
    Column("organization", _L("Organization"), Kind.TEXT, 28, lambda one: one.row.organization.name),
    Column("organization.verified", _L("Verified"), Kind.FLAG, 10, lambda one: one.row.organization.is_verified),
    Column("status", _L("Status"), Kind.TEXT, 13, lambda one: _label(Status.choices, one.row.status)),
    Column("headline", _L("Outcome"), Kind.TEXT, 40, headline),
    Column("headline.name", _L("Outcome: metric"), Kind.TEXT, 26, _of_row("headline_name")),
    Column("headline.change", _L("Outcome: change"), Kind.NUMBER, 16, _of_row("headline_change")),
    Column("headline.unit", _L("Outcome: unit"), Kind.TEXT, 14,
           lambda one: "%" if one.row.headline_baseline is not None else one.row.headline_unit),
    Column("headline.period", _L("Outcome: period"), Kind.TEXT, 16, _of_row("headline_period")),
    Column("headline.text", _L("Outcome: in words"), Kind.TEXT, 30, _of_row("headline_text")),
    Column("headline.improved", _L("Outcome: improved"), Kind.FLAG, 18, _of_row("headline_improved")),
    Column("summary", _L("Summary"), Kind.LONG, 50, _of_content("summary")),
    Column("category", _L("Category"), Kind.TEXT, 26, lambda one: _label(Category.choices, one.content.category)),
    Column("industry", _L("Industry"), Kind.TEXT, 24, lambda one: _label(Industry.choices, one.content.industry)),
    Column("technologies", _L("Technologies"), Kind.LONG, 34, lambda one: ", ".join(one.content.technologies)),
    Column("problem", _L("Problem"), Kind.LONG, 60, _words("problem")),
    Column("solution", _L("What was done"), Kind.LONG, 60, _words("solution")),
    Column("outcomes", _L("What came of it"), Kind.LONG, 60, _words("outcomes")),
    Column("difficulties", _L("Difficulties"), Kind.LONG, 50, _words("difficulties")),
    Column("lessons", _L("Lessons"), Kind.LONG, 50, lambda one: _lines(one.content.lessons)),
    Column("metrics", _L("Metrics"), Kind.INTEGER, 10, lambda one: len(one.content.metrics)),
    Column("media", _L("Media"), Kind.INTEGER, 10, lambda one: len(one.media)),
    Column("budget_range", _L("Budget"), Kind.TEXT, 26,
           lambda one: _label(BudgetRange.choices, one.content.budget_range)),
    Column("timeline_months", _L("Months to running"), Kind.INTEGER, 18, _of_content("timeline_months")),
    Column("vendor", _L("Supplier"), Kind.TEXT, 24, _of_content("vendor")),
    Column("location.city", _L("City"), Kind.TEXT, 20, _of_content("city")),
    Column("location.country", _L("Country"), Kind.TEXT, 20,
           lambda one: str(countries.name(one.content.country) or "") if one.content.country else ""),
    Column("location.site", _L("Site"), Kind.TEXT, 22, _of_content("site")),
    Column("location.latitude", _L("Latitude"), Kind.NUMBER, 12, _of_content("latitude")),
    Column("location.longitude", _L("Longitude"), Kind.NUMBER, 12, _of_content("longitude")),
    Column("visibility", _L("Who may read it"), Kind.TEXT, 30,
           lambda one: _label(Visibility.choices, one.content.visibility)),
    Column("featured", _L("Featured"), Kind.FLAG, 10, lambda one: one.row.featured_at is not None),
    Column("views", _L("Views"), Kind.INTEGER, 9, _of_row("view_count")),
    Column("likes", _L("Likes"), Kind.INTEGER, 9, _of_row("like_count")),
    Column("replications.same", _L("Tried elsewhere: same"), Kind.INTEGER, 12, _of_row("replications_same")),
    Column("replications.partly", _L("Tried elsewhere: partly"), Kind.INTEGER, 12, _of_row("replications_partly")),
    Column("replications.failed", _L("Tried elsewhere: failed"), Kind.INTEGER, 12, _of_row("replications_failed")),
    Column("author", _L("Written by"), Kind.TEXT, 24, _author),
    Column("contact.name", _L("Contact"), Kind.TEXT, 24, _contact("name")),
    Column("contact.title", _L("Contact: role"), Kind.TEXT, 24, _contact("title")),
    Column("contact.email", _L("Contact: email"), Kind.TEXT, 30, _contact("email")),
    Column("contact.phone", _L("Contact: phone"), Kind.TEXT, 20, _contact("phone")),
    Column("published_at", _L("Published"), Kind.DATE, 18, _of_row("published_at")),
    Column("created_at", _L("Started"), Kind.DATE, 18, _of_row("created_at")),
    Column("updated_at", _L("Last changed"), Kind.DATE, 18, _of_row("updated_at")),
    Column("id", _L("Id"), Kind.TEXT, 38, lambda one: str(one.row.pk)),
)  # fmt: skip

#: Fields of the JSON answer that are no column, and why.
LEFT_OUT = {
    "cover_url": "in the sheet of media",
    "slug": "part of the address",
    "excerpt": "made of the summary or the texts",
    "liked": "about the reader, not the story",
    "bookmarked": "about the reader, not the story",
    "can": "about the reader, not the story",
    "contact_request": "about the reader, not the story",
    "distance_km": "about the question, not the story",
    "revision": "a token of the editor",
    "working_status": "exports hold what readers see",
}


def _figure(text: str, value: Decimal | None) -> Any:
    return value if value is not None else text


def _better(line: MetricLine) -> bool | None:
    return improved(line.metric)


#: One line per outcome metric; figures are numbers where they are ones, else the words that were typed.
METRICS: tuple[Column[MetricLine], ...] = (
    Column("use_case", _L("Use case"), Kind.TEXT, 48, lambda line: line.record.content.title),
    Column("organization", _L("Organization"), Kind.TEXT, 28, lambda line: line.record.row.organization.name),
    Column("name", _L("Metric"), Kind.TEXT, 30, lambda line: line.metric.name),
    Column("key", _L("Standard metric"), Kind.TEXT, 24,
           lambda line: found.name if (found := meant(line.metric.name)) else ""),
    Column("unit", _L("Unit"), Kind.TEXT, 14, lambda line: line.metric.unit),
    Column("baseline", _L("Before"), Kind.NUMBER, 16,
           lambda line: _figure(line.metric.baseline, line.metric.baseline_value)),
    Column("result", _L("After"), Kind.NUMBER, 16, lambda line: _figure(line.metric.result, line.metric.result_value)),
    Column("change_percent", _L("Change in %"), Kind.NUMBER, 14,
           lambda line: change_percent(line.metric.baseline_value, line.metric.result_value)),
    Column("improved", _L("Improved"), Kind.FLAG, 12, _better),
    Column("period", _L("Period"), Kind.TEXT, 18, lambda line: line.metric.period),
    Column("method", _L("How it was measured"), Kind.LONG, 50, lambda line: line.metric.method),
    # As text: a link of its own per line would be kept in memory until the end, and the story's line has it.
    Column("url", _L("Page"), Kind.TEXT, 34, lambda line: line.record.address),
    Column("use_case_id", _L("Id of the use case"), Kind.TEXT, 38, lambda line: str(line.record.row.pk)),
)  # fmt: skip

#: One line per picture, video or document. Addresses lead to a page that asks who may see it.
MEDIA: tuple[Column[MediaLine], ...] = (
    Column("use_case", _L("Use case"), Kind.TEXT, 48, lambda line: line.record.content.title),
    Column("organization", _L("Organization"), Kind.TEXT, 28, lambda line: line.record.row.organization.name),
    Column("kind", _L("Kind"), Kind.TEXT, 12, lambda line: line.picture.kind),
    Column("name", _L("File"), Kind.TEXT, 34, lambda line: line.picture.name),
    Column("caption", _L("Caption"), Kind.LONG, 48, lambda line: line.picture.caption),
    Column("cover", _L("Cover"), Kind.FLAG, 10, lambda line: line.picture.cover),
    Column("url", _L("Address"), Kind.URL, 34, lambda line: absolute(line.picture.url)),
    Column("use_case_id", _L("Id of the use case"), Kind.TEXT, 38, lambda line: str(line.record.row.pk)),
)  # fmt: skip


def written(column: Column[Any], line: Any) -> str:
    """Return a column's value as people read it, for documents."""
    value = column.read(line)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return value.date().isoformat()
    return figure(value) if isinstance(value, Decimal) else str(value)
