"""What a file's columns mean: guessed from their headings, chosen by whoever brings the file in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.encoding import force_str
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from usecases.content import MOST_METRICS
from usecases.imports.readers import Item
from usecases.imports.records import ALIASES, plain_name

#: Figures that are offered for every file; a file whose headings name more gets these, too.
OFFERED_METRICS = 3

#: The fields a column may fill, with their names for people, in the order of the pages a story is written on.
FIELDS: dict[str, Promise] = {
    "title": _("Title"),
    "summary": _("Summary"),
    "category": _("Category"),
    "industry": _("Industry"),
    "technologies": _("Technologies"),
    "problem": _("Problem"),
    "solution": _("Solution"),
    "outcomes": _("Outcomes"),
    "difficulties": _("Difficulties"),
    "lessons": _("Lessons"),
    "budget_range": _("Budget range"),
    "timeline_months": _("Months it took"),
    "vendor": _("Vendor"),
    "city": _("City"),
    "country": _("Country"),
    "site": _("Site"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "contact_name": _("Contact: name"),
    "contact_title": _("Contact: job title"),
    "contact_email": _("Contact: email"),
    "contact_phone": _("Contact: phone"),
    "visibility": _("Visibility"),
    "url": _("Address it was published at"),
    "source": _("Source"),
    "licence": _("Licence"),
    "language": _("Language"),
    "organization": _("Organization, as the source names it"),
}
METRIC_PARTS: dict[str, Promise] = {
    "name": _("name"),
    "unit": _("unit"),
    "baseline": _("before"),
    "result": _("after"),
    "period": _("period"),
    "method": _("how it was measured"),
}
#: What only JSON says in one value or beside it: offered where a file has it.
NESTED: dict[str, Promise] = {
    "impact_text": _("Outcomes in words, beside a list of them"),
    "location": _("Place (an object)"),
    "contact": _("Contact (an object)"),
    "metrics": _("Figures (a list)"),
}
_METRIC = re.compile(r"metric_(\d{1,2})_([a-z]+)")
_SYNONYMS = {
    "name": "title",
    "headline": "title",
    "abstract": "summary",
    "description": "summary",
    "sector": "industry",
    "cost": "budget_range",
    "duration": "timeline_months",
    "town": "city",
    "email": "contact_email",
    "phone": "contact_phone",
    "license": "licence",
}


def label_of(field: str) -> str:
    """Return a field's name for people; the field itself where it has none."""
    if match := _METRIC.fullmatch(field):
        part = METRIC_PARTS.get(match[2])
        return f"{_('Figure')} {int(match[1])}: {part}" if part else field
    return force_str(FIELDS.get(field) or NESTED.get(field) or field)


def fields_for(columns: Mapping[str, str]) -> list[str]:
    """Return the fields to choose from: all of them, three figures, and what the columns already mean."""
    metrics = [f"metric_{number}_{part}" for number in range(1, OFFERED_METRICS + 1) for part in METRIC_PARTS]
    return list(dict.fromkeys([*FIELDS, *metrics, *(field for field in columns.values() if field)]))


def is_field(name: str) -> bool:
    """Whether a column may fill this."""
    if match := _METRIC.fullmatch(name):
        return 1 <= int(match[1]) <= MOST_METRICS and match[2] in METRIC_PARTS
    return name in FIELDS or name in NESTED


def guess(headings: Iterable[str]) -> dict[str, str]:
    """Return which field each heading means, or an empty string; no two mean the same."""
    headings = list(headings)
    known = {plain_name(force_str(label)): field for field, label in FIELDS.items()}
    known |= {other: field for field, others in ALIASES.items() for other in others}
    found = {heading: heading if is_field(heading) else "" for heading in headings}
    for words in (known, _SYNONYMS):
        for heading in headings:
            field = words.get(heading, "")
            if not found[heading] and field not in found.values():
                found[heading] = field
    return found


def problems(columns: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with a choice, by heading (``""``: with all of it)."""
    wrong: dict[str, str] = {}
    first: dict[str, str] = {}
    for heading, field in columns.items():
        if not field:
            continue
        if not is_field(field):
            wrong[heading] = force_str(_("Choose a field of the list."))
        elif field in first:
            wrong[heading] = force_str(_("This field is already filled from “%(other)s”.")) % {"other": first[field]}
        first.setdefault(field, heading)
    if "title" not in first:
        wrong[""] = force_str(_("Choose which column holds the title. Every use case needs one."))
    return wrong


def named(items: Sequence[Item], columns: Mapping[str, str]) -> list[Item]:
    """Return the records with their columns under the names of the fields; what means nothing is left out."""
    return [
        Item(
            item.place,
            {columns[heading]: value for heading, value in item.record.items() if columns.get(heading)},
            item.problem,
        )
        for item in items
    ]
