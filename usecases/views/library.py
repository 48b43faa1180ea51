"""Reading: one story, and what waits for sign-off."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from p2psandbox.platform.pages import showcase
from p2psandbox.platform.permissions import Actor, Permission, allows
from usecases import presenting, queries
from usecases.actions.contacts import record_seen
from usecases.actions.reading import record_view
from usecases.actions.replications import may_report
from usecases.models import BudgetRange, Status, UseCase, Visibility
from usecases.presenting import gallery
from usecases.queries import Story
from usecases.queries.media import media_of
from usecases.queries.related import related_to
from usecases.versions import field_changes
from usecases.views.comparing import chosen

PAGE_SIZE = 24
_BODY_SECONDS = 24 * 3600


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


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
        "may_export": allows(actor, Permission.EXPORT_VISIBLE),
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
        "replications": _replications(actor, story),
        "replication_record": presenting.replication_record(row),
        "may_report": may_report(actor, row),
        "sections": showcase.sections("use_case", actor, row) if row.is_published else [],
        "contact_given": queries.contact_given_to(row) if story.can.see_history else [],
        "compare_url": _comparing(story),
        "after": parts["after"],
        "gallery": gallery(media_of(story)),
        "preview": _preview(row) if not story.working else None,
        "related": [presenting.card(other) for other in related_to(actor, row)] if row.is_published else [],
        "history": queries.steps(row) if story.can.see_history else [],
        "data": _structured(row, request) if row.is_published and not story.working else "",
        "page_title": story.shown.title or _("Untitled use case"),
    }
    return render(request, "usecases/detail.html", context)


def _comparing(story: Story) -> str:
    """Return where those who sign a story off see what is new in it, empty where there is nothing to compare."""
    row = story.row
    shows_it = story.can.see_history and (story.working or row.status == Status.IN_REVIEW)
    return reverse("usecases:changes", args=[row.pk]) if shows_it and queries.can_be_compared(row) else ""


@require_safe
def changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``GET /use-cases/<id>/changes/``: what the working copy says otherwise than before."""
    found = queries.changes(_actor(request), pk)
    working = "?draft=1" if found.row.has_working_copy else ""
    context = {
        "row": found.row,
        "address": f"{found.row.get_absolute_url()}{working}",
        "since": found.since,
        "fields": field_changes(found.before, found.after),
        "page_title": _("What changed: %(title)s") % {"title": found.row},
    }
    return render(request, "usecases/changes.html", context)


def _replications(actor: Actor, story: Story) -> list[dict[str, Any]]:
    """Return the reports this reader sees; most stories have none, which the row and the reader's marks know."""
    if not (story.row.replications_total or story.reported):
        return []
    return [presenting.replication_entry(actor, made) for made in queries.replications_of(actor, story.row)]


def _parts(story: Story) -> dict[str, SafeString]:
    """Return what depends on the revision alone, rendered once per language and kept."""
    key = f"usecases:body:2:{story.revision_id}:{get_language()}"
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
        kept = {name: render_to_string(f"usecases/_{name}.html", context) for name in ("figures", "text", "after")}
        cache.set(key, kept, _BODY_SECONDS)
    return {name: mark_safe(html) for name, html in kept.items()}  # noqa: S308 -- rendered by our templates


def _preview(row: UseCase) -> dict[str, str] | None:
    """Return what other sites show of a public story that is linked there (Open Graph)."""
    if not row.is_published or row.visibility != Visibility.PUBLIC:
        return None
    site = settings.SITE_URL.rstrip("/")
    picture = presenting.cover_url(row.cover_id, "large.jpeg")
    return {
        "title": row.title,
        "description": row.excerpt,
        "url": f"{site}{row.get_absolute_url()}",
        "picture": f"{site}{picture}" if picture else "",
    }


def _structured(row: Any, request: HttpRequest) -> str:
    """Return schema.org data as JSON that cannot end its script element, for public stories."""
    if row.visibility != Visibility.PUBLIC:
        return ""
    address = f"{settings.SITE_URL.rstrip('/')}{row.get_absolute_url()}"
    found = presenting.structured_data(row, address)
    if picture := presenting.cover_url(row.cover_id, "large.jpeg"):
        found["image"] = f"{settings.SITE_URL.rstrip('/')}{picture}"
    text = json.dumps(found, ensure_ascii=False)
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
    reports = queries.replications_to_review(_actor(request))
    return render(request, "usecases/review_queue.html", {"page": page, "reports": reports[:PAGE_SIZE]})
