"""What the demo data says, as TOML files beside this one; bodies are HTML as an editor would send it."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@functools.lru_cache
def read(name: str) -> dict[str, Any]:
    """Return the content of ``<name>.toml``. Do not change what you get: it is read once."""
    return tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))


def use_cases() -> list[dict[str, Any]]:
    """Return every story, oldest first."""
    files = ("use_cases_metals_machinery", "use_cases_food_packaging")
    found = [story for name in files for story in read(name)["use_cases"]]
    return sorted(found, key=lambda story: -float(story["days_ago"]))


def topics() -> list[dict[str, Any]]:
    """Return every topic, oldest first."""
    found = [topic for name in ("topics_controls", "topics_shop_floor") for topic in read(name)["topics"]]
    return sorted(found, key=lambda topic: -float(topic["days_ago"]))
