"""Stories as printed documents: what stands on the pages, before :mod:`usecases.exports.pdf` makes a PDF of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from p2psandbox.platform.permissions import Actor
from usecases import presenting
from usecases.content import Content
from usecases.exports.columns import Picture, Record, absolute, headline
from usecases.exports.pictures import LARGEST_TOGETHER, MOST_PICTURES, picture_bytes, picture_in_text
from usecases.exports.renderer import direction
from usecases.models import BudgetRange, Category
from usecases.outcomes import Metric, figure, outcome_of, words_of

Asset = tuple[bytes, str]

_IMAGE = re.compile(r"<img\b[^>]*?\bsrc=\"([^\"]*)\"[^>]*>")
_FILE = re.compile(r"/files/([0-9a-f-]{36})/(?:large/)?")


@dataclass(frozen=True, slots=True)
class Document:
    """A document ready to be made: its HTML, and what it shows, by name."""

    html: str
    assets: dict[str, Asset]


class _Assets:
    """Gathers pictures up to what one document may hold."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.found: dict[str, Asset] = {}

    def add(self, asset: Asset | None) -> str:
        """Return the address of a picture in the document; empty when there is none or no room for it."""
        together = sum(len(body) for body, _kind in self.found.values())
        if asset is None or len(self.found) >= MOST_PICTURES or together + len(asset[0]) > LARGEST_TOGETHER:
            return ""
        name = f"picture-{len(self.found) + 1}"
        self.found[name] = asset
        return f"asset:{name}"

    def in_text(self, html: str) -> str:
        """Return sanitised HTML with its pictures led to the document's own; others are left out."""

        def own(match: re.Match[str]) -> str:
            file = _FILE.fullmatch(match[1])
            try:
                address = self.add(picture_in_text(self.actor, UUID(file[1]))) if file else ""
            except ValueError:
                address = ""
            return match[0].replace(match[1], address) if address else ""

        return str(mark_safe(_IMAGE.sub(own, html)))  # noqa: S308 -- sanitised on write, and only taken from here


def story_document(actor: Actor, record: Record) -> Document:
    """Return one story as a document: cover, contents, key figures, outcomes, texts, pictures."""
    assets = _Assets(actor)
    pictures = _pictures(record.media, assets)
    cover = next((one for one in pictures if one["cover"]), None)
    sections = _sections(record.content, assets)
    frame = _frame()
    rows = _outcome_rows(record.content)
    context = frame | {
        "cover_dir": direction(record.content.title) or frame["dir"],
        "record": record,
        "row": record.row,
        "content": record.content,
        "title": record.content.title or _("Untitled use case"),
        "author": record.row.organization.name,
        "headline": headline(record),
        "outcome": outcome_of(record.row),
        "words": words_of(record.row),
        "place": presenting.place(record.content.city, record.content.country),
        "figures": presenting.key_figures(record.content),
        "facts": [(term, value) for term, value in _facts(record.content) if value],
        "rows": rows,
        "sections": sections,
        "pictures": pictures,
        "cover": cover,
        "documents": [one for one in record.media if one.kind != "image"],
        "contact": record.contact,
        "short_address": absolute(reverse("usecases:detail", args=[record.row.pk])),
        "contents": _contents(record, rows, sections, pictures),
    }
    return Document(render_to_string("usecases/exports/story.html", context), assets.found)


def list_document(lines: Iterable[Record], *, title: str, narrowed: list[str], count: int) -> Document:
    """Return a list of stories as a document: a table with the outcome first, in the order of the list."""
    context = _frame() | {
        "title": title,
        "author": "P2P Sandbox",
        "narrowed": narrowed,
        "count": count,
        "lines": (
            {
                "title": one.content.title or _("Untitled use case"),
                "url": one.address,
                "headline": headline(one),
                "organization": one.row.organization.name,
                "place": presenting.place(one.content.city, one.content.country),
                "industry": presenting.industry(one.content.industry),
                "date": one.row.published_at if one.row.is_published else None,
                "status": "" if one.row.is_published else one.row.get_status_display(),
                "improved": one.row.headline_improved,
            }
            for one in lines
        ),
    }
    return Document(render_to_string("usecases/exports/list.html", context), {})


def _frame() -> dict[str, Any]:
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "dir": "rtl" if get_language_bidi() else "ltr",
        "made_on": timezone.localdate(),
        "site": settings.SITE_URL.rstrip("/").partition("://")[2],
    }


def _sections(content: Content, assets: _Assets) -> list[dict[str, str]]:
    found = [
        ("problem", _("Problem"), content.problem.html),
        ("technology", _("Technology"), content.solution.html),
        ("outcomes", _("Outcomes"), content.outcomes.html),
        ("difficulties", _("Difficulties"), content.difficulties.html),
    ]
    return [
        {"id": name, "title": title, "html": mark_safe(assets.in_text(html))}  # noqa: S308 -- sanitised on write
        for name, title, html in found
        if html
    ]


def _pictures(media: Iterable[Picture], assets: _Assets) -> list[dict[str, Any]]:
    found = []
    for one in media:
        if one.file is None or one.kind == "document":
            continue
        if address := assets.add(picture_bytes(one.file)):
            found.append({"address": address, "caption": one.caption, "cover": one.cover, "kind": one.kind})
    return found


def _facts(content: Content) -> list[tuple[str, str]]:
    budget = str(dict(BudgetRange.choices).get(content.budget_range, ""))
    return [
        (_("Industry"), presenting.industry(content.industry)),
        (_("Category"), str(dict(Category.choices).get(content.category, ""))),
        (_("Technologies"), ", ".join(content.technologies)),
        (_("Place"), presenting.place(content.city, content.country)),
        (_("Site"), content.site),
        (_("Supplier"), content.vendor),
        (_("Budget"), budget),
    ]


def _outcome_rows(content: Content) -> list[dict[str, Any]]:
    """Return the table's rows, each with how long its two bars are drawn, in percent of the room there is."""
    rows = presenting.outcome_rows(content)
    for row in rows:
        metric: Metric = row["metric"]
        before, after = row["baseline"], row["result"]
        row["bars"] = None
        row |= {
            "baseline_text": _figure(metric.baseline, metric.baseline_value, metric.unit),
            "result_text": _figure(metric.result, metric.result_value, metric.unit),
        }
        if row["change"] and before is not None and after is not None and min(before, after) >= 0:
            most = max(before, after)
            row["bars"] = [f"{max(1.0, value / most * 100):.1f}" for value in (before, after)]
    return rows


def _figure(text: str, value: Decimal | None, unit: str) -> str:
    """Return a figure with its unit as people write it, else the words that were typed."""
    if value is not None:
        return figure(value, unit)
    return f"{text} {unit}".strip() if text else ""


def _contents(record: Record, rows: Any, sections: list[dict[str, str]], pictures: Any) -> list[list[tuple[str, str]]]:
    """Return the lines of the contents, in two columns: down the first one, then down the second."""
    found = [("figures", _("At a glance"))]
    if rows:
        found.append(("metrics", _("Outcomes in figures")))
    found += [(one["id"], one["title"]) for one in sections]
    if record.content.lessons:
        found.append(("lessons", _("Lessons")))
    if pictures:
        found.append(("pictures", _("Pictures")))
    found.append(("source", _("About this document")))
    half = -(-len(found) // 2)
    return [found[number::half] for number in range(half)]
