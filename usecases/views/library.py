"""Reading: the list of stories, one story, and what waits for sign-off."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_countries import countries

from p2psandbox.platform.permissions import Actor, Permission, allows
from usecases import presenting, queries
from usecases.actions.contacts import record_seen
from usecases.actions.reading import record_view
from usecases.forms import FilterForm
from usecases.models import BudgetRange, Category, Status, Visibility
from usecases.queries import Facets, Filters, Story
from usecases.views.comparing import chosen

PAGE_SIZE = 24
_BODY_SECONDS = 24 * 3600


@require_safe
def story_list(request: HttpRequest) -> HttpResponse:
    """``GET /use-cases/``: cards, narrowed by what the address says."""
    actor = _actor(request)
    filters, problem = _filters(request.GET)
    rows = queries.listing(actor, filters)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    facets = queries.facets(actor)
    own = filters.mine or bool(filters.status)
    context = {
        "page": page,
        "cards": [presenting.card(row, own=own) for row in page],
        "filters": filters,
        "problem": problem,
        "facets": facets,
        "chips": _chips(request.GET, filters, facets),
        "tabs": _tabs(actor, filters),
        "chosen": chosen(request),
        "outcome": presenting.outcome_choice(filters.outcome),
        "orderings": _orderings(),
        "statuses": Status.choices,
        "clear_url": presenting.listed(**({"mine": "1"} if filters.mine else {})),
        "may_write": allows(actor, Permission.WRITE_USE_CASE),
        "signs": allows(actor, Permission.APPROVE_USE_CASE),
        "is_own": own,
    }
    return render(request, "usecases/list.html", context)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


def _filters(data: QueryDict) -> tuple[Filters, bool]:
    """Return the filters of an address; what cannot be read is left out, and the second value says so."""
    form = FilterForm(data)
    valid = form.is_valid()
    found = form.cleaned_data
    known = {name: found[name] for name in form.fields if name in found}
    if known.get("status") not in Status.values:
        known["status"] = ""
    technologies = [name.strip()[:60] for name in data.getlist("technology") if name.strip() and "\x00" not in name]
    return Filters(technology=tuple(technologies[:10]), **known), not valid


def _chips(data: QueryDict, filters: Filters, facets: Facets) -> list[tuple[str, str]]:
    """Return what the list is narrowed to, each with the address without it."""
    words: dict[str, dict[str, str]] = {
        "industry": dict(facets.industries),
        "category": {value: str(label) for value, label in Category.choices},
        "country": dict(countries),
        "organization": dict(facets.organizations),
        "status": {value: str(label) for value, label in Status.choices},
    }
    chips = [
        (str(words.get(name, {}).get(value, value)), _without(data, name))
        for name in ("search", "industry", "category", "country", "organization", "status")
        if (value := getattr(filters, name))
    ]
    if filters.outcome:
        chips.append((str(queries.outcome_filter(filters.outcome)), _without_all(data, "outcome", "metric", "by")))
    return chips + [(name, _without(data, "technology", name)) for name in filters.technology]


def _without(data: QueryDict, name: str, value: str | None = None) -> str:
    rest = data.copy()
    rest.pop("page", None)
    kept = [entry for entry in rest.pop(name, []) if value is not None and entry.strip() != value]
    rest.setlist(name, kept)
    return f"?{rest.urlencode()}"


def _without_all(data: QueryDict, *names: str) -> str:
    rest = data.copy()
    for name in ("page", *names):
        rest.pop(name, None)
    return f"?{rest.urlencode()}"


def _tabs(actor: Actor, filters: Filters) -> list[dict[str, Any]]:
    if actor.id is None or not allows(actor, Permission.READ_MEMBERS_AREA):
        return []
    plain = not (filters.mine or filters.bookmarked)
    return [
        {"label": _("All"), "url": presenting.listed(), "current": plain},
        {"label": _("Mine"), "url": presenting.listed(mine="1"), "current": filters.mine},
        {"label": _("Bookmarked"), "url": presenting.listed(bookmarked="1"), "current": filters.bookmarked},
    ]


def _orderings() -> list[tuple[str, str]]:
    return [
        ("-published_at", _("Newest")),
        ("-views", _("Most read")),
        ("-likes", _("Most liked")),
        ("title", _("Title")),
    ]


@require_safe
def detail(request: HttpRequest, pk: UUID, slug: str = "") -> HttpResponse:
    """``GET /use-cases/<id>/<slug>/``: one story; ``?draft=1`` shows the working copy to those who may."""
    actor = _actor(request)
    story = queries.read(actor, pk, working="draft" in request.GET)
    row = story.row
    address = row.get_absolute_url()
    if slug != (row.slug or "story"):
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address)
    parts = _parts(story)
    record_view(actor=actor, use_case=row, visitor=_visitor(request))
    record_seen(actor=actor, row=row)
    context = {
        "chosen": str(row.pk) in chosen(request),
        "story": story,
        "row": row,
        "shown": story.shown,
        "can": story.can,
        "outcome": presenting.outcome_of(story.shown),
        "words": presenting.words_of(story.shown),
        "place": presenting.place(story.shown.city, story.shown.country),
        "facts": presenting.facts(story.shown),
        "figures": parts["figures"],
        "text": parts["text"],
        "contact_given": queries.contact_given_to(row) if story.can.see_history else [],
        "history": queries.steps(row) if story.can.see_history else [],
        "data": _structured(row, request) if row.is_published and not story.working else "",
        "page_title": story.shown.title or _("Untitled use case"),
    }
    return render(request, "usecases/detail.html", context)


def _parts(story: Story) -> dict[str, SafeString]:
    """Return what depends on the revision alone, rendered once per language and kept."""
    key = f"usecases:body:{story.revision_id}:{get_language()}"
    kept: dict[str, str] | None = cache.get(key)
    if kept is None:
        content = story.text()
        context = {
            "content": content,
            "figures": presenting.key_figures(content),
            "outcome_rows": presenting.outcome_rows(content),
            "technologies": [(name, presenting.listed(technology=name)) for name in content.technologies],
            "budget": dict(BudgetRange.choices).get(content.budget_range, ""),
        }
        kept = {name: render_to_string(f"usecases/_{name}.html", context) for name in ("figures", "text")}
        cache.set(key, kept, _BODY_SECONDS)
    return {name: mark_safe(html) for name, html in kept.items()}  # noqa: S308 -- rendered by our templates


def _structured(row: Any, request: HttpRequest) -> str:
    """Return schema.org data as JSON that cannot end its script element, for public stories."""
    if row.visibility != Visibility.PUBLIC:
        return ""
    address = f"{settings.SITE_URL.rstrip('/')}{row.get_absolute_url()}"
    text = json.dumps(presenting.structured_data(row, address), ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return mark_safe(text)  # noqa: S308 -- escaped just above


def _visitor(request: HttpRequest) -> str:
    """Return a word that tells visitors of one day apart and leads back to nobody."""
    if request.user.is_authenticated:
        return ""
    parts = (
        settings.SECRET_KEY,
        timezone.now().strftime("%Y%m%d"),
        request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_USER_AGENT", ""),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """``GET /use-cases/review/``: stories that wait for sign-off by this admin."""
    page = Paginator(queries.review_queue(_actor(request)), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "usecases/review_queue.html", {"page": page})
