"""What a story says, as one value: the same for a page, a JSON body, an imported record and a stored revision.

:func:`merge` takes any subset of the fields, leniently, because a draft is saved from the first keystroke:
it refuses only what must never be stored (control and bidirectional characters, wrong types, over-long).
:func:`missing` says, field by field, what a story still needs before it may be handed in.

Field names are those of the JSON API, nested ones with dots: ``location.city``, ``metrics.0.name``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_countries import countries

from organizations.models import Industry
from p2psandbox.platform import richtext
from p2psandbox.platform.errors import Message
from p2psandbox.platform.places.names import key_of
from p2psandbox.platform.richtext import RichText
from p2psandbox.platform.textrules import FieldChecks, TextRule, junk, problem
from usecases.documents import UseCaseRevision
from usecases.media import Medium, arranged, cover_file
from usecases.metrics import problems
from usecases.models import BudgetRange, Category, Visibility
from usecases.outcomes import Metric, headline

TITLE = TextRule(max_length=200, meaningful=False)
SUMMARY = TextRule(max_length=600, multiline=True, meaningful=False)
SHORT = TextRule(max_length=120, meaningful=False)
CITY = TextRule(max_length=100, meaningful=False)
VENDOR = TextRule(max_length=200, meaningful=False)
TECHNOLOGY = TextRule(max_length=60, meaningful=False)
LESSON = TextRule(max_length=500, multiline=True, meaningful=False)
METRIC_RULES = {
    "name": TextRule(max_length=120, meaningful=False),
    "unit": TextRule(max_length=40, meaningful=False),
    "baseline": TextRule(max_length=200, meaningful=False),
    "result": TextRule(max_length=200, meaningful=False),
    "period": TextRule(max_length=60, meaningful=False),
    "method": TextRule(max_length=500, multiline=True, meaningful=False),
}
MOST_TECHNOLOGIES = 20
MOST_LESSONS = 20
MOST_METRICS = 20
LONGEST_MONTHS = 600

#: Shortest title that may be handed in; three characters are a title in Chinese.
SHORTEST_TITLE = 3

RICH = ("problem", "solution", "outcomes", "difficulties")
PLACE = ("city", "country", "latitude", "longitude", "site")
_EMPTY = RichText("", "")


@dataclass(frozen=True, slots=True)
class Content:
    """All that one version of a story says, except whom to ask."""

    title: str = ""
    summary: str = ""
    category: str = ""
    industry: str = ""
    technologies: tuple[str, ...] = ()
    problem: RichText = _EMPTY
    solution: RichText = _EMPTY
    outcomes: RichText = _EMPTY
    difficulties: RichText = _EMPTY
    budget_range: str = ""
    timeline_months: int | None = None
    vendor: str = ""
    lessons: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    city: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    site: str = ""
    visibility: str = Visibility.MEMBERS.value
    media: tuple[Medium, ...] = ()

    @property
    def excerpt(self) -> str:
        """One line that stands for the story where there is no figure to show."""
        words = self.summary or self.outcomes.text or self.solution.text or self.problem.text
        return richtext.excerpt(words, 200)

    def document(self) -> dict[str, Any]:
        """Return the content as :meth:`UseCaseRevision.insert` takes it."""
        facts = {name: getattr(self, name) for name in _FACTS}
        facts |= {"technologies": list(self.technologies), "metrics": [asdict(m) for m in self.metrics]}
        facts["media"] = [asdict(medium) for medium in self.media]
        return {
            "title": self.title,
            "summary": self.summary,
            **{f"{name}_html": getattr(self, name).html for name in RICH},
            "lessons": list(self.lessons),
            "texts": {name: getattr(self, name).text for name in RICH},
            "facts": facts,
        }

    def columns(self) -> dict[str, Any]:
        """Return what the catalogue row mirrors of the content, by column (the search vector excepted)."""
        top = headline(self.metrics, self.excerpt)
        return {
            **{name: getattr(self, name) for name in _FACTS},
            "cover_id": cover_file(self.media),
            "media_count": len(self.media),
            "title": self.title,
            "slug": slugify(self.title, allow_unicode=True)[:80].strip("-"),
            "summary": self.summary,
            "excerpt": self.excerpt,
            "technologies": list(self.technologies),
            "technology_keys": [technology_key(name) for name in self.technologies],
            "city_key": key_of(self.city),
            **{f"headline_{name}": value for name, value in asdict(top).items()},
        }


_FACTS = (
    "category",
    "industry",
    "budget_range",
    "timeline_months",
    "vendor",
    "city",
    "country",
    "latitude",
    "longitude",
    "site",
    "visibility",
)


def technology_key(name: str) -> str:
    """Return what two spellings of a technology have in common."""
    return " ".join(name.casefold().split())


def of_revision(revision: UseCaseRevision) -> Content:
    """Return the content a stored revision holds."""
    facts = dict(revision.facts or {})
    texts = revision.texts or {}
    metrics = tuple(Metric(**entry) for entry in facts.pop("metrics", None) or ())
    media = tuple(Medium(**entry) for entry in facts.pop("media", None) or ())
    technologies = tuple(facts.pop("technologies", None) or ())
    known = {name: facts[name] for name in _FACTS if facts.get(name) is not None}
    rich: dict[str, Any] = {name: RichText(getattr(revision, f"{name}_html"), texts.get(name) or "") for name in RICH}
    return Content(
        title=revision.title,
        summary=revision.summary,
        technologies=technologies,
        lessons=tuple(revision.lessons or ()),
        metrics=metrics,
        media=media,
        **rich,
        **known,
    )


def merge(checks: FieldChecks, base: Content, changes: Mapping[str, Any]) -> Content:
    """Return ``base`` with ``changes`` (any subset of the fields), noting in ``checks`` what cannot be kept.

    ``location`` may name any of its parts; lists replace what was there.
    """
    readers: dict[str, Callable[[Any], Any]] = {
        "title": lambda value: checks.text("title", value, TITLE),
        "summary": lambda value: checks.text("summary", value, SUMMARY),
        "vendor": lambda value: checks.text("vendor", value, VENDOR),
        "technologies": lambda value: tuple(checks.items("technologies", value, TECHNOLOGY, most=MOST_TECHNOLOGIES)),
        "lessons": lambda value: tuple(checks.items("lessons", value, LESSON, most=MOST_LESSONS)),
        "timeline_months": lambda value: _months(checks, value),
        "metrics": lambda value: merge_metrics(checks, value),
        "media": lambda value: arranged(checks, base.media, value),
    }
    new = {name: read(changes[name]) for name, read in readers.items() if name in changes}
    for name in _CHOICES.keys() & changes.keys():
        new[name] = checks.choice(name, checks.text(name, changes[name], SHORT), _CHOICES[name])
    for name in changes.keys() & set(RICH):
        new[name] = _rich(checks, name, changes[name], getattr(base, name))
    if "location" in changes:
        new |= _location(checks, base, changes["location"])
    if not new.get("visibility", "-"):
        new["visibility"] = base.visibility
    return replace(base, **new)


_CHOICES: dict[str, list[str]] = {
    "category": Category.values,
    "industry": Industry.values,
    "budget_range": BudgetRange.values,
    "visibility": Visibility.values,
}


def _rich(checks: FieldChecks, name: str, value: object, before: RichText) -> RichText:
    if isinstance(value, str) and value == before.html:
        return before
    if not isinstance(value, str):
        checks.text(name, value, SUMMARY)
        return _EMPTY
    if len(value) > richtext.MAX_INPUT:
        checks.add(name, _("Shorten this: it is longer than we can store."))
        return _EMPTY
    html = richtext.sanitise(value)
    text = richtext.to_text(html)
    rule = TextRule(max_length=richtext.MAX_TEXT, multiline=True, meaningful=False)
    if (found := problem(text, rule)) is not None:
        checks.add(name, found)
    return RichText(html, text) if text or "<img" in html else _EMPTY


def _months(checks: FieldChecks, value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        checks.add("timeline_months", _("Enter a whole number of months."))
        return None
    if not 0 < value <= LONGEST_MONTHS:
        checks.add("timeline_months", _("Enter between 1 and %(most)d months.") % {"most": LONGEST_MONTHS})
        return None
    return value


def merge_metrics(checks: FieldChecks, value: object) -> tuple[Metric, ...]:
    """Return the outcomes of a list of objects, noting in ``checks`` what cannot be kept."""
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        checks.add("metrics", _("This must be a list."))
        return ()
    found = []
    for position, entry in enumerate(value):
        if not isinstance(entry, Mapping):
            checks.add(f"metrics.{position}", _("This must be an object."))
            continue
        texts = {
            name: checks.text(f"metrics.{position}.{name}", _figure(entry.get(name)), rule)
            for name, rule in METRIC_RULES.items()
        }
        metric = Metric(**texts)
        if not metric.is_empty:
            found.append(metric)
    if len(found) > MOST_METRICS:
        checks.add("metrics", _("Keep at most %(most)d entries.") % {"most": MOST_METRICS})
    return tuple(found)


def _figure(value: object) -> object:
    """Take numbers where words may stand, too; infinities and the like stay for the text rule to refuse."""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") if math.isfinite(value) else value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _location(checks: FieldChecks, base: Content, value: object) -> dict[str, Any]:
    if value is None:
        value = dict.fromkeys(PLACE)
    if not isinstance(value, Mapping):
        checks.add("location", _("This must be an object."))
        return {}
    new: dict[str, Any] = {}
    for name, rule in (("city", CITY), ("site", SHORT)):
        if name in value:
            new[name] = checks.text(f"location.{name}", value[name], rule)
    if "country" in value:
        new["country"] = _country(checks, value["country"])
    for name, limit in (("latitude", 90), ("longitude", 180)):
        if name in value:
            new[name] = _degrees(checks, f"location.{name}", value[name], limit)
    pair = [new.get(name, getattr(base, name)) for name in ("latitude", "longitude")]
    if (pair[0] is None) != (pair[1] is None) and not any(p.startswith("location.l") for p in checks.problems):
        empty = "latitude" if pair[0] is None else "longitude"
        checks.add(f"location.{empty}", _("Give both latitude and longitude, or neither."))
    return new


def _country(checks: FieldChecks, value: object) -> str:
    code = checks.text("location.country", value, SHORT).upper()
    if code and code not in countries:
        checks.add("location.country", _("Choose a country from the list (two letters, such as DE)."))
    return code


def _degrees(checks: FieldChecks, name: str, value: object, limit: int) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -limit <= value <= limit:
        checks.add(name, _("Enter degrees between −%(limit)d and %(limit)d.") % {"limit": limit})
        return None
    return float(value)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about a story."""

    name: str = ""
    title: str = ""
    email: str = ""
    phone: str = ""

    @property
    def is_empty(self) -> bool:
        return not any((self.name, self.title, self.email, self.phone))


