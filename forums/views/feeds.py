"""Atom feeds for feed readers, and the page where one finds one's address."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forums import queries
from forums.actions import feeds as actions
from forums.models import Topic
from forums.queries import feeds
from forums.queries.feeds import TopicsFed

#: What XML cannot hold; texts from elsewhere may have it.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class TopicFeed(Feed):  # type: ignore[type-arg]  # not generic at run time
    """The newest topics: title, first lines, who asks; the whole text is read on the site."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 304 to who has it already, before anything is rendered."""
        found = feeds.fed(**kwargs)
        tag, changed = f'"{found.stamp}"', int(found.changed_at.timestamp())
        response: HttpResponseBase | None = get_conditional_response(request, etag=tag, last_modified=changed)
        if response is None:
            with translation.override(found.language):
                response = super().__call__(request, found=found)
        response["ETag"] = tag
        response["Cache-Control"] = "private, no-cache"
        response["X-Robots-Tag"] = "noindex"
        return response  # type: ignore[return-value]  # a conditional answer is one like any other

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> TopicsFed:
        found: TopicsFed = kwargs["found"]
        return found

    def title(self, found: TopicsFed) -> str:
        about = found.category.name if found.category else (f"#{found.tag}" if found.tag else _("All topics"))
        return f"{about} – P2P Sandbox"

    def subtitle(self, found: TopicsFed) -> str:
        return _("Questions of people who run the same machines. This address is yours alone: keep it to yourself.")

    def link(self, found: TopicsFed) -> str:
        return _site(found.category.get_absolute_url() if found.category else "/forums/")

    def feed_url(self, found: TopicsFed) -> str:
        return _site(found.path)

    def feed_guid(self, found: TopicsFed) -> str:
        about = found.category.pk if found.category else found.tag or "all"
        return f"{settings.SITE_URL}/forums/feeds/{about}"

    def items(self, found: TopicsFed) -> list[Topic]:
        return found.topics

    def item_title(self, item: Topic) -> str:
        return _NOT_XML.sub("", item.title)

    def item_description(self, item: Topic) -> str:
        """A summary is HTML in Atom, and what people wrote is text."""
        return escape(_NOT_XML.sub("", item.excerpt))

    def item_link(self, item: Topic) -> str:
        return _site(item.get_absolute_url())

    def item_guid(self, item: Topic) -> str:
        return item.pk.urn

    def item_author_name(self, item: Topic) -> str:
        company = item.organization.name if item.organization else ""
        return _NOT_XML.sub("", ", ".join(filter(None, [item.author_label, company])))

    def item_pubdate(self, item: Topic) -> Any:
        return item.created_at

    def item_updateddate(self, item: Topic) -> Any:
        return item.last_post_at

    def item_categories(self, item: Topic) -> list[str]:
        return [item.category.name, *item.tags]


topics = TopicFeed()


def _site(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """Show one's own feed addresses, or how to get one."""
    token = feeds.own_token(request.actor)
    shelves = queries.categories(request.actor)
    listed = []
    if token is not None:
        listed = [(_("All topics"), _site(feeds.feed_path(token)))]
        listed += [(one.name, _site(feeds.feed_path(token, category=one.slug))) for one in shelves]
    context = {
        "listed": listed,
        "tag_example": _site(feeds.feed_path(token, tag="plc")) if token else "",
        "page_title": _("Feeds"),
    }
    return render(request, "forums/feeds.html", context)


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Make an address, or a new one in place of the old."""
    actions.make_feed_address(actor=request.actor)
    messages.success(request, _("Your feed addresses are ready. Former ones work no more."))
    return redirect("forums:feeds")


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take one's address away."""
    actions.remove_feed_address(actor=request.actor)
    messages.success(request, _("Your feed addresses work no more."))
    return redirect("forums:feeds")
