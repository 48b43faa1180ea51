"""The parts of the page frame that are the same for everyone: built once per language, kept in memory.

Every page carries rail, search, write menu, style sheets and scripts. Rendering them anew for each request
would cost more than the rest of a topic page, so what depends only on language and section is cached in the
process, and what depends on the reader (company address, nonce) is filled into the finished text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.pages.pattern import squeezed

#: Stands in cached HTML where the reader's own value goes.
SLUG_PLACE = "company-slug-goes-here"
NONCE_PLACE = "nonce-goes-here"
QUERY_PLACE = "query-goes-here"
MESSAGES_PLACE = "messages-go-here"

STYLES = (
    "css/tokens.css",
    "css/base.css",
    "css/layout/frame.css",
    "css/layout/page.css",
    "css/components/buttons.css",
    "css/components/forms.css",
    "css/components/content.css",
    "css/components/people.css",
    "css/components/data.css",
    "css/components/navigation.css",
    "css/components/feedback.css",
    "css/components/stories.css",
    "css/components/prose.css",
    "css/components/editor.css",
)
#: Modules every page loads; what only some pages need is named by `data-module` on the element that needs it.
MODULES = ("js/interface.js", "js/forms.js", "js/toasts.js", "js/times.js", "js/updates.js")


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation. Left out while its URL name does not resolve."""

    section: str
    label: str | Promise
    icon: str
    url_name: str
    at_end: bool = False
    needs_company: bool = False


PLACES = (
    Place("home", _("Home"), "house", "home"),
    Place("library", _("Library"), "library", "usecases:list"),
    Place("forums", _("Forums"), "messages-square", "forums:topic_list"),
    Place("people", _("People"), "users", "accounts:people"),
    Place("messages", _("Messages"), "mail", "messaging:inbox"),
    Place("company", _("Company"), "factory", "organizations:detail", at_end=True, needs_company=True),
)

#: URL namespace or name -> section of the rail.
SECTIONS = {
    "home": "home",
    "usecases": "library",
    "forums": "forums",
    "messaging": "messages",
    "accounts:people": "people",
    "accounts:person": "people",
    "accounts:profile": "people",
    "accounts:members": "company",
    "accounts:member": "company",
    "accounts:invitations": "company",
    "accounts:audit": "company",
}

#: Phones have room for this many entries in the bottom bar.
BAR_SIZE = 5

#: What the JavaScript modules say, translated here because they have no gettext of their own.
WORDS = {
    "saving": _("Saving…"),
    "saved": _("Saved %s"),
    "notSaved": _("Not saved – trying again"),
    "stale": _("Someone else changed this meanwhile. Reload to see it; your text is kept on this device."),
    "restored": _("We put back what you typed before the connection was lost."),
    "kept": _("This device still holds text of yours that was not sent. It differs from what is shown here."),
    "putBack": _("Put my text back"),
    "discard": _("Discard it"),
    "confirm": _("Go ahead?"),
    "yes": _("Yes, go ahead"),
    "cancel": _("Cancel"),
    "close": _("Close"),
    "show": _("Show"),
    "hide": _("Hide"),
    "removeTag": _("Remove %s"),
    "suggestions": _("Suggestions"),
    "suggested": _("%s suggestions, use the arrow keys"),
    "suggested_topic": _("topic"),
    "suggested_tag": _("tag"),
    "suggested_category": _("category"),
    "cropView": _("The square that is shown of you. Drag it, or move it with the arrow keys."),
    "cropZoom": _("Size of the square"),
    "failed": _("That did not work. Check your connection and try again."),
}

_parts: dict[tuple[Any, ...], str] = {}


def _once(key: tuple[Any, ...], build: Callable[[], str]) -> str:
    """Return the text built for ``key`` the first time (each time in debug mode, so that edits show)."""
    if settings.DEBUG:
        return build()
    if (text := _parts.get(key)) is None:
        text = _parts[key] = squeezed(build())
    return text


