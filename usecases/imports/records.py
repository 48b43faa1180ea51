"""One record of a file into what a draft takes: names of countries to codes, words of trades to industries."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django.utils import translation
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django_countries import countries

from organizations.models import Industry
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.richtext import from_plain_text
from usecases.models import BudgetRange, Category, Visibility

#: Other names of a field, by the name it has here.
ALIASES = {
    "problem": ("challenge",),
    "solution": ("what_we_did",),
    "outcomes": ("outcome", "impact", "impact_text", "results"),
    "technologies": ("technology", "tags"),
    "site": ("region", "plant"),
    "url": ("source_url", "link"),
    "vendor": ("supplier",),
    "timeline_months": ("months", "timeline"),
    "budget_range": ("budget",),
    "lessons": ("lessons_learned",),
}
#: What is kept beside the story because the product has no field for it.
KEPT = ("source", "licence", "language", "organization", "industry", "region", "manufacturing_related")
_TEXTS = ("title", "summary", "vendor")
_PLACE = ("city", "site", "latitude", "longitude")
_CONTACT = ("name", "title", "email", "phone")
_METRIC = re.compile(r"^metric_(\d{1,2})_(name|unit|baseline|result|period|method)$")
_SPLIT = re.compile(r"[;|\n]")
_MARKUP = re.compile(
    r"</?(p|br|ul|ol|li|h[1-6]|strong|em|b|i|a|table|div|span|blockquote|pre|code)\b[^>]*>", re.IGNORECASE
)
_ACTIVE = re.compile(
    r"<\s*/?\s*(script|iframe|object|embed|applet|svg|math|form|meta|base)\b"
    r"|<[^>]*\son\w+\s*=|(?:href|src|action)\s*=\s*[\"']?\s*(?:javascript|vbscript|data)\s*:",
    re.IGNORECASE,
)

#: Beginnings of words that place a trade, the first match wins; compared in lower case.
_TRADES = (
    (Industry.AEROSPACE, "aircraft aerospace aviation"),
    (Industry.AUTOMOTIVE, "automotive motor\u00a0vehicle vehicle car\u00a0 汽车 车 自動車"),
    (Industry.PLASTICS, "plastic rubber"),
    (Industry.TEXTILES, "textile apparel fabric\u00a0 leather fashion"),
    (Industry.FOOD, "food bakeries bakery beverage distiller confection chocolate tobacco 烟草 食品"),
    (Industry.PAPER, "printing paper"),
    (Industry.PACKAGING, "packaging metal\u00a0can"),
    (Industry.FURNITURE, "sawmill furniture wood"),
    (Industry.MEDICAL, "medical health 医療"),
    (Industry.PHARMACEUTICALS, "pharma"),
    (Industry.CHEMICALS, "chemical toilet\u00a0preparation resin"),
    (Industry.METALS, "metal steel forging wire cutting\u00a0tool super-abrasive 钢铁 鉄鋼"),
    (Industry.ENERGY, "energy power oil water utilit irrigation 能源 电力"),
    (Industry.MACHINERY, "machinery machine crane boat industrial\u00a0parts instrument cnc precision"),
    (Industry.ELECTRONICS, "electronic electric lighting appliance semiconductor telecommunications\u00a0equipment"),
    (Industry.SOFTWARE, "software internet cloud saas digital web app technology edtech adtech platform "
                        "ソフトウェア automation"),
)  # fmt: skip
_COUNTRY_NAMES = {
    "usa": "US", "united states": "US", "u.s.a.": "US", "u.s.": "US", "america": "US", "uk": "GB",
    "great britain": "GB", "england": "GB", "south korea": "KR", "north korea": "KP", "russia": "RU",
    "iran": "IR", "syria": "SY", "vietnam": "VN", "laos": "LA", "tanzania": "TZ", "bolivia": "BO",
    "venezuela": "VE", "moldova": "MD", "taiwan": "TW", "palestine": "PS", "czech republic": "CZ",
    "turkey": "TR", "uae": "AE", "holland": "NL", "ivory coast": "CI", "中国": "CN", "日本": "JP",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a draft takes it: its changes, where it came from, what else it said."""

    changes: dict[str, Any]
    key: str
    url: str
    kept: dict[str, Any]


