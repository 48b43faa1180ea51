"""Celery: background work and its schedule, in one place."""

from __future__ import annotations

import os

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

app.conf.beat_schedule = {
    "flush-topic-views": {"task": "forums.flush_views", "schedule": 60.0},
    "flush-use-case-views": {"task": "usecases.flush_views", "schedule": 60.0},
    "send-waiting-mail": {"task": "mail.deliver_waiting", "schedule": 60.0},
    "catch-up-files": {"task": "files.catch_up", "schedule": 300.0},
    "sweep-files": {"task": "files.sweep", "schedule": crontab(hour=3, minute=20)},
}


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _use_the_product_s_logs(**kwargs: object) -> None:
    """Keep Celery from replacing the log settings Django has made."""
