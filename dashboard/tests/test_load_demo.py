"""Loading the demo data: once, quietly, and never by accident."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError

from accounts.models import User
from dashboard.tests.test_demo import run
from forums.models import Topic
from organizations.models import Organization
from p2psandbox.platform.environment import Profile

pytestmark = pytest.mark.django_db(databases="__all__")


def test_nobody_gets_mail(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run("load_demo")
    assert mail.outbox == []
    assert all(email.endswith(".example") for email in User.objects.values_list("email", flat=True))


def test_production_is_refused_unless_forced(settings: Any) -> None:
    settings.ENV = settings.ENV.model_copy(update={"PROFILE": Profile.PRODUCTION})
    with pytest.raises(CommandError, match="--force"):
        run("load_demo")
    assert not User.objects.exists()
    run("load_demo", "--force")
    assert User.objects.exists()


def test_a_company_that_has_the_name_already_leaves_the_database_as_it_was() -> None:
    Organization.objects.create(name="Laiterie du Haut-Plateau", slug="laiterie")
    with pytest.raises(CommandError, match="Nothing was loaded"):
        run("load_demo")
    assert not User.objects.exists()
    assert not Topic.objects.exists()


def test_without_demo_data_the_command_says_how_to_get_it() -> None:
    assert "load_demo" in run("demo_accounts")
