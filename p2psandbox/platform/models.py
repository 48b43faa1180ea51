"""Bases of every table in the catalogue, and the platform's own tables."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh UUIDv7: unique everywhere, ordered by time of making."""
    return uuid7()


class Record(models.Model):
    """A row of the catalogue: UUIDv7 key and the times of its making and last change (UTC)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class SoftDeletableQuerySet(models.QuerySet[Any]):
    """Rows that are marked deleted, never erased."""

    def alive(self) -> Self:
        """Only rows that have not been deleted."""
        return self.filter(deleted_at__isnull=True)


class SoftDeletable(models.Model):
    """Deleting sets a time and keeps the row, so that a moderator can take it back."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class OnceKey(models.Model):
    """What an ``Idempotency-Key`` (or a form's one-time key) made: see :mod:`platform.idempotency`."""

    actor_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    subject_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "kind", "key"], name="once_per_actor_kind_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


# Rooms of their own; Django looks for an app's models here.
from p2psandbox.platform.drafts import models as _drafts  # noqa: E402, F401 -- as the others
from p2psandbox.platform.files import models as _files  # noqa: E402, F401 -- needs Record, above
from p2psandbox.platform.guards import models as _guards  # noqa: E402, F401 -- as the others
from p2psandbox.platform.mail import models as _mail  # noqa: E402, F401 -- needs Record, above
from p2psandbox.platform.places import models as _places  # noqa: E402, F401 -- as the others
from p2psandbox.platform.tasks import models as _tasks  # noqa: E402, F401 -- needs Record, above
