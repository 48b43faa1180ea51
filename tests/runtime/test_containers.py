"""No container engine runs here, so this reads what the container files name and checks that it exists."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from p2psandbox.platform.environment import Environment, load
from p2psandbox.platform.programs import PROGRAMS
from tests.runtime.product import ROOT

APPS = ("web", "worker", "beat", "migrate")
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "MONGO_PASSWORD", "REDIS_PASSWORD", "MINIO_PASSWORD"}
PRODUCTION_VALUES = {
    "SECRET_KEY": "x" * 60,
    "SITE_URL": "https://p2p.example.com",
    "ALLOWED_HOSTS": "p2p.example.com",
    "EMAIL_URL": "smtp://mail.example.com:25",
    "DEFAULT_FROM_EMAIL": "no-reply@p2p.example.com",
    "S3_ENDPOINT_URL": "https://files.example.com",
    **dict.fromkeys(COMPOSE_ONLY, "a-long-random-word"),
}
_VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::?([-?])([^}]*))?\}")


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text())
    return found


COMPOSE = read("docker-compose.yml")
DEVELOPMENT = read("docker-compose.override.yml")
PRODUCTION = read("deploy/docker-compose.production.yml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
CI = read(".github/workflows/ci.yml")
ONE_SHOT = {name for name, service in SERVICES.items() if service.get("restart") == "no"}


def filled(environment: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
    """``environment`` with every ``${NAME:-default}`` replaced, as compose does it."""

    def value_of(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        return values.get(name) or (rest if kind == "-" else "")

    return {name: _VARIABLE.sub(value_of, str(value)) for name, value in environment.items()}


def check_command(words: list[str]) -> None:
    """Fail unless the program, module, script or management command in ``words`` exists."""
    for line in " ".join(words).split("&&") if words[0] == "sh" else [shlex.join(words)]:
        match shlex.split(line.removeprefix("sh -c ")):
            case ["python", "-m", "p2psandbox.platform.programs", name]:
                assert name in PROGRAMS
            case ["python", "-m", module, *_]:
                assert importlib.util.find_spec(module), module
            case ["python", "manage.py", command, *_]:
                assert command in get_commands(), command
            case ["python", script, *_]:
                assert (ROOT / script).is_file(), script
            case ["celery", "-A", app, *_]:
                assert importlib.util.find_spec(f"{app}.celery")
            case ["grep", "-q", "beat", "/proc/1/cmdline"]:
                assert "beat" in PROGRAMS["beat"](load({}))
            case other:
                pytest.fail(f"unknown command {other}")


def test_every_variable_handed_to_the_product_is_one_it_reads() -> None:
    for file in (COMPOSE, DEVELOPMENT, PRODUCTION):
        names = set(file["x-app"].get("environment") or {})
        for service in APPS:
            names |= set(file["services"].get(service, {}).get("environment") or {})
        assert names <= set(Environment.model_fields)


def test_every_variable_taken_from_outside_is_known() -> None:
    for name in ("docker-compose.yml", "docker-compose.override.yml", "deploy/docker-compose.production.yml"):
        taken = {match[1] for match in _VARIABLE.finditer((ROOT / name).read_text())}
        assert taken <= set(Environment.model_fields) | COMPOSE_ONLY, name


def test_the_product_accepts_the_environment_of_the_development_stack() -> None:
    environment = COMPOSE["x-app"]["environment"] | DEVELOPMENT["services"]["web"]["environment"]
    settings = load(filled(environment, {}))
    assert settings.is_local
    assert settings.RELOAD
    assert not settings.DEBUGGER


def test_the_product_accepts_the_environment_of_the_production_stack() -> None:
    environment = COMPOSE["x-app"]["environment"] | PRODUCTION["x-app"]["environment"]
    settings = load(filled(environment, PRODUCTION_VALUES))
    assert settings.PROFILE == "production"


def test_production_has_no_default_for_a_secret() -> None:
    text = (ROOT / "deploy/docker-compose.production.yml").read_text()
    defaults = {m[1]: m[3] for m in _VARIABLE.finditer(text) if m[2] != "?"}
    assert set(defaults) == {"TRUSTED_PROXY_COUNT", "HEALTH_TOKEN"}
    assert defaults["HEALTH_TOKEN"] == ""
    assert PRODUCTION["x-app"]["read_only"] is True


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_a_health_check_or_runs_once(name: str) -> None:
    service = SERVICES[name]
    assert ("healthcheck" in service) is (name not in ONE_SHOT)
    networks = service.get("networks", COMPOSE["x-app"]["networks"])
    assert set(networks) <= set(COMPOSE["networks"])
    for needed, how in service.get("depends_on", {}).items():
        expected = "service_completed_successfully" if needed in ONE_SHOT else "service_healthy"
        assert how["condition"] == expected


@pytest.mark.parametrize("name", APPS)
def test_every_command_of_the_product_s_services_exists(name: str) -> None:
    check_command(SERVICES[name]["command"])
    if "healthcheck" in SERVICES[name]:
        kind, *words = SERVICES[name]["healthcheck"]["test"]
        check_command(words if kind == "CMD" else shlex.split(words[0]))


@pytest.mark.parametrize("file", [COMPOSE, DEVELOPMENT], ids=["base", "development"])
def test_every_volume_is_declared_and_every_mounted_path_exists(file: dict[str, Any]) -> None:
    for service in [file["x-app"], *file["services"].values()]:
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).exists(), source
            else:
                assert source in file["volumes"]


def test_ports_are_published_to_this_machine_only() -> None:
    for service in [*SERVICES.values(), *DEVELOPMENT["services"].values()]:
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_scripts_named_by_the_document_store_exist() -> None:
    mongo = SERVICES["mongo"]
    named = re.findall(r"/deploy/([\w.]+)", " ".join(mongo["entrypoint"] + mongo["healthcheck"]["test"]))
    assert sorted(named) == ["healthy.js", "start.sh"]
    assert all((ROOT / "deploy/mongo" / name).is_file() for name in named)


def test_the_targets_that_compose_builds_exist() -> None:
    stages = re.findall(r"^FROM \S+ AS (\w+)", DOCKERFILE, re.MULTILINE)
    for file in (DEVELOPMENT, PRODUCTION):
        builds = [file["x-app"].get("build"), *(s.get("build") for s in file["services"].values())]
        targets = {build["target"] for build in builds if build}
        assert targets
        assert targets <= set(stages)


def test_everything_the_dockerfile_names_exists() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = line.split()
        assert all((ROOT / source).exists() for source in sources), line
    for line in re.findall(r"^(?:HEALTHCHECK .*)?CMD (\[.+\])$", DOCKERFILE, re.MULTILINE):
        check_command(yaml.safe_load(line))
    for name in re.findall(r"\b([A-Z][A-Z0-9_]{3,})=", DOCKERFILE):
        assert name in Environment.model_fields or re.match("PATH$|PYTHON", name), name


def test_the_image_can_collect_static_files_with_what_it_sets() -> None:
    run = re.search(r"^RUN (PROFILE=production.*?)\s+python manage.py collectstatic", DOCKERFILE, re.MULTILINE)
    assert run
    assert load(dict(word.split("=", 1) for word in run[1].split())).PROFILE == "production"


def test_the_production_image_is_without_root_and_compiler() -> None:
    stage = DOCKERFILE[DOCKERFILE.index("AS production") :]
    assert re.search(r"^USER 10001$", stage, re.MULTILINE)
    assert stage.index("USER 10001") < stage.index("CMD [")
    assert not re.search(
        r"build-essential|gcc|requirements-dev", DOCKERFILE[: DOCKERFILE.index("AS development")] + stage
    )


def test_everything_the_workflow_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for job in CI["jobs"].values():
        settings = load(job.get("env", {}))
        assert settings.is_local
        for step in job["steps"]:
            text = step.get("run", "")
            for target in re.findall(r"\bmake (\w+)", text):
                assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
            for path in re.findall(r"(?:^|\s)((?:scripts|\.ci)/[\w-]+)", text):
                assert os.access(ROOT / path, os.X_OK), path
            for target in re.findall(r"--target (\w+)", text):
                assert f"AS {target}\n" in DOCKERFILE
        assert set(job.get("env", {})) <= set(Environment.model_fields)


def test_what_the_makefile_calls_exists() -> None:
    for path in re.findall(r"scripts/[\w-]+", (ROOT / "Makefile").read_text()):
        assert os.access(ROOT / path, os.X_OK), path
    assert Path(ROOT / ".ci/run").stat().st_mode & 0o111
