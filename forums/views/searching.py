"""Search: its page, and what its field offers while somebody types."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from forums import queries
from forums.forms.search import SearchForm
from forums.models import Category
from forums.presenting import hit_rows
from forums.queries.search import Found, Kind, Read, SearchFilters, Sort, find
from forums.queries.suggesting import suggestions as suggest
from forums.views.lists import Address, page_number
from p2psandbox.platform.search import MAX_QUERY, Problem


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Posts that hold some words."""
    categories = queries.categories(request.actor)
    if not all(value for name, value in request.GET.items() if name != "q"):
        return redirect(_without_empty(request))
    form = SearchForm(request.GET, categories=categories)
    filters = form.filters()
    found = find(request.actor, filters, page=page_number(request.GET))
    address = Address(request)
    context = {
        "page_title": _("Search the forums"),
        "form": form,
        "filters": filters,
        "found": found,
        "words": found.query.text,
        "is_narrowed": SearchFilters(words=filters.words, sort=filters.sort) != filters,
        "notices": _notices(found),
        "rows": hit_rows(found),
        "counted": _counted(found),
        "kinds": _kinds(address, filters),
        "sorts": _sorts(address, filters),
        "chips": _chips(address, found, filters, categories),
        "clear_url": f"{request.path}?{urlencode({'q': filters.words})}",
        "new_url": f"{reverse('forums:topic_new')}?{urlencode({'title': found.query.text})}",
    }
    return render(request, "forums/search.html", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What the words typed so far may become, as JSON for the search field."""
    found = suggest(request.actor, request.GET.get("q", ""))
    answer = JsonResponse({"results": [{"kind": one.kind, "label": one.label, "url": one.url} for one in found]})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def _without_empty(request: HttpRequest) -> str:
    """Return the address without what a form's empty fields put into it, to be passed on."""
    given = [(name, value) for name, value in request.GET.items() if value or name == "q"]
    return f"{request.path}?{urlencode(given)}"


def _notices(found: Found) -> list[str]:
    """Say how the words were read, where that is not as they were typed."""
    notices = {
        Problem.NOTHING: _("Type a word, a part number or a “phrase”: signs alone find nothing."),
        Problem.ONLY_COMMON: _("These words stand in nearly every post. Add one that says what it is about."),
        Problem.ONLY_EXCLUDED: _("Say what to look for, too, not only what to leave out."),
    }
    said = []
    if found.query.was_cut:
        said.append(_("Only the beginning was searched for: %(most)d characters.") % {"most": MAX_QUERY})
    if found.query.problem is not None and found.query.text:
        said.append(notices[found.query.problem])
    if found.hits and found.read is Read.UNFINISHED:
        said.append(_("No post holds exactly that. These hold a word that begins so."))
    elif found.hits and found.read in (Read.ALL_BUT_ONE, Read.ANY):
        said.append(_("No post holds all of these words. These hold some of them."))
    return said


def _counted(found: Found) -> str:
    if found.more:
        return _("More than %(count)s posts") % {"count": f"{found.count:,}"}
    return ngettext("%(count)s post", "%(count)s posts", found.count) % {"count": f"{found.count:,}"}


def _kinds(address: Address, filters: SearchFilters) -> list[dict[str, Any]]:
    labels = {Kind.ALL: _("All"), Kind.TOPICS: _("Questions"), Kind.REPLIES: _("Replies")}
    return [
        {
            "label": label,
            "url": address.with_(kind=None if kind is Kind.ALL else str(kind)),
            "on": kind is filters.kind,
        }
        for kind, label in labels.items()
    ]


def _sorts(address: Address, filters: SearchFilters) -> list[dict[str, Any]]:
    labels = {
        Sort.RELEVANCE: _("Best match"),
        Sort.NEWEST: _("Newest"),
        Sort.OLDEST: _("Oldest"),
        Sort.LIKES: _("Most liked"),
    }
    return [
        {
            "label": label,
            "url": address.with_(sort=None if sort is Sort.RELEVANCE else str(sort)),
            "on": sort is filters.sort,
        }
        for sort, label in labels.items()
    ]


def _chips(address: Address, found: Found, filters: SearchFilters, categories: list[Category]) -> list[tuple[str, str]]:
    """What the search is narrowed to, each with a way off."""
    chips = [
        (category.name, address.with_(category=None)) for category in categories if category.pk == filters.category
    ]
    if filters.tag:
        chips.append((_("tag: %(tag)s") % {"tag": filters.tag}, address.with_(tag=None)))
    first = found.hits[0].post if found.hits else None
    if filters.author is not None:
        name = first.author_label if first else _("one author")
        chips.append((_("by %(name)s") % {"name": name}, address.with_(author=None)))
    if filters.organization is not None:
        name = first.organization.name if first and first.organization else _("one organization")
        chips.append((_("from %(name)s") % {"name": name}, address.with_(organization=None)))
    if filters.answered is not None:
        label = _("answered") if filters.answered else _("without an answer")
        chips.append((label, address.with_(answered=None)))
    if filters.after is not None:
        day = date_format(filters.after, "j M Y")
        chips.append((_("since %(day)s") % {"day": day}, address.with_(after=None)))
    if filters.before is not None:
        day = date_format(filters.before, "j M Y")
        chips.append((_("before %(day)s") % {"day": day}, address.with_(before=None)))
    return chips
