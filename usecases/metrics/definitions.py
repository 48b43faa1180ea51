"""The standard metrics, and which of them a name means."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import get_language

_FILE = Path(__file__).with_name("definitions.toml")
#: A name that speaks of the gain ("energy saving") turns the direction round: what it measures is no level.
GAINS = (
    "saving",
    "saved",
    "reduction",
    "improvement",
    "increase",
    "decrease",
    "avoided",
    "توفير",
    "خفض",
    "تحسين",
    "زيادة",
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Definition:
    """One standard metric. ``direction`` is −1 when less is better, else 1; ``least`` and ``most`` bound its figures.

    ``dimensions`` are what its figures may be in; ``money`` stands for any currency.
    """

    key: str
    en: str
    ar: str
    synonyms: tuple[str, ...]
    direction: int
    unit: str
    dimensions: tuple[str, ...]
    least: Decimal | None
    most: Decimal | None

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.ar if (get_language() or "en").startswith("ar") else self.en

    def takes(self, dimension: str) -> bool:
        """Whether figures of this dimension measure it."""
        return re.sub(r"money [A-Z]{3}", "money", dimension) in self.dimensions


@cache
def definitions() -> Mapping[str, Definition]:
    """Return the standard metrics by key, in the order of the file."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({key: _read(key, entry) for key, entry in found.items()})


def _read(key: str, entry: dict[str, object]) -> Definition:
    bounds = {name: Decimal(str(entry[name])) if name in entry else None for name in ("least", "most")}
    return Definition(
        key=key,
        en=str(entry["en"]),
        ar=str(entry["ar"]),
        synonyms=tuple(map(str, entry["synonyms"])),  # type: ignore[call-overload]  # a list, as the file has it
        direction={"lower": -1, "higher": 1}[str(entry["better"])],
        unit=str(entry["unit"]),
        dimensions=tuple(map(str, entry["dimensions"])),  # type: ignore[call-overload]  # likewise
        least=bounds["least"],
        most=bounds["most"],
    )


def by_key(key: str) -> Definition | None:
    """Return the metric of that key."""
    return definitions().get(key)


def words(text: str) -> tuple[str, ...]:
    """Return a name as the words that two spellings of it have in common."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub("[\u064b-\u0652\u0640]", "", plain).translate(str.maketrans("أإآى", "اااي"))
    return tuple(word.removeprefix("ال") if len(word) > 4 else word for word in _WORD.findall(plain))


@cache
def _spellings() -> dict[tuple[str, ...], str]:
    return {words(name): one.key for one in definitions().values() for name in (one.en, one.ar, one.key, *one.synonyms)}


@lru_cache(maxsize=4096)
def named(name: str) -> Definition | None:
    """Return the metric that exactly this name or one of its synonyms stands for."""
    key = _spellings().get(words(name))
    return definitions()[key] if key else None


@lru_cache(maxsize=4096)
def meant(name: str) -> Definition | None:
    """Return the metric a name speaks of: the longest one whose words stand in it ("Scrap rate on line 3").

    Names of gains ("energy saving") speak of none.
    """
    given = words(name)
    if not given or any(word.startswith(GAINS) for word in given):
        return None
    spellings = _spellings()
    for length in range(len(given), 0, -1):
        for start in range(len(given) - length + 1):
            if (key := spellings.get(given[start : start + length])) is not None:
                return definitions()[key]
    return None