_CONTACT_RULES = {
    "name": SHORT,
    "title": SHORT,
    "email": TextRule(max_length=254, meaningful=False),
    "phone": TextRule(max_length=60, meaningful=False),
}


def merge_contact(checks: FieldChecks, base: Contact, value: object) -> Contact:
    """Return ``base`` with the parts of ``value`` (a mapping, or ``None`` for nobody)."""
    if value is None:
        return Contact()
    if not isinstance(value, Mapping):
        checks.add("contact", _("This must be an object."))
        return base
    given = {n: checks.text(f"contact.{n}", value[n], r) for n, r in _CONTACT_RULES.items() if n in value}
    return replace(base, **given)


def missing(content: Content, contact: Contact) -> dict[str, list[Message]]:
    """Return what still keeps a story from being handed in, by field; empty when it is complete."""

    check = _Missing()
    check.need("title", content.title, _("Give the story a title that says what you did."))
    if 0 < len(content.title) < SHORTEST_TITLE:
        check.found["title"] = [_("Write at least %(limit)d characters.") % {"limit": SHORTEST_TITLE}]
    if not content.industry:
        check.found["industry"] = [_("Choose the industry.")]
    check.need_rich("problem", content.problem, _("Describe the problem you had."))
    check.need_rich("solution", content.solution, _("Describe what you put in, and how."))
    check.need_rich("outcomes", content.outcomes, _("Say what came of it."))
    if not content.technologies:
        check.found["technologies"] = [_("Name at least one technology, such as PLC or vibration sensor.")]
    check.plausible("summary", content.summary)
    check.plausible("difficulties", content.difficulties.text)
    check.metrics(content.metrics)
    check.email("contact.email", contact.email)
    return check.found


