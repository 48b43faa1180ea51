"""Settings from the environment: typed, validated, and refused in one plain sentence.

``load()`` is the only reader of ``os.environ`` for the product's own configuration. Everything that is
configurable stands in :class:`Environment`, once, with its meaning; ``.env.example`` is checked against
it by a test, and ``manage.py check_environment`` prints it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]

LOCAL_SECRET_KEY = "local-only-" + "0123456789" * 5


class Profile(StrEnum):
    """Where the product runs: a developer's machine, the test suite, or for real."""

    LOCAL = "local"
    TEST = "test"
    PRODUCTION = "production"


class EnvironmentRefused(Exception):
    """Raised when the environment is unusable; ``str()`` is one line per variable, ready to print."""


def _with_scheme(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        if value and urlsplit(value).scheme not in schemes:
            raise ValueError(f"must start with {' or '.join(s + '://' for s in schemes)}")
        return value

    return AfterValidator(check)


def _items(value: Any) -> Any:
    """Accept ``a, b, c`` where a list is wanted."""
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


CommaList = list[str]


class Environment(BaseSettings):
    """Every variable the product reads, with its type, default and an example.

    A variable without a default outside local mode is one that production must set.
    """

    model_config = SettingsConfigDict(extra="ignore", env_file=None, case_sensitive=True)

    PROFILE: Profile = Field(Profile.LOCAL, description="local, test or production", examples=["production"])
    DEBUG: bool = Field(False, description="Django's debug pages; never in production", examples=["false"])
    SECRET_KEY: SecretStr = Field(
        SecretStr(""),
        description="signs sessions, links and tokens; at least 50 characters",
        examples=["the output of: openssl rand -base64 60"],
    )
    SECRET_KEY_FALLBACKS: CommaList = Field(
        [], description="former secret keys that are still accepted, comma separated", examples=["old-key"]
    )
    SITE_URL: Annotated[str, _with_scheme("http", "https")] = Field(
        "",
        description="address people use; links in mail are built from it",
        examples=["https://p2p.example.com"],
    )
    ALLOWED_HOSTS: CommaList = Field(
        [], description="host names the server answers to, comma separated", examples=["p2p.example.com"]
    )
    CORS_ALLOWED_ORIGINS: CommaList = Field(
        [],
        description="origins of single-page apps that may call the JSON API, comma separated",
        examples=["https://app.example.com"],
    )
    TRUSTED_PROXY_COUNT: int = Field(
        0, ge=0, le=5, description="how many reverse proxies of yours stand in front", examples=["1"]
    )

    DATABASE_URL: Annotated[str, _with_scheme("postgresql", "postgres")] = Field(
        "",
        description="PostgreSQL, the catalogue",
        examples=["postgresql://p2psandbox:secret@db.example.com:5432/p2psandbox"],
    )
    DATABASE_POOL_SIZE: int = Field(
        4, ge=1, le=100, description="PostgreSQL connections per process at most", examples=["4"]
    )
    DOCUMENTS_URL: Annotated[str, _with_scheme("mongodb", "mongodb+srv")] = Field(
        "",
        description="MongoDB, the library; the path names the database",
        examples=["mongodb://p2psandbox:secret@docs.example.com:27017/p2psandbox?replicaSet=rs0"],
    )
    DOCUMENTS_TIMEOUT_MS: int = Field(
        2000, ge=100, le=60000, description="how long to wait for the document server", examples=["2000"]
    )
    REDIS_URL: Annotated[str, _with_scheme("redis", "rediss", "unix")] = Field(
        "",
        description="Redis, without a database number: 0 is the cache, 1 the task queue",
        examples=["redis://:secret@redis.example.com:6379"],
    )

    EMAIL_URL: Annotated[str, _with_scheme("smtp", "smtps", "smtp+starttls")] = Field(
        "",
        description="mail server; in local mode, empty writes mail to var/mail and shows it at /dev/mail/",
        examples=["smtp+starttls://user:secret@mail.example.com:587"],
    )
    DEFAULT_FROM_EMAIL: str = Field(
        "P2P Sandbox <no-reply@p2psandbox.localhost>",
        description="sender of all mail",
        examples=["P2P Sandbox <no-reply@p2p.example.com>"],
    )

    S3_BUCKET: str = Field("", description="store files in this S3 bucket; empty: var/media", examples=["p2p-files"])
    S3_ENDPOINT_URL: Annotated[str, _with_scheme("http", "https")] = Field(
        "", description="address of an S3-compatible service; empty: AWS", examples=["http://minio:9000"]
    )
    S3_REGION: str = Field("eu-central-1", description="region of the bucket", examples=["eu-central-1"])
    S3_ACCESS_KEY_ID: str = Field("", description="access key for the bucket", examples=["AKIAEXAMPLE"])
    S3_SECRET_ACCESS_KEY: SecretStr = Field(SecretStr(""), description="secret key for the bucket", examples=["secret"])

    S3_PUBLIC_URL: Annotated[str, _with_scheme("http", "https")] = Field(
        "",
        description="address under which the bucket's folder public/ can be read by everybody, a CDN for example; "
        "empty: avatars and logos come through the web server",
        examples=["https://cdn.example.com"],
    )
    ORGANIZATION_QUOTA_MB: int = Field(
        5120,
        ge=1,
        description="MiB an organization may store, unless a moderator gave it another limit",
        examples=["5120"],
    )
    UPLOAD_PART_MB: int = Field(8, ge=5, le=100, description="MiB of one part of an upload", examples=["8"])

    LOG_LEVEL: str = Field(
        "INFO",
        description="DEBUG, INFO, WARNING or ERROR",
        examples=["INFO"],
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
    )
    LOG_FORMAT: str = Field(
        "",
        description="console or json; empty: console in local mode, else json",
        examples=["json"],
        pattern="^(console|json|)$",
    )
    HEALTH_TOKEN: SecretStr = Field(
        SecretStr(""),
        description="who sends it as a Bearer token sees /health/detailed and /metrics",
        examples=["a-long-random-word"],
    )
    SESSION_IDLE_HOURS: int = Field(
        12,
        ge=1,
        le=720,
        description="a browser session ends after so many hours without a click",
        examples=["12"],
    )
    SESSION_REMEMBER_DAYS: int = Field(
        30, ge=1, le=365, description="how long 'remember me' lasts, at most", examples=["30"]
    )
    UNCONFIRMED_SIGN_UP_DAYS: int = Field(
        30,
        ge=4,
        le=3650,
        description="sign-ups that nobody confirmed for so many days are erased; a confirmation link lasts three",
        examples=["30"],
    )
    LOAD_CITIES: bool = Field(
        True,
        description="fill in the world's cities on the first start of `make run`; false to do it by load_cities later",
        examples=["true"],
    )
    LIMIT_NEWCOMERS: bool = Field(
        True,
        description="limit links, files and posts of new accounts; false for a pilot among people you know",
        examples=["true"],
    )
    WEB_HOST: str = Field(
        "127.0.0.1",
        description="address the web server listens on",
        examples=["0.0.0.0"],  # noqa: S104 - an example, for containers
    )
    WEB_PORT: int = Field(
        8000,
        ge=1,
        le=65535,
        description="port of the web server; `make run` takes the next free one when it is taken",
        examples=["8000"],
    )
    WEB_WORKERS: int = Field(2, ge=1, le=64, description="web processes; about one per core", examples=["2"])
    WEB_THREADS: int = Field(
        1,
        ge=1,
        le=64,
        description="threads of each web process; one is fastest, more are needed when files lie on this machine "
        "and no proxy in front takes slow uploads and downloads off its hands",
        examples=["8"],
    )
    WORKER_PROCESSES: int = Field(2, ge=1, le=64, description="processes for background work", examples=["2"])
    RELOAD: bool = Field(
        False, description="restart web and worker when code changes; for development", examples=["true"]
    )
    DEBUGGER: bool = Field(
        False,
        description="let a debugger attach to the web process on port 5678 (debugpy); for development",
        examples=["true"],
    )
    VAR_DIRECTORY: Path = Field(
        ROOT / "var",
        description="where local mode keeps its data, mail and files",
        examples=["/srv/p2psandbox/var"],
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read only what :func:`load` hands over, so that a test can pass a mapping of its own."""
        return (init_settings,)

    @field_validator("ALLOWED_HOSTS", "CORS_ALLOWED_ORIGINS", "SECRET_KEY_FALLBACKS", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return _items(value)

    @field_validator("CORS_ALLOWED_ORIGINS")
    @classmethod
    def _origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            parts = urlsplit(origin)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
                raise ValueError(f"{origin!r} is not an origin such as https://app.example.com")
        return value

    @property
    def is_local(self) -> bool:
        return self.PROFILE is Profile.LOCAL

    @property
    def site_url(self) -> str:
        return self.SITE_URL.rstrip("/") or "http://localhost:8000"

    @property
    def log_format(self) -> str:
        return self.LOG_FORMAT or ("console" if self.is_local else "json")

    @property
    def secret_key(self) -> str:
        return self.SECRET_KEY.get_secret_value() or LOCAL_SECRET_KEY

    @model_validator(mode="after")
    def _production_is_strict(self) -> Environment:
        if self.PROFILE is not Profile.PRODUCTION:
            return self
        for name in ("DEBUG", "DEBUGGER", "RELOAD"):
            if getattr(self, name):
                raise _Wrong(name, "must be false in production")
        missing = [n for n in _PRODUCTION_NEEDS if not _filled(getattr(self, n))]
        if missing:
            raise _Missing(missing)
        if len(self.SECRET_KEY.get_secret_value()) < 50:
            raise _Wrong("SECRET_KEY", "must have at least 50 characters")
        if urlsplit(self.SITE_URL).scheme != "https":
            raise _Wrong("SITE_URL", "must start with https:// in production")
        return self


_PRODUCTION_NEEDS = (
    "SECRET_KEY",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "DOCUMENTS_URL",
    "REDIS_URL",
    "EMAIL_URL",
)


def _filled(value: Any) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


class _Missing(ValueError):
    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(f"missing: {', '.join(names)}")


class _Wrong(ValueError):
    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name} {why}")


def example(name: str) -> str:
    """Return the documented example value of one variable."""
    return str((Environment.model_fields[name].examples or [""])[0])


def _sentence(name: str, why: str) -> str:
    return f"{name} {why}. Example: {name}={example(name)}"


def _explain(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for item in error.errors():
        cause = item.get("ctx", {}).get("error")
        if isinstance(cause, _Missing):
            lines += [_sentence(name, "is not set") for name in cause.names]
        elif isinstance(cause, _Wrong):
            lines.append(_sentence(cause.name, cause.why))
        else:
            name = str(item["loc"][0])
            why = item["msg"].removeprefix("Value error, ")
            lines.append(_sentence(name, f"is wrong: {why[:1].lower()}{why[1:]}"))
    return lines


def _process_environment() -> Mapping[str, str]:
    """``os.environ``, over a ``.env`` file beside ``manage.py``; the test suite reads no such file."""
    if os.environ.get("PROFILE") == Profile.TEST:
        return os.environ
    written = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value is not None}
    return written | os.environ


def load(environ: Mapping[str, str] | None = None) -> Environment:
    """Read and validate the environment (``.env`` beneath ``os.environ`` when none is given).

    Raises :class:`EnvironmentRefused` with one sentence per variable that is missing or malformed; values
    are never repeated in it, because they may be secrets.
    """
    source = _process_environment() if environ is None else environ
    known: dict[str, Any] = {name: source[name] for name in Environment.model_fields if source.get(name, "") != ""}
    try:
        return Environment(**known)
    except ValidationError as error:
        raise EnvironmentRefused("\n".join(_explain(error))) from None
