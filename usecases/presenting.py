"""Turning a story into what templates show: cards, key figures, the outcomes table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from organizations.models import Industry
from p2psandbox.platform.permissions import Actor
from usecases.actions.replications import may_change, signs
from usecases.content import Content
from usecases.metrics import definitions
from usecases.models import BudgetRange, Category, MediaKind, Replication, UseCase
from usecases.outcomes import Metric, change_percent, figure, improved, in_period, outcome_of, words_of
from usecases.queries.media import Shown
from usecases.queries.outcomes import outcome_filter


def place(city: str, country: str) -> str:
    """Return ``Leipzig, Germany``, or what there is of it."""
    return ", ".join(part for part in (city, str(countries.name(country) or "") if country else "") if part)


def gallery(media: list[Shown]) -> dict[str, list[Shown]]:
    """Return what is looked at and what is saved, each in the story's order."""
    looked = [one for one in media if one.kind != MediaKind.DOCUMENT]
    return {"shown": looked, "documents": [one for one in media if one.kind == MediaKind.DOCUMENT]}


def cover_url(file_id: UUID | None, width: str = "small") -> str | None:
    """Return the lasting address of a cover, which asks for permission each time; ``None`` without one."""
    return reverse("files:rendition", args=[file_id, width]) if file_id else None


def card(row: UseCase, *, own: bool = False) -> dict[str, Any]:
    """Return a row as ``components/use_case_card.html`` takes it; ``own`` shows its state."""
    return {
        "id": str(row.pk),
        "url": row.get_absolute_url(),
        "title": row.title or _("Untitled use case"),
        "outcome": outcome_of(row),
        "cover": cover_url(row.cover_id),
        "cover_large": cover_url(row.cover_id, "medium"),
        "summary": words_of(row),
        "organization": row.organization.name,
        "verified": row.organization.is_verified,
        "place": place(row.city, row.country),
        "date": row.published_at if row.is_published else None,
        "industry": industry(row.industry),
        "record": replication_record(row) if row.is_published else "",
        "state": row.status if own or not row.is_published else "",
        "distance": _distance(row),
    }


def _distance(row: UseCase) -> str:
    km = getattr(row, "distance_km", None)
    return "" if km is None else distance(km)


def distance(km: float) -> str:
    """Return a distance as people say it: ``12 km``; ``less than 1 km`` below that, also for the very spot."""
    return figure(Decimal(round(km)), "km") if km >= 1 else _("less than 1 km")


def industry(value: str) -> str:
    return str(dict(Industry.choices).get(value, ""))


def key_figures(content: Content) -> list[dict[str, str]]:
    """Return up to three figures that stand beside the headline: cost, time, the next outcomes."""
    found = []
    if content.budget_range:
        label = str(dict(BudgetRange.choices)[content.budget_range])
        found.append({"label": _("Budget"), "value": label, "unit": ""})
    if content.timeline_months:
        months = content.timeline_months
        unit = ngettext("month", "months", months)
        found.append({"label": _("From decision to running"), "value": str(months), "unit": unit})
    for metric in content.metrics[1:]:
        change = change_percent(metric.baseline_value, metric.result_value)
        if change is not None:
            found.append({"label": metric.name, "value": figure(change, "%", signed=True), "unit": ""})
        elif metric.result_value is not None:
            found.append({"label": metric.name, "value": figure(metric.result_value), "unit": metric.unit})
    return found[:3]


def outcome_rows(content: Content) -> list[dict[str, Any]]:
    """Return the rows of the outcomes table, each with its bar's numbers where there are any."""
    return [
        {
            "metric": metric,
            "change": figure(change, "%", signed=True) if change is not None else "",
            "baseline": float(metric.baseline_value) if metric.baseline_value is not None else None,
            "result": float(metric.result_value) if metric.result_value is not None else None,
            "improved": improved(metric),
            "period": in_period(metric.period),
        }
        for metric in content.metrics
        for change in [change_percent(metric.baseline_value, metric.result_value)]
    ]


def facts(content: Content) -> list[tuple[str, str]]:
    """Return the short facts beside a story."""
    return [
        (_("Industry"), industry(content.industry)),
        (_("Category"), str(dict(Category.choices).get(content.category, ""))),
        (_("Place"), place(content.city, content.country)),
        (_("Site"), content.site),
        (_("Supplier"), content.vendor),
    ]


def structured_data(row: UseCase, address: str) -> dict[str, Any]:
    """Return schema.org data of a public story: what its card says, and nothing of people."""
    company = {"@type": "Organization", "name": row.organization.name}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": row.title,
        "description": row.excerpt,
        "url": address,
        "datePublished": row.published_at.isoformat() if row.published_at else None,
        "author": company,
        "publisher": company,
        "keywords": ", ".join(row.technologies),
    }
    if row.city or row.country:
        data["contentLocation"] = {"@type": "Place", "name": place(row.city, row.country)}
    return data


def listed(**params: str) -> str:
    """Return the address of the list, narrowed."""

    address = reverse("usecases:list")
    return f"{address}?{urlencode(params)}" if params else address


def outcome_choice(expression: str) -> dict[str, Any]:
    """Return what the filter by outcome offers, and what is chosen."""
    chosen = outcome_filter(expression) if expression else None
    by = chosen.by if chosen is not None else None
    choices = sorted(((one.key, one.name) for one in definitions().values()), key=lambda pair: pair[1])
    return {
        "choices": choices,
        "metric": chosen.definition.key if chosen is not None else "",
        "by": f"{by.normalize():f}" if by else "",
    }


def replication_record(row: UseCase) -> str:
    """Return what came of it elsewhere, in a line; empty where nobody reported."""
    parts = [
        (row.replications_same, _("%(count)d with the same result")),
        (row.replications_partly, _("%(count)d in part")),
        (row.replications_failed, _("%(count)d without success")),
    ]
    said = [words % {"count": count} for count, words in parts if count]
    total = row.replications_total
    tried = ngettext("%(count)d organization tried it", "%(count)d organizations tried it", total) % {"count": total}
    return f"{tried}: {', '.join(said)}" if said else ""


def replication_entry(actor: Actor, made: Replication) -> dict[str, Any]:
    """Return a report as a story's page shows it: its figures in lines, and what the reader may do."""
    return {
        "report": made,
        "figures": [_figures_of(Metric(**entry)) for entry in made.metrics],
        "signs": signs(actor, made),
        "changes": may_change(actor, made),
    }


def _figures_of(metric: Metric) -> str:
    change = change_percent(metric.baseline_value, metric.result_value)
    way = " \N{RIGHTWARDS ARROW} ".join(part for part in (metric.baseline, metric.result) if part)
    words = f"{metric.name}: {way} {metric.unit}".strip()
    return f"{words} ({figure(change, '%', signed=True)})" if change is not None else words
