"""What the catalogue knows of a file: whose it is, what it turned out to be, where its bytes lie."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.files import keys
from p2psandbox.platform.files.kinds import Family, kind_of
from p2psandbox.platform.models import Record


class Purpose(models.TextChoices):
    """What a file is for; it decides what is accepted and what is made of it (see ``purposes.py``)."""

    AVATAR = "avatar", _("Picture of a person")
    LOGO = "logo", _("Logo")
    ATTACHMENT = "attachment", _("Attachment")
    MEDIA = "media", _("Media")
    EVIDENCE = "evidence", _("Document for the verification")


class FileStatus(models.TextChoices):
    """Where a file is on its way. Only a ready one may be used or served."""

    UPLOADING = "uploading", _("Uploading")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Refused")
    DELETED = "deleted", _("Deleted")


class RenditionsStatus(models.TextChoices):
    """Whether the smaller pictures of a file are made."""

    NONE = "none", _("None wanted")
    PENDING = "pending", _("Being made")
    READY = "ready", _("Made")
    FAILED = "failed", _("Could not be made")


def random_key() -> str:
    """Return the name of a new object in the store: 192 random bits, nothing a person typed."""
    return secrets.token_urlsafe(24)


class StoredFile(Record):
    """One file of one person, counted for one organization.

    ``key`` names its bytes in the store (see ``keys.py``) and never changes. ``attached_kind`` and
    ``attached_id`` say what it belongs to (``forums.post`` and that row's id); nothing attached within a day is
    swept. ``public_key`` is set for pictures that everybody may see. Rows go with people and organizations that are
    erased (sign-ups nobody confirmed); the sweep finds their bytes.
    """

    owner: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    organization: models.ForeignKey[Any, Any] = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    purpose = models.CharField(max_length=12, choices=Purpose)
    status = models.CharField(max_length=10, choices=FileStatus, default=FileStatus.UPLOADING)
    error_code = models.CharField(max_length=40, blank=True)

    name = models.CharField(max_length=500, blank=True, help_text=_("for display only"))
    declared_type = models.CharField(max_length=100, blank=True)
    declared_size = models.BigIntegerField()
    expected_sha256 = models.CharField(max_length=64, blank=True)

    key = models.CharField(max_length=64, unique=True, default=random_key)
    upload_id = models.CharField(max_length=1024, blank=True)
    part_size = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True, help_text=_("an unfinished upload is given up then"))

    kind = models.CharField(max_length=12, blank=True, help_text=_("what it turned out to be"))
    content_type = models.CharField(max_length=100, blank=True)
    bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    duration = models.FloatField(null=True, blank=True, help_text=_("of a video, in seconds"))
    ready_at = models.DateTimeField(null=True, blank=True)
    public_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    renditions_status = models.CharField(max_length=10, choices=RenditionsStatus, default=RenditionsStatus.NONE)

    attached_at = models.DateTimeField(null=True, blank=True)
    attached_kind = models.CharField(max_length=60, blank=True)
    attached_id = models.UUIDField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text=_("when its bytes were gone"))

    class Meta:
        app_label = "platform"
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(declared_size__gt=0), name="file_has_a_size"),
            models.CheckConstraint(condition=models.Q(bytes__gte=0), name="file_bytes_are_not_negative"),
            models.CheckConstraint(condition=models.Q(purpose__in=Purpose.values), name="file_purpose_is_known"),
            models.CheckConstraint(condition=models.Q(status__in=FileStatus.values), name="file_status_is_known"),
            models.CheckConstraint(
                condition=models.Q(renditions_status__in=RenditionsStatus.values),
                name="file_renditions_status_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=FileStatus.READY)
                | models.Q(sha256__regex=r"^[0-9a-f]{64}$", bytes__gt=0, ready_at__isnull=False)
                & ~models.Q(content_type=""),
                name="file_ready_means_checked",
            ),
            models.CheckConstraint(
                condition=models.Q(attached_at__isnull=True, attached_kind="", attached_id__isnull=True)
                | models.Q(attached_at__isnull=False, attached_id__isnull=False) & ~models.Q(attached_kind=""),
                name="file_attached_wholly_or_not",
            ),
            models.CheckConstraint(
                condition=models.Q(status=FileStatus.DELETED, deleted_at__isnull=False)
                | ~models.Q(status=FileStatus.DELETED) & models.Q(deleted_at__isnull=True),
                name="file_deleted_has_a_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organization", "status"], name="file_by_organization"),
            models.Index(fields=["owner", "status"], name="file_by_owner"),
            models.Index(
                fields=["attached_id", "attached_kind"],
                name="file_by_subject",
                condition=models.Q(attached_at__isnull=False),
            ),
            models.Index(
                fields=["updated_at"],
                name="file_unfinished",
                condition=models.Q(status__in=["uploading", "checking"]) | models.Q(renditions_status="pending"),
            ),
            models.Index(
                fields=["ready_at"],
                name="file_unattached",
                condition=models.Q(status="ready", attached_at__isnull=True),
            ),
            models.Index(
                fields=["updated_at"],
                name="file_to_erase",
                condition=models.Q(status__in=["deleted", "failed"], erased_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"

    @property
    def arrives_at(self) -> str:
        """The object the upload becomes. Pictures and videos are made anew from it; of all else it is what is kept."""
        kind = kind_of(self.extension)
        made_anew = kind is not None and kind.family in (Family.IMAGE, Family.VIDEO)
        return keys.incoming(self.key) if made_anew else keys.kept(self.key)

    @property
    def is_attached(self) -> bool:
        return self.attached_at is not None

    @property
    def extension(self) -> str:
        """The name's ending in lower case, with its dot, or an empty string."""
        dot = self.name.rfind(".")
        return self.name[dot:].lower() if dot > 0 else ""

    @property
    def part_count(self) -> int:
        """How many parts the upload has."""
        return -(-self.declared_size // self.part_size) if self.part_size else 0

    def size_of_part(self, number: int) -> int:
        """Return how many bytes part ``number`` (from 1) has; 0 for one that there is not."""
        if not 1 <= number <= self.part_count:
            return 0
        return min(self.part_size, self.declared_size - (number - 1) * self.part_size)


class Part(models.Model):
    """A part that lies in the local folder. S3 remembers its parts itself."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        app_label = "platform"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["file", "number"], name="part_number_is_unique"),
            models.CheckConstraint(condition=models.Q(number__gte=1, size__gt=0), name="part_is_counted_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"


class Rendition(models.Model):
    """A smaller picture made of a file; its object's key follows from the file's key, name and format."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="renditions")
    name = models.CharField(max_length=20)
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=120, unique=True)

    class Meta:
        app_label = "platform"
        ordering: ClassVar[list[str]] = ["width", "name", "format"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["file", "name", "format"], name="rendition_is_made_once"),
            models.CheckConstraint(condition=models.Q(bytes__gt=0), name="rendition_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.name}.{self.format}"

    @property
    def content_type(self) -> str:
        return f"image/{self.format}"


class StorageLimit(models.Model):
    """How much an organization may store. Its row is locked while room is reserved, so that the limit is exact.

    The row without an organization stands for platform staff. ``quota_bytes`` is empty for the default.
    """

    organization: models.ForeignKey[Any, Any] = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    quota_bytes = models.BigIntegerField(null=True, blank=True)

    class Meta:
        app_label = "platform"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organization"], name="one_storage_limit_per_organization", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(quota_bytes__isnull=True) | models.Q(quota_bytes__gte=0),
                name="storage_limit_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"limit of {self.organization_id or 'the platform'}"