def understand(raw: Mapping[str, Any]) -> Record:
    """Return what a record means. Raises ``Invalid`` naming each field that cannot be taken."""
    given = {plain_name(name): value for name, value in raw.items() if value not in (None, "", [], {})}
    problems = {name: _ACTIVE_TEXT() for name, value in given.items() if _is_active(value)}
    if problems:
        raise Invalid(problems)
    changes: dict[str, Any] = {name: _text(_pick(given, name)) for name in _TEXTS}
    changes |= {name: _rich(_pick(given, name)) for name in ("problem", "solution", "difficulties")}
    changes |= _chosen(given) | _outcomes(given)
    changes["technologies"] = _list(_pick(given, "technologies"))
    changes["lessons"] = _list(_pick(given, "lessons"))
    changes["timeline_months"] = _whole(_pick(given, "timeline_months"))
    changes["location"] = _location(given)
    contact = _contact(given)
    if contact:
        changes["contact"] = contact
    if not changes["title"]:
        raise Invalid({"title": _("Every use case needs a title.")})
    url = _text(_pick(given, "url"))
    kept = {name: shown(given[name], 500) for name in KEPT if name in given}
    _credit(changes, given, url)
    key = _key(changes["title"], url, _text(given.get("source")))
    return Record(changes, key, shown(url, 2000), kept)


def shown(value: Any, length: int = 80) -> str:
    """Return a value as text that any terminal, log and database takes: printable, on one line, cut."""
    text = " ".join(str("" if value is None else value).split())
    return "".join(char for char in text if char.isprintable())[:length]


def _ACTIVE_TEXT() -> str:  # noqa: N802 -- a constant in the reader's language
    return _("Remove scripts, frames and event handlers from this text.")


def plain_name(name: str) -> str:
    return re.sub(r"[^\w]+", "_", name.strip().casefold()).strip("_")


def _pick(given: Mapping[str, Any], name: str) -> Any:
    return next((given[key] for key in (name, *ALIASES.get(name, ())) if key in given), None)


def _is_active(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_is_active(part) for part in value.values())
    if isinstance(value, (list, tuple)):
        return any(_is_active(part) for part in value)
    return isinstance(value, str) and bool(_ACTIVE.search(value))


def _text(value: Any) -> Any:
    """Return a cell's value as text; what is no single value stays, for the text rules to refuse."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _rich(value: Any) -> Any:
    value = _text(value)
    if not isinstance(value, str) or not value:
        return value
    return value if _MARKUP.search(value) else from_plain_text(value)


def _list(value: Any) -> Any:
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in _SPLIT.split(value) if part.strip()]
    return [_text(part) for part in value] if isinstance(value, (list, tuple)) else value


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 6:
        return int(value)
    return value


def _chosen(given: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "category": _choice(given.get("category"), Category),
        "budget_range": _choice(_pick(given, "budget_range"), BudgetRange),
        "industry": industry_of(given.get("industry")),
    }
    if "visibility" in given:
        found["visibility"] = _choice(given["visibility"], Visibility)
    return found


def _choice(value: Any, choices: Any) -> Any:
    """Return the value meant by a value or its English label; what is neither stays, to be refused."""
    if not isinstance(value, str):
        return _text(value)
    with translation.override("en"):
        labels = {force_str(label).casefold(): key for key, label in choices.choices}
    wanted = value.strip().casefold()
    return labels.get(wanted, wanted)


def industry_of(value: Any) -> Any:
    """Return the industry a trade belongs to: by name, by its words, or ``other``."""
    known = _choice(value, Industry)
    if not isinstance(known, str) or not known or known in Industry.values:
        return known
    words = f" {known} "
    for industry, beginnings in _TRADES:
        for beginning in beginnings.split(" "):
            start = beginning.replace("\u00a0", " ")
            if (f" {start}" in words) if start.isascii() else (start in words):
                return industry.value
    return Industry.OTHER.value


def _location(given: Mapping[str, Any]) -> dict[str, Any]:
    nested = given.get("location")
    if isinstance(nested, Mapping):
        given = {**given, **{str(k): v for k, v in nested.items() if v not in (None, "")}}
    place: dict[str, Any] = {name: _text(_pick(given, name)) for name in ("city", "site")}
    place |= {name: _degrees(given.get(name)) for name in ("latitude", "longitude")}
    place["country"] = country_of(given.get("country"))
    return place


def _degrees(value: Any) -> Any:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def country_of(value: Any) -> Any:
    """Return the ISO code of a country's name or code; what is no country stays, to be refused."""
    if not isinstance(value, str):
        return _text(value)
    wanted = value.strip()
    if not wanted:
        return ""
    if len(wanted) == 2 and wanted.upper() in countries:
        return wanted.upper()
    code = _country_codes().get(wanted.casefold())
    if code is None:
        raise Invalid({"location.country": _("“%(name)s” is no country we know.") % {"name": wanted[:60]}})
    return code