def url_or_none(name: str, *args: object) -> str | None:
    """Return the address of a URL name, or ``None`` while nothing answers to it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def section_of(request: Any) -> str:
    """Return the rail's section a request belongs to, or ``""``."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    if match.namespace == "organizations":
        slug = match.kwargs.get("slug")
        organization = getattr(getattr(request, "user", None), "organization", None)
        own = organization is not None and slug in (None, organization.slug)
        return "company" if own else ""
    return SECTIONS.get(match.view_name) or SECTIONS.get(match.namespace, "")


def styles() -> SafeString:
    """Return the links to every style sheet, and the script that sets the theme before the first paint."""
    return mark_safe(_once(("styles",), _build_styles))  # noqa: S308 -- built from our own file names


def _build_styles() -> str:
    links = "".join(f'<link rel="stylesheet" href="{escape(asset(name))}">' for name in STYLES)
    return f'<script src="{escape(asset("js/theme.js"))}" nonce="{NONCE_PLACE}"></script>{links}'


def scripts() -> SafeString:
    """Return the script tags every page carries, with htmx 2 and its configuration."""
    return mark_safe(_once(("scripts",), _build_scripts))  # noqa: S308 -- built from our own file names


def _build_scripts() -> str:
    htmx = f'<script src="{escape(asset("django_htmx/htmx-2.min.js"))}" defer nonce="{NONCE_PLACE}"></script>'
    modules = "".join(
        f'<script type="module" src="{escape(asset(name))}" nonce="{NONCE_PLACE}"></script>' for name in MODULES
    )
    return htmx + modules


def asset(name: str) -> str:
    """Return a static file's address; without a manifest its plain one, so errors keep their look."""
    try:
        return static(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"


def places(*, with_company: bool) -> list[dict[str, Any]]:
    """Return the navigation as it stands now: entries whose address resolves."""
    found: list[dict[str, Any]] = []
    for place in PLACES:
        if place.needs_company and not with_company:
            continue
        args = (SLUG_PLACE,) if place.needs_company else ()
        if (url := url_or_none(place.url_name, *args)) is not None:
            found.append({"place": place, "url": url, "in_bar": len(found) < BAR_SIZE})
    return found


def rail(section: str, company_slug: str | None, messages: str = "") -> SafeString:
    """Return the navigation rail with ``section`` marked, for members of the company with that slug.

    ``messages`` is finished HTML that says how many messages wait.
    """
    with_company = company_slug is not None
    html = _once(
        ("rail", get_language(), section, with_company),
        lambda: render_to_string(
            "frame/rail.html",
            {"places": places(with_company=with_company), "section": section, "messages": MESSAGES_PLACE},
        ),
    )
    html = html.replace(SLUG_PLACE, escape(company_slug or ""))
    return mark_safe(html.replace(MESSAGES_PLACE, messages))  # noqa: S308 -- slug is escaped, the count is HTML


def search(query: str = "") -> SafeString:
    """Return the top bar's search form, ``""`` while there is nothing to search."""
    html = _once(
        ("search", get_language()),
        lambda: render_to_string(
            "frame/search.html",
            {
                "url": url_or_none("forums:search"),
                "suggestions": url_or_none("forums:search_suggestions"),
                "query": QUERY_PLACE,
            },
        ),
    )
    return mark_safe(html.replace(QUERY_PLACE, escape(query)))  # noqa: S308 -- query is escaped


def part(name: str) -> SafeString:
    """Return a part that depends on the language alone: ``write``, ``me_links``, ``foot`` and others."""
    html = _once((name, get_language()), lambda: render_to_string(f"frame/{name}.html", {"words": _words()}))
    return mark_safe(html)  # noqa: S308 -- rendered by our own template


def state_mark(state: str) -> SafeString:
    """Return the mark of a state (see ``components/state_mark.html``), rendered once per language."""
    html = _once(
        ("state", get_language(), state),
        lambda: render_to_string("components/state_mark.html", {"state": state}).strip(),
    )
    return mark_safe(html)  # noqa: S308 -- rendered by our own template


def _words() -> dict[str, str]:
    return {key: str(text) for key, text in WORDS.items()}
