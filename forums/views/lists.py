"""Lists of topics, narrowed by what stands in the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forums import queries
from forums.forms.lists import FilterForm
from forums.models import Category
from forums.presenting import topic_rows
from forums.queries import ORDERINGS, TopicFilters, feeds
from p2psandbox.platform.errors import NotFound


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    """All topics."""
    return _list(request, "")


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics of one category."""
    return _list(request, slug)


def _list(request: HttpRequest, slug: str) -> HttpResponse:
    if "q" in request.GET:  # from before search had a page of its own
        narrowed = {"q": request.GET["q"]} | ({"category": slug} if slug else {})
        return redirect(f"{reverse('forums:search')}?{urlencode(narrowed)}")
    categories = queries.categories(request.actor)
    shelf = next((one for one in categories if one.slug == slug), None)
    if slug and shelf is None:
        raise NotFound
    filters = FilterForm(request.GET).filters(shelf.pk if shelf else None)
    found = queries.topic_list(request.actor, filters, page=page_number(request.GET))
    address = Address(request)
    context = {
        "page_title": shelf.name if shelf else _("Forums"),
        "shelf": shelf,
        "categories": categories,
        "filters": filters,
        "list": found,
        "rows": topic_rows(
            found.topics, with_category=shelf is None, unread=queries.unread_of(request.actor, found.topics)
        ),
        "views": _views(address, filters),
        "orders": _orders(address, filters),
        "chips": _chips(address, filters),
        "clear_url": request.path,
        "new_url": reverse("forums:topic_new") + (f"?category={slug}" if slug else ""),
        "mine_only": filters.mine,
        "bookmarked_only": filters.bookmarked,
        "feed_url": _feed(request, slug, filters.tag),
    }
    return render(request, "forums/topic_list.html", context)


def _feed(request: HttpRequest, slug: str, tag: str) -> str:
    """Return the path of the reader's feed of this list, empty while they have none."""
    token = feeds.own_token(request.actor)
    return feeds.feed_path(token, category=slug, tag=tag) if token is not None else ""


def page_number(query: QueryDict) -> int:
    """Return ``?page=`` as a number. Raises ``NotFound`` for anything else than a page."""
    text = query.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 8) or int(text) < 1:
        raise NotFound
    return int(text)


def requested_page(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    """Return the page of ``rows`` the address asks for. Raises ``NotFound`` beyond the last."""
    pages, number = Paginator(rows, size), page_number(request.GET)
    if number > pages.num_pages:
        raise NotFound
    return pages.page(number)


class Address:
    """This list's address with one thing changed; the page number always starts over."""

    def __init__(self, request: HttpRequest) -> None:
        self.path = request.path
        self.query = request.GET.copy()
        self.query.pop("page", None)

    def with_(self, **changes: str | None) -> str:
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return f"{self.path}?{query.urlencode()}" if query else self.path


def _views(address: Address, filters: TopicFilters) -> list[dict[str, Any]]:
    """The usual ways to look at a list, one click each."""
    plain = filters.answered is None and not (filters.mine or filters.bookmarked)

    def view(label: str, *, on: bool, **chosen: str) -> dict[str, Any]:
        changes = {"answered": None, "mine": None, "bookmarked": None, **chosen}
        return {"label": label, "url": address.with_(**changes), "on": on}

    return [
        view(_("All"), on=plain),
        view(_("Unanswered"), on=filters.answered is False, answered="false"),
        view(_("Answered"), on=filters.answered is True, answered="true"),
        view(_("Asked by me"), on=filters.mine, mine="1"),
        view(_("Bookmarked"), on=filters.bookmarked, bookmarked="1"),
    ]


def _orders(address: Address, filters: TopicFilters) -> list[dict[str, Any]]:
    labels = {
        "-last_post_at": _("Latest activity"),
        "-created_at": _("Newest"),
        "-views": _("Most read"),
        "-likes": _("Most liked"),
    }
    default = next(iter(ORDERINGS))
    return [
        {
            "label": labels[name],
            "url": address.with_(ordering=None if name == default else name),
            "on": name == filters.ordering,
        }
        for name in ORDERINGS
    ]


def _chips(address: Address, filters: TopicFilters) -> list[tuple[str, str]]:
    """What the list is narrowed to beyond the usual views, each with a way off."""
    chips = []
    if filters.search:
        chips.append((f"“{filters.search}”", address.with_(search=None)))
    if filters.tag:
        chips.append((_("tag: %(tag)s") % {"tag": filters.tag}, address.with_(tag=None)))
    if filters.author is not None:
        chips.append((_("one author"), address.with_(author=None)))
    return chips


def shelf_of(categories: list[Category], slug: str) -> str:
    """Return the id of the category with this slug, as a form's initial value."""
    return next((str(one.pk) for one in categories if one.slug == slug), "")
