"""What Prometheus reads."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from accounts.models import User
from p2psandbox.platform import cachetags
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.tasks.models import TaskRun
from p2psandbox.platform.tasks.queries import job_names

pytestmark = pytest.mark.django_db(databases="__all__")

Figures = dict[tuple[str, str], float]


@pytest.fixture
def scrape(client: Client, settings: Settings) -> Client:
    settings.HEALTH_TOKEN = "let-me-see"
    return client


def figures(client: Client) -> Figures:
    """Return each figure of a scrape by its name and its one label's value."""
    answer = client.get("/metrics", headers={"Authorization": "Bearer let-me-see"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, "".join(one.labels.values())): one.value for family in families for one in family.samples}


def test_only_staff_and_the_configured_token_are_told(scrape: Client, ben: User, mona: User) -> None:
    assert scrape.get("/metrics").status_code == 404
    assert scrape.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 404
    scrape.force_login(ben)
    assert scrape.get("/metrics").status_code == 404
    scrape.force_login(mona)
    assert scrape.get("/metrics")["Content-Type"].startswith("text/plain")


def test_every_component_and_every_job_is_told_of(scrape: Client) -> None:
    found = figures(scrape)
    for component in ("database", "documents", "cache", "broker"):
        assert found["p2psandbox_component_up", component] == 1
        assert 0 < found["p2psandbox_component_latency_seconds", component] < 2
    assert {label for name, label in found if name == "p2psandbox_job_running"} == set(job_names())
    assert found["p2psandbox_pool_connections", "open"] >= 1


def test_a_run_moves_its_job_s_figures(scrape: Client) -> None:
    before = timezone.now().timestamp()
    assert ("p2psandbox_job_last_success_timestamp_seconds", "compute-trending") not in figures(scrape)

    call_command("run_job", "compute-trending")
    found = figures(scrape)

    assert found["p2psandbox_job_last_success_timestamp_seconds", "compute-trending"] >= before
    assert found["p2psandbox_job_failures_in_a_row", "compute-trending"] == 0
    assert found["p2psandbox_job_duration_seconds", "compute-trending"] > 0

    TaskRun.objects.filter(job="dashboard.trending").update(failures_in_a_row=4, overlaps=2)
    found = figures(scrape)
    assert found["p2psandbox_job_failures_in_a_row", "compute-trending"] == 4
    assert found["p2psandbox_job_overlaps_total", "compute-trending"] == 2


def test_looks_into_the_cache_are_counted_as_hits_and_misses(scrape: Client) -> None:
    before = figures(scrape)
    for _ in range(4):
        cachetags.cached("counted", make=lambda: 7, tags=("here",))
    after = figures(scrape)
    counts = {
        result: after["p2psandbox_kept_numbers_total", result] - before["p2psandbox_kept_numbers_total", result]
        for result in ("hit", "miss")
    }
    assert counts == {"hit": 3, "miss": 1}


def test_a_component_that_is_down_leaves_the_rest_standing(scrape: Client, settings: Settings) -> None:
    from p2psandbox.platform import health

    def refused() -> str:
        raise ConnectionRefusedError

    real = health.CHECKS["documents"]
    health.CHECKS["documents"] = refused
    try:
        found = figures(scrape)
    finally:
        health.CHECKS["documents"] = real
    assert found["p2psandbox_component_up", "documents"] == 0
    assert found["p2psandbox_mail", "waiting"] == OutboxMail.objects.filter(sent_at=None).count()