@functools.cache
def _country_codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("ja", "zh-hans", "ar", "es", "fr", "de", "en"):
        with translation.override(language):
            found |= {force_str(name).casefold(): code for code, name in countries}
    found |= {alpha3.casefold(): code for code, _name in countries if (alpha3 := countries.alpha3(code))}
    return found | _COUNTRY_NAMES


def _outcomes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return outcomes as text and as metrics, whichever way the record words them."""
    metrics = _numbered_metrics(given)
    if isinstance(given.get("metrics"), list):
        metrics += given["metrics"]
    listed = given.get("outcomes")
    text = _pick({k: v for k, v in given.items() if k != "outcomes" or isinstance(v, str)}, "outcomes")
    if isinstance(listed, list):
        metrics += [_metric(entry) for entry in listed]
        text = text or _as_list(metrics)
    return {"outcomes": _rich(text), "metrics": metrics}


def _metric(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    after = entry.get("after") if entry.get("after") not in (None, "") else entry.get("result", entry.get("text"))
    return {
        "name": _text(entry.get("name")),
        "unit": _text(entry.get("unit")),
        "baseline": _text(entry.get("before", entry.get("baseline"))),
        "result": _text(after),
        "period": _text(entry.get("period")),
        "method": _text(entry.get("method")),
    }


def _numbered_metrics(given: Mapping[str, Any]) -> list[Any]:
    rows: dict[int, dict[str, Any]] = {}
    for name, value in given.items():
        if match := _METRIC.match(name):
            rows.setdefault(int(match[1]), {})[match[2]] = _text(value)
    return [rows[number] for number in sorted(rows)]


def _as_list(metrics: list[Any]) -> str:
    """Return metrics as a list in words, for a record that has no other text of what came of it."""
    lines = []
    for metric in metrics:
        if isinstance(metric, Mapping):
            figures = " → ".join(str(metric[n]) for n in ("baseline", "result") if metric.get(n))
            words = " ".join(part for part in (figures, str(metric.get("unit") or "")) if part)
            lines.append(f"<li>{escape(str(metric.get('name') or ''))}: {escape(words)}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _contact(given: Mapping[str, Any]) -> dict[str, Any]:
    nested = given.get("contact")
    if isinstance(nested, Mapping):
        return {name: _text(nested[name]) for name in _CONTACT if nested.get(name) not in (None, "")}
    return {name: _text(given[f"contact_{name}"]) for name in _CONTACT if f"contact_{name}" in given}


def _credit(changes: dict[str, Any], given: Mapping[str, Any], url: Any) -> None:
    """Say at the end of the story whose it is and where it was published, as licences ask for."""
    parts = [str(given[name]) for name in ("organization", "licence") if isinstance(given.get(name), str)]
    if not (isinstance(url, str) and url.startswith(("http://", "https://"))):
        if not given.get("licence"):
            return
        link = escape(str(given.get("source") or ""))
    else:
        link = f'<a href="{escape(url)}">{escape(url)}</a>'
    line = " · ".join(part for part in (*(escape(part) for part in parts), link) if part)
    for name in ("outcomes", "solution", "problem"):
        if isinstance(changes[name], str) and changes[name]:
            changes[name] += f"<p>{_('Source')}: {line}</p>"
            return


def _key(title: Any, url: Any, source: Any) -> str:
    """Return what tells records apart: the address they came from, else their title and source."""
    what = f"url:{url}" if url else f"title:{str(title).casefold().strip()}|{source}"
    return hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()