def metric_problems(metrics: tuple[Metric, ...]) -> dict[str, list[Message]]:
    """Return what outcomes still lack and what of them makes no sense, by field."""
    found: dict[str, list[Message]] = {}
    for position, metric in enumerate(metrics):
        if not metric.name:
            found[f"metrics.{position}.name"] = [_("Name what was measured.")]
        if not metric.result:
            found[f"metrics.{position}.result"] = [_("Enter the result.")]
        said = problems(metric.name, metric.unit, metric.baseline_value, metric.result_value)
        found |= {f"metrics.{position}.{name}": [text] for name, text in said.items()}
    return found


@dataclass(slots=True)
class _Missing:
    found: dict[str, list[Message]] = field(default_factory=dict)

    def need(self, name: str, text: str, say: str) -> None:
        """Note an empty field, or one that says nothing."""
        if not text:
            self.found[name] = [say]
        self.plausible(name, text)

    def need_rich(self, name: str, rich: RichText, say: str) -> None:
        if rich.text or not rich.html:  # a picture alone is content
            self.need(name, rich.text, say)

    def plausible(self, name: str, text: str) -> None:
        if text and (reason := junk(text)) is not None:
            self.found[name] = [reason]

    def metrics(self, metrics: tuple[Metric, ...]) -> None:
        self.found |= metric_problems(metrics)

    def email(self, name: str, address: str) -> None:
        try:
            if address:
                validate_email(address)
        except ValidationError:
            self.found[name] = [_("Enter an email address, such as name@company.com.")]
