"""Numbers as pages show them: tiles with their change and a small chart."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from dashboard.models import TrendingScore
from dashboard.periods import Figure, Numbers

#: Size of the chart in its own units.
_WIDTH, _HEIGHT = 120, 28
#: A chart has so many bars at most; longer series are summed up.
_BARS = 30


def tiles(numbers: Numbers) -> list[dict[str, Any]]:
    """Return the tiles of ``dashboard/_tile.html``, one for each figure."""
    labels = {
        "topics": _("Questions"),
        "replies": _("Replies"),
        "best_answers": _("Best answers"),
        "use_cases": _("Published use cases"),
        "members": _("New members"),
        "organizations": _("New organizations"),
    }
    return [
        {
            "name": name,
            "label": labels[name],
            "value": number_format(figure.value, force_grouping=True),
            **_change(figure),
            "bars": _bars([counts[name] for _day, counts in numbers.days]),
            "rows": [(date_format(day, "j M Y"), counts[name]) for day, counts in numbers.days if counts[name]],
        }
        for name, figure in numbers.figures.items()
    ]


def _change(figure: Figure) -> dict[str, str]:
    if figure.previous is None:
        return {"note": "", "kind": "", "icon": ""}
    if figure.change is None:
        text = _("none before") if figure.value else _("none yet")
        return {"note": text, "kind": "", "icon": ""}
    by = {"change": f"{abs(figure.change):.0f}"}
    if figure.change > 0:
        return {"note": _("%(change)s %% more than before") % by, "kind": "good", "icon": "trending-up"}
    if figure.change < 0:
        return {"note": _("%(change)s %% fewer than before") % by, "kind": "", "icon": "trending-down"}
    return {"note": _("as many as before"), "kind": "", "icon": ""}


def _bars(counts: list[int]) -> list[dict[str, float]]:
    """Return one bar for each day, or for as many days together as fit; none when there is nothing to show."""
    if not any(counts):
        return []
    together = -(-len(counts) // _BARS)
    start = len(counts) % together  # the oldest bar may stand for fewer days
    edges = ([0] if start else []) + list(range(start, len(counts), together))
    sums = [sum(counts[one:other]) for one, other in zip(edges, [*edges[1:], len(counts)], strict=True)]
    step, most = _WIDTH / len(sums), max(sums)
    return [
        {
            "x": round(place * step, 2),
            "width": round(step * 0.7, 2),
            "height": round(max(_HEIGHT * count / most, 1.0), 2),
            "y": round(_HEIGHT - max(_HEIGHT * count / most, 1.0), 2),
        }
        for place, count in enumerate(sums)
    ]


def trending_rows(scores: list[TrendingScore]) -> list[dict[str, Any]]:
    """Return what trends as ``dashboard/_trending.html`` shows it."""
    rows = []
    for score in scores:
        about = score.about
        company = about.organization
        rows.append(
            {
                "url": about.get_absolute_url(),
                "title": about.title,
                "is_topic": score.topic is not None,
                "organization": company.name if company else "",
                "organizations": score.parts.get("organizations", 0),
            }
        )
    return rows
