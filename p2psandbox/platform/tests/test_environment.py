"""Settings from the environment: what is refused, and how it is said."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from p2psandbox.platform.environment import ROOT, Environment, EnvironmentRefused, Profile, load

GOOD = {
    "PROFILE": "production",
    "SECRET_KEY": "s" * 50,
    "SITE_URL": "https://p2p.example.com",
    "ALLOWED_HOSTS": "p2p.example.com, www.p2p.example.com",
    "DATABASE_URL": "postgresql://u:p@db/p2p",
    "DOCUMENTS_URL": "mongodb://docs/p2p",
    "REDIS_URL": "redis://cache",
    "EMAIL_URL": "smtp://mail",
}


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(EnvironmentRefused) as refused:
        load(environ)
    return str(refused.value)


def test_an_empty_environment_is_local_mode() -> None:
    assert load({}).PROFILE is Profile.LOCAL


def test_a_complete_production_environment_is_taken() -> None:
    found = load(GOOD)
    assert found.ALLOWED_HOSTS == ["p2p.example.com", "www.p2p.example.com"]
    assert found.site_url == "https://p2p.example.com"


@pytest.mark.parametrize("name", [n for n in GOOD if n != "PROFILE"])
def test_production_names_each_variable_it_misses_with_an_example(name: str) -> None:
    said = refusal({k: v for k, v in GOOD.items() if k != name})
    assert said.startswith(f"{name} is not set. Example: {name}=")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DATABASE_URL", "mysql://db", "must start with postgresql://"),
        ("DOCUMENTS_URL", "http://docs", "must start with mongodb://"),
        ("REDIS_URL", "localhost:6379", "must start with redis://"),
        ("EMAIL_URL", "imap://mail", "must start with smtp://"),
        ("SITE_URL", "http://p2p.example.com", "must start with https://"),
        ("SECRET_KEY", "short", "at least 50 characters"),
        ("DEBUG", "true", "must be false in production"),
        ("DEBUG", "perhaps", "boolean"),
        ("DATABASE_POOL_SIZE", "many", "integer"),
        ("TRUSTED_PROXY_COUNT", "-1", "greater than or equal to 0"),
        ("LOG_LEVEL", "LOUD", "pattern"),
        ("CORS_ALLOWED_ORIGINS", "https://app.example.com/path", "not an origin"),
        ("PROFILE", "staging", "'local', 'test' or 'production'"),
    ],
)
def test_a_malformed_value_stops_the_start_in_one_sentence(name: str, value: str, why: str) -> None:
    said = refusal(GOOD | {name: value})
    assert said.startswith(name)
    assert why in said
    assert f"Example: {name}=" in said


def test_a_refusal_never_repeats_a_secret() -> None:
    assert "hunter2" not in refusal(GOOD | {"DATABASE_URL": "mysql://u:hunter2@db", "SECRET_KEY": "hunter2"})


def test_the_example_file_documents_every_variable_and_no_other() -> None:
    documented = re.findall(r"^# ([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(Environment.model_fields)


def test_manage_py_refuses_to_start_with_a_plain_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check_environment"],
        env={"PATH": "/usr/bin:/bin", "PROFILE": "production"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr
