"""Celery: background work and its schedule, in one place."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "p2psandbox.settings")

app = Celery("p2psandbox")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
app.autodiscover_tasks(["p2psandbox.platform.mail", "p2psandbox.platform.files"])
app.autodiscover_tasks(["p2psandbox.platform.tasks"], related_name="jobs")


def _every(seconds: float, task: str) -> dict[str, Any]:
    """Return a job's entry; what no worker took before the next one is due is dropped, or it would pile up."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def _nightly(hour: int, minute: int, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": crontab(hour=hour, minute=minute), "options": {"expires": 12 * 3600.0}}


#: Every scheduled job. ``manage.py tasks_status`` says how each is doing, ``manage.py run_job NAME`` runs one by hand.
app.conf.beat_schedule = {
    "flush-topic-views": _every(60.0, "forums.flush_views"),
    "flush-use-case-views": _every(60.0, "usecases.flush_views"),
    "tell-of-saved-searches": _every(600.0, "usecases.saved_searches"),
    "look-after-exports": _every(300.0, "usecases.look_after_exports"),
    "catch-up-imports": _every(300.0, "usecases.catch_up_imports"),
    "send-waiting-mail": _every(60.0, "mail.deliver_waiting"),
    "send-notification-mail": _every(60.0, "messaging.deliver_due"),
    "compute-trending": _every(300.0, "dashboard.trending"),
    "catch-up-files": _every(300.0, "files.catch_up"),
    "delete-dropped-media": _nightly(3, 10, "usecases.delete_dropped_media"),
    "sweep-files": _nightly(3, 20, "files.sweep"),
    "sweep-revisions": _nightly(3, 40, "platform.sweep_revisions"),
    "purge": _nightly(4, 0, "platform.purge"),
    "forget-unconfirmed-sign-ups": _nightly(4, 20, "accounts.forget_unconfirmed"),
    "forget-old-notifications": _nightly(4, 40, "messaging.forget_old"),
}


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _use_the_product_s_logs(**kwargs: object) -> None:
    """Keep Celery from replacing the log settings Django has made."""
