"""What of a story's pictures, videos and documents the catalogue knows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.models import Record
from usecases.models.stories import UseCase

#: Most media of one story. A page with more is not read; a story with more is two.
MOST_MEDIA = 30


class MediaKind(models.TextChoices):
    """What is done with a medium: shown, played, or saved."""

    IMAGE = "image", _("Image")
    VIDEO = "video", _("Video")
    DOCUMENT = "document", _("Document")


class UseCaseMedia(Record):
    """One file of a story, under the id by which revisions name it.

    What a story shows, in which order and with which words, its revisions say (see decision 0020). ``position``
    (from 0), ``caption`` and ``cover`` mirror what readers see, as the story's columns do; a row without a position is
    in the working copy only, or in none: then ``dropped_at`` says since when, and its file is deleted a day later.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="media")
    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=MediaKind)
    position = models.PositiveSmallIntegerField(null=True, blank=True)
    caption = models.CharField(max_length=300, blank=True)
    cover = models.BooleanField(default=False)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["use_case", F("position").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(fields=["use_case", "position"], name="use_case_media_position_unique"),
            models.UniqueConstraint(fields=["use_case"], condition=Q(cover=True), name="use_case_has_one_cover"),
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(position__range=(0, MOST_MEDIA - 1)),
                name="use_case_media_at_most_thirty",
            ),
            models.CheckConstraint(
                condition=Q(cover=False) | Q(position__isnull=False, kind__in=["image", "video"]),
                name="use_case_cover_is_shown",
            ),
            models.CheckConstraint(condition=Q(kind__in=MediaKind.values), name="use_case_media_kind_is_known"),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | Q(position__isnull=True),
                name="use_case_media_dropped_is_not_shown",
            ),
        ]
        indexes = [
            models.Index(fields=["dropped_at"], name="use_case_media_dropped", condition=Q(dropped_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.caption or str(self.pk)
