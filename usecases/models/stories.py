"""The catalogue of stories: that a use case exists, whose it is, in which state, and how to find it.

What a story says lies in the library (:mod:`usecases.documents`). The columns here mirror the content that
readers see, so that lists, filters and search never need the library: while a story is published that is the
signed-off revision, before and after that it is the working copy, which only its own people see.
"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.models import Industry, Organization
from p2psandbox.platform.models import Record, SoftDeletable, SoftDeletableQuerySet
from p2psandbox.platform.permissions import Actor, Permission, Scope, scope
from usecases.models.choices import BudgetRange, Category, Status, Visibility, WorkingStatus


class UseCaseQuerySet(SoftDeletableQuerySet):
    """Stories as they are asked for."""

    def visible_to(self, actor: Actor) -> Self:
        """Stories this actor may know of: published ones, and unpublished ones of their own.

        Visitors and people without a confirmed address see public ones only. Deleted ones are seen by nobody.
        """
        alive = self.alive()
        if scope(actor, Permission.READ_MEMBERS_AREA) is Scope.NO:
            return alive.filter(status=Status.PUBLISHED, visibility=Visibility.PUBLIC)
        reach = scope(actor, Permission.SEE_UNPUBLISHED_USE_CASE)
        if reach is Scope.ALL:
            return alive
        own = Q(author_id=actor.id)
        if reach is Scope.ORGANIZATION:
            own |= Q(organization_id=actor.organization_id)
        return alive.filter(Q(status=Status.PUBLISHED) | own)

    def lean(self) -> Self:
        """Leave out what no page shows."""
        return self.defer("search_vector")


class UseCase(Record, SoftDeletable):
    """One story of one organization.

    ``revision_id`` is what readers see (set from the first publishing on), ``draft_revision_id`` the working
    copy, ``submitted_revision_id`` the working copy as it was last handed in. ``version`` counts every change
    and is the token that tells a stale edit; ``text_version`` is the last one that changed more than which media there
    are, so that an upload makes no text stale.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="use_cases")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="use_cases")
    title = models.CharField(max_length=200, blank=True)
    slug = models.CharField(max_length=220, blank=True)
    summary = models.TextField(max_length=600, blank=True)
    excerpt = models.CharField(max_length=300, blank=True)
    category = models.CharField(max_length=20, choices=Category, blank=True)
    industry = models.CharField(max_length=40, choices=Industry, blank=True)
    technologies = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    technology_keys = ArrayField(models.CharField(max_length=120), default=list, blank=True, editable=False)
    budget_range = models.CharField(max_length=20, choices=BudgetRange, blank=True)
    timeline_months = models.PositiveSmallIntegerField(null=True, blank=True)
    vendor = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text=_("ISO 3166-1 alpha-2 code"))
    city = models.CharField(max_length=100, blank=True)
    city_key = models.CharField(max_length=200, blank=True, editable=False)
    site = models.CharField(max_length=120, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    working_status = models.CharField(max_length=12, choices=WorkingStatus, default=WorkingStatus.NONE, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.MEMBERS)
    revision_id = models.UUIDField(null=True, editable=False)
    draft_revision_id = models.UUIDField(null=True, editable=False)
    submitted_revision_id = models.UUIDField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    text_version = models.PositiveIntegerField(default=1, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    featured_at = models.DateTimeField(null=True, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    view_count = models.PositiveIntegerField(default=0)
    like_count = models.PositiveIntegerField(default=0)
    replications_same = models.PositiveIntegerField(default=0, editable=False)
    replications_partly = models.PositiveIntegerField(default=0, editable=False)
    replications_failed = models.PositiveIntegerField(default=0, editable=False)
    headline_name = models.CharField(max_length=120, blank=True)
    headline_change = models.DecimalField(max_digits=21, decimal_places=6, null=True, blank=True)
    headline_unit = models.CharField(max_length=40, blank=True)
    headline_period = models.CharField(max_length=60, blank=True)
    headline_text = models.CharField(max_length=200, blank=True)
    headline_baseline = models.DecimalField(max_digits=21, decimal_places=6, null=True, blank=True)
    headline_result = models.DecimalField(max_digits=21, decimal_places=6, null=True, blank=True)
    headline_improved = models.BooleanField(null=True, blank=True)
    cover_id = models.UUIDField(null=True, blank=True, editable=False, help_text=_("the file its card shows"))
    media_count = models.PositiveSmallIntegerField(default=0, editable=False)
    search_vector = SearchVectorField(null=True, editable=False)
    search_recipe = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = UseCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="use_case_status_is_known"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="use_case_visibility_is_known"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False, revision_id__isnull=False),
                name="use_case_published_has_time_and_revision",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "unpublished"]) | ~Q(title=""),
                name="use_case_handed_in_has_a_title",
            ),
            models.CheckConstraint(
                condition=Q(working_status="")
                | Q(
                    working_status__in=["draft", "in_review"],
                    status="published",
                    draft_revision_id__isnull=False,
                ),
                name="use_case_working_copy_is_of_a_published_one",
            ),
            models.CheckConstraint(
                condition=Q(featured_at__isnull=True) | Q(status="published"),
                name="use_case_featured_is_published",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="use_case_position_is_on_the_globe",
            ),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"),
                name="use_case_country_is_iso_code",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="use_case_version_counts_from_one"),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="use_case_newest",
                condition=Q(status="published", deleted_at__isnull=True),
            ),
            models.Index(
                fields=["-view_count", "-id"],
                name="use_case_most_viewed",
                condition=Q(status="published", deleted_at__isnull=True),
            ),
            models.Index(
                fields=["-like_count", "-id"],
                name="use_case_most_liked",
                condition=Q(status="published", deleted_at__isnull=True),
            ),
            models.Index(fields=["organization", "status"], name="use_case_by_organization"),
            models.Index(fields=["author", "status"], name="use_case_by_author"),
            models.Index(fields=["industry", "country"], name="use_case_by_industry_country"),
            models.Index(
                fields=["latitude", "longitude"],
                name="use_case_position",
                condition=Q(status="published", deleted_at__isnull=True, latitude__isnull=False),
            ),
            models.Index(fields=["city_key"], name="use_case_by_city"),
            GinIndex(fields=["technology_keys"], name="use_case_technologies"),
            GinIndex(fields=["search_vector"], name="use_case_search"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled use case"))

    def get_absolute_url(self) -> str:
        return reverse("usecases:detail", args=[self.pk, self.slug or "story"])

    def changed(self) -> None:
        """Count a change: what was begun before it is stale."""
        self.version += 1
        self.text_version = self.version

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    @property
    def replications_total(self) -> int:
        """How many organizations reported on trying it."""
        return self.replications_same + self.replications_partly + self.replications_failed

    @property
    def awaits_review(self) -> bool:
        """Whether a draft, or the working copy of a published story, is handed in."""
        return self.status == Status.IN_REVIEW or self.working_status == WorkingStatus.IN_REVIEW

    @property
    def has_working_copy(self) -> bool:
        """Whether readers see something else than what its people are writing."""
        return self.working_status != WorkingStatus.NONE

    @property
    def working_revision_id(self) -> UUID | None:
        """The revision its people are writing: the working copy, else what readers see."""
        return self.draft_revision_id or self.revision_id


class UseCaseMetric(models.Model):
    """One outcome of a story, in figures where there are any.

    ``baseline`` and ``result`` keep what was typed ("under 20 minutes"); the ``…_value`` columns hold the
    number when it is one, for comparing. ``key`` names the standard metric it is (:mod:`usecases.metrics`), empty
    for one of one's own, and ``change`` is by how many percent it changed.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="metrics")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=40, blank=True)
    baseline = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=200, blank=True)
    baseline_value = models.DecimalField(max_digits=21, decimal_places=6, null=True, blank=True)
    result_value = models.DecimalField(max_digits=21, decimal_places=6, null=True, blank=True)
    period = models.CharField(max_length=60, blank=True)
    method = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=40, blank=True, editable=False)
    change = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True, editable=False)

    class Meta:
        ordering = ["use_case", "position"]
        constraints = [models.UniqueConstraint(fields=["use_case", "position"], name="use_case_metric_position_unique")]
        indexes = [
            models.Index(fields=["key", "change", "use_case"], name="use_case_metric_change", condition=~Q(key=""))
        ]

    def __str__(self) -> str:
        return self.name


class UseCaseContact(models.Model):
    """Whom to ask: in a table of its own, so that nothing reads it by accident.

    ``pending`` marks the one that goes with the working copy of a published story.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="+")
    pending = models.BooleanField(default=False)
    name = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["use_case", "pending"], name="use_case_has_one_contact")]

    def __str__(self) -> str:
        return str(self.pk)
