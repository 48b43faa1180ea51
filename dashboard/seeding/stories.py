"""Synthetic use cases, by the product's own rules for what a row mirrors of its content."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dashboard.seeding import vocabulary as words
from dashboard.seeding.chance import Chance
from dashboard.seeding.companies import Person
from dashboard.seeding.prose import Prose
from dashboard.seeding.scales import Scale
from dashboard.seeding.stores import Shelf, Table, settle
from organizations.models import Industry
from p2psandbox.platform.models import new_id
from p2psandbox.platform.places.queries import position_of
from p2psandbox.platform.places.radius import Point
from p2psandbox.platform.richtext import RichText
from usecases import search
from usecases.actions.drafts import metric_rows
from usecases.content import Content
from usecases.documents import UseCaseRevision
from usecases.models import (
    BudgetRange,
    Category,
    Status,
    Step,
    UseCase,
    UseCaseContact,
    UseCaseLike,
    UseCaseMetric,
    UseCaseTransition,
    Visibility,
)
from usecases.outcomes import Metric

BATCH = 500

_ROW = [
    "id",
    "organization_id",
    "author_id",
    "status",
    "revision_id",
    "draft_revision_id",
    "submitted_revision_id",
    "version",
    "submitted_at",
    "published_at",
    "view_count",
    "like_count",
    "created_at",
    "updated_at",
    "search_vector",
    "search_recipe",
]
_METRIC = ["name", "unit", "baseline", "result", "baseline_value", "result_value", "period", "method", "key", "change"]


@functools.lru_cache(maxsize=1000)
def _where(city: str, country: str) -> Point | None:
    """Where a city lies, if the cities were loaded into this database."""
    return position_of(city, country)


class Stories:
    """Makes the use cases of one data set; :meth:`make` does it all."""

    def __init__(self, chance: Chance, prose: Prose, people: list[Person], now: datetime) -> None:
        self.chance = chance
        self.prose = prose
        self.people = people
        self.writers = [person for person in people if person.company]
        self.admins = {person.organization_id: person for person in people if person.is_admin}
        self.now = now
        self._mirrored = list(Content().columns())
        self._rows = Table(UseCase, [*_ROW, *self._mirrored])
        self._metrics = Table(UseCaseMetric, ["use_case_id", "position", *_METRIC])
        self._contacts = Table(UseCaseContact, ("use_case_id", "name", "title", "email"))
        self._steps = Table(
            UseCaseTransition,
            ("use_case_id", "step", "from_status", "to_status", "by_id", "revision_id", "created_at"),
        )
        self._likes = Table(UseCaseLike, ("use_case_id", "user_id", "created_at"))

    def make(self, scale: Scale, advance: Callable[[int], None]) -> None:
        """Store all use cases of ``scale``; ``advance`` hears how many are done."""
        with Shelf(UseCaseRevision) as shelf:
            for start in range(0, scale.use_cases, BATCH):
                size = min(BATCH, scale.use_cases - start)
                self._write(size, shelf)
                advance(size)

    def _write(self, size: int, shelf: Shelf) -> None:
        documents: list[dict[str, Any]] = []
        rows: dict[str, list[tuple[object, ...]]] = {k: [] for k in ("row", "metric", "contact", "step", "like")}
        for _ in range(size):
            author, content = self.chance.choice(self.writers), self._content()
            begun = self.chance.between(self.now - timedelta(days=1000), self.now - timedelta(days=12), lean=0.7)
            story_id, revision_id = self.chance.uuid7(begun), new_id()
            documents.append(
                shelf.document(
                    id=revision_id,
                    subject_id=story_id,
                    previous_id=None,
                    author_id=author.id,
                    created_at=self.now,
                    **content.document(),
                )
            )
            likers = self._likers()
            status = self._status()
            rows["like"] += [(story_id, person.id, self.now) for person in likers]
            rows["row"].append(self._row(story_id, author, content, status, revision_id, begun, len(likers)))
            rows["metric"] += self._metric_rows(story_id, content)
            rows["contact"].append((story_id, author.name, author.job_title, author.email))
            rows["step"] += self._step_rows(story_id, author, status, revision_id, begun)
        shelf.write(documents)
        self._rows.write(rows["row"])
        self._metrics.write(rows["metric"])
        self._contacts.write(rows["contact"])
        self._steps.write(rows["step"])
        self._likes.write(rows["like"])
        settle()

    # -- One story --------------------------------------------------------------------------------------

    def _status(self) -> Status:
        kinds = (Status.PUBLISHED, Status.DRAFT, Status.IN_REVIEW, Status.UNPUBLISHED)
        return self.chance.choices(kinds, (80, 12, 5, 3))[0]

    def _likers(self) -> list[Person]:
        most = min(len(self.people), int(self.chance.lognormvariate(0.8, 1.0)))
        return self.chance.sample(self.people, most)

    def _content(self) -> Content:
        chance, prose = self.chance, self.prose
        country, city = chance.choice(words.PLACES)
        subject, machine = chance.choice(words.SUBJECTS), chance.choice(words.MACHINES)
        metrics = tuple(self._metric(*outcome) for outcome in chance.sample(words.OUTCOMES, chance.randint(1, 3)))
        content = Content(
            title=f"{subject[:1].upper()}{subject[1:]} on our {machine}: what it took and what came of it",
            summary=prose.paragraph(sentences=2),
            category=chance.choice(Category.values),
            industry=chance.choice(Industry.values),
            technologies=tuple(chance.sample(words.TECHNOLOGIES, chance.randint(1, 4))),
            problem=self._rich(),
            solution=self._rich(),
            outcomes=self._rich(),
            difficulties=self._rich() if chance.random() < 0.6 else RichText("", ""),
            budget_range=chance.choice(BudgetRange.values),
            timeline_months=chance.randint(1, 24),
            lessons=tuple(prose.paragraph(sentences=1) for _ in range(chance.randint(0, 3))),
            metrics=metrics,
            city=city,
            country=country,
            visibility=Visibility.PUBLIC.value if chance.random() < 0.2 else Visibility.MEMBERS.value,
        )
        where = _where(city, country)
        return replace(content, latitude=where.latitude, longitude=where.longitude) if where else content

    def _rich(self) -> RichText:
        body = self.prose.body()
        return RichText(body.html, body.text)

    def _metric(self, name: str, unit: str, before: tuple[float, float], factor: tuple[float, float]) -> Metric:
        baseline = self.chance.uniform(*before)
        result = baseline * self.chance.uniform(*factor)
        months = self.chance.choice((3, 6, 9, 12))
        return Metric(name, unit, f"{baseline:.1f}", f"{result:.1f}", f"{months} months", "Counted before and after")

    # -- Its rows ---------------------------------------------------------------------------------------

    def _row(
        self,
        story_id: UUID,
        author: Person,
        content: Content,
        status: Status,
        revision: UUID,
        begun: datetime,
        likes: int,
    ) -> tuple[object, ...]:
        assert author.company is not None
        was_public = status in (Status.PUBLISHED, Status.UNPUBLISHED)
        handed_in = begun + timedelta(days=4) if status is not Status.DRAFT else None
        columns = content.columns()
        return (
            *(story_id, author.organization_id, author.id, str(status)),
            revision if was_public else None,
            revision if not was_public else None,
            revision if status is Status.IN_REVIEW else None,
            *({Status.DRAFT: 1, Status.IN_REVIEW: 2, Status.PUBLISHED: 3}.get(status, 4), handed_in),
            begun + timedelta(days=5) if was_public else None,
            *(int(self.chance.lognormvariate(4, 1)) if was_public else 0, likes, begun, begun + timedelta(days=5)),
            *(search.vector_text(content, author.company.name), search.RECIPE),
            *(columns[name] for name in self._mirrored),
        )

    def _metric_rows(self, story_id: UUID, content: Content) -> list[tuple[object, ...]]:
        made = metric_rows(UseCase(id=story_id), content)
        return [(story_id, row.position, *(getattr(row, name) for name in _METRIC)) for row in made]

    def _step_rows(
        self, story_id: UUID, author: Person, status: Status, revision: UUID, begun: datetime
    ) -> list[tuple[object, ...]]:
        approver = self.admins[author.organization_id]
        way = [(Step.STARTED, "", Status.DRAFT, author)]
        if status is not Status.DRAFT:
            way.append((Step.SUBMITTED, Status.DRAFT, Status.IN_REVIEW, author))
        if status in (Status.PUBLISHED, Status.UNPUBLISHED):
            way.append((Step.APPROVED, Status.IN_REVIEW, Status.PUBLISHED, approver))
        if status is Status.UNPUBLISHED:
            way.append((Step.UNPUBLISHED, Status.PUBLISHED, Status.UNPUBLISHED, approver))
        times = (begun, begun + timedelta(days=4), begun + timedelta(days=5), begun + timedelta(days=9))
        return [
            (story_id, str(step), str(before), str(after), person.id, revision, time)
            for (step, before, after, person), time in zip(way, times, strict=False)
        ]
