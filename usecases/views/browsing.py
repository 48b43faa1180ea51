"""Looking around: the list of stories."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from p2psandbox.platform.permissions import Actor, Permission, allows
from usecases import mapping, narrowing, presenting, queries
from usecases.models import Status
from usecases.queries import Filters
from usecases.queries.counted import Counted
from usecases.queries.locations import located
from usecases.queries.searches import kept
from usecases.views.comparing import chosen
from usecases.views.writing import _actor

PAGE_SIZE = 24
#: What the form above the list asks; the facets stand beside it.
FORM_FIELDS = ("search", "near", "radius_km", "ordering", "status", "outcome", "metric", "by")
#: Stories listed under one spot of the map.
LISTED = 8
RADII = (25, 50, 100, 250, 500, 1000, 2500)


@require_safe
def story_list(request: HttpRequest) -> HttpResponse:
    """``GET /use-cases/``: cards, narrowed by what the address says."""
    actor = _actor(request)
    filters, problem = narrowing.filters_of(request.GET)
    facets = queries.facets(actor, filters)
    rows = Counted(queries.listing(actor, filters), facets.total)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    own = filters.mine or bool(filters.status)
    context = frame(request, actor, filters, facets) | {
        "page": page,
        "cards": [presenting.card(row, own=own) for row in page],
        "problem": problem,
        "tabs": _tabs(actor, filters),
        "chosen": chosen(request),
        "orderings": _orderings(filters),
        "statuses": Status.choices,
        "may_export": allows(actor, Permission.EXPORT_VISIBLE),
        "may_write": allows(actor, Permission.WRITE_USE_CASE),
        "may_import": allows(actor, Permission.IMPORT_USE_CASES),
        "signs": allows(actor, Permission.APPROVE_USE_CASE),
        "is_own": own,
        "kept_fields": _kept_fields(request, actor, filters),
    }
    return render(request, "usecases/list.html", context)


def frame(request: HttpRequest, actor: Actor, filters: Filters, facets: queries.Facets) -> dict[str, Any]:
    """Return what list and map have in common: what they are narrowed to, and what else they can be."""
    radius = filters.near.radius_km if filters.near else queries.DEFAULT_KM
    return {
        "filters": filters,
        "facets": narrowing.groups(request.GET, facets),
        "chips": narrowing.chips(request.GET, filters, facets),
        "carried": narrowing.carried(request.GET, FORM_FIELDS),
        "near_text": request.GET.get("near", "") if filters.near else "",
        "radii": [(f"{value:g}", presenting.distance(value)) for value in sorted({*RADII, radius})],
        "radius": f"{radius:g}",
        "query": narrowing.without(request.GET, "page"),
        "clear_url": presenting.listed(**({"mine": "1"} if filters.mine else {})),
        "outcome": presenting.outcome_choice(filters.outcome),
        "total": facets.total,
    }


def _kept_fields(request: HttpRequest, actor: Actor, filters: Filters) -> list[tuple[str, str]]:
    """Return what a saved search of this list is made of; nothing where there is nothing to keep, or nobody."""
    if not kept(filters) or not allows(actor, Permission.READ_MEMBERS_AREA):
        return []
    return narrowing.carried(request.GET, ("ordering", "status", "mine", "bookmarked"))


def _tabs(actor: Actor, filters: Filters) -> list[dict[str, Any]]:
    if actor.id is None or not allows(actor, Permission.READ_MEMBERS_AREA):
        return []
    plain = not (filters.mine or filters.bookmarked)
    return [
        {"label": _("All"), "url": presenting.listed(), "current": plain},
        {"label": _("Mine"), "url": presenting.listed(mine="1"), "current": filters.mine},
        {"label": _("Bookmarked"), "url": presenting.listed(bookmarked="1"), "current": filters.bookmarked},
    ]


def _orderings(filters: Filters) -> list[tuple[str, str]]:
    nearest = [(queries.DISTANCE, _("Nearest"))] if filters.near else []
    best = [("", _("Best match"))] if filters.search and not filters.mine else []
    return [
        *best,
        ("-published_at", _("Newest")),
        *nearest,
        ("-views", _("Most read")),
        ("-likes", _("Most liked")),
        ("title", _("Title")),
    ]


@require_safe
def story_map(request: HttpRequest) -> HttpResponse:
    """``GET /use-cases/map/``: the same stories on a map, with a list beside it."""
    actor = _actor(request)
    filters, problem = narrowing.filters_of(request.GET)
    facets = queries.facets(actor, filters)
    drawn = mapping.sheet(located(actor, filters))
    shown = sum(len(spot.stories) for spot in drawn.spots)
    context = frame(request, actor, filters, facets) | {
        "sheet": drawn,
        "groups": _groups(drawn),
        "shown": shown,
        "unplaced": max(0, facets.total - shown),
        "problem": problem,
        "page_title": _("Map of use cases"),
        "graticule": _graticule(),
    }
    return render(request, "usecases/map.html", context)


def _groups(drawn: mapping.Sheet) -> list[dict[str, Any]]:
    """Return the list beside the map: each spot with the first of its stories."""
    return [
        {
            "spot": spot,
            "cards": [presenting.card(row) for row in spot.stories[:LISTED]],
            "more": max(0, len(spot.stories) - LISTED),
            "url": presenting.listed(near=f"{spot.stories[0].latitude},{spot.stories[0].longitude}", radius_km="100"),
        }
        for spot in drawn.spots
    ]


def _graticule() -> dict[str, list[int]]:
    """Return meridians and parallels every 30 degrees, in units of the sheet."""
    step = 30 * mapping.SCALE
    return {"across": list(range(step, mapping.HEIGHT, step)), "down": list(range(step, mapping.WIDTH, step))}
