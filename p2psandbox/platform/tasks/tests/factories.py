"""Rows that background work leaves behind."""

from __future__ import annotations

import factory
from django.utils import timezone

from p2psandbox.platform.models import new_id
from p2psandbox.platform.tasks.models import DeadLetter, TaskRun


class DeadLetterFactory(factory.django.DjangoModelFactory[DeadLetter]):
    """Erasing a file that there is not: run again, it does nothing and succeeds."""

    class Meta:
        model = DeadLetter

    task = "files.erase"
    arguments = factory.LazyFunction(lambda: [str(new_id())])
    error = "ValueError"
    message = "p2psandbox/platform/files/storage/local.py:1 in delete"
    first_failed_at = last_failed_at = factory.LazyFunction(timezone.now)


class TaskRunFactory(factory.django.DjangoModelFactory[TaskRun]):
    class Meta:
        model = TaskRun

    job = factory.Sequence(lambda n: f"tests.job{n}")
