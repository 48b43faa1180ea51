"""Template tags of the design system; docs/design.md shows how pages use them."""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.template.base import FilterExpression, Node, Parser, TextNode, Token, token_kwargs
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from lucide import _render_icon

from p2psandbox.platform.pages import frame
from p2psandbox.platform.pages.kept import kept as kept_part

register = template.Library()

#: Icons that point along the line of reading and turn around in right-to-left pages.
_DIRECTED = frozenset(
    {
        *("arrow-left", "arrow-right", "chevron-left", "chevron-right", "chevrons-left", "chevrons-right"),
        *("log-out", "log-in", "corner-down-right", "corner-down-left", "reply", "send", "undo-2", "redo-2"),
        *("list", "list-ordered", "text-quote"),
    }
)

#: What `.icon` says once for all of them; a page may hold a hundred.
_SAID_BY_CSS = re.compile(
    r' (?:width|height|fill|stroke|stroke-width|stroke-linecap|stroke-linejoin)="[^"]*"(?=.*?class=)'
)


@functools.cache
def render_icon(name: str, css_class: str = "", label: str = "") -> SafeString:
    """Return a lucide icon as inline SVG, hidden from assistive technology unless it carries a ``label``."""
    classes = " ".join(filter(None, ["icon", "icon--flip" if name in _DIRECTED else "", css_class]))
    access = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    svg = _render_icon(name, None, **{"class": classes, **access})
    slim = _SAID_BY_CSS.sub("", " ".join(svg.split())).replace(" />", "/>").replace("> <", "><")
    return mark_safe(slim)  # noqa: S308 -- drawn from the package's own files


class _IconNode(Node):
    def __init__(self, name: FilterExpression, options: dict[str, FilterExpression]) -> None:
        self.name, self.options = name, options

    def render(self, context: template.Context) -> SafeString:
        options = {key: str(value.resolve(context) or "") for key, value in self.options.items()}
        return render_icon(str(self.name.resolve(context)), options.get("class", ""), options.get("label", ""))


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """``{% icon "check" class="…" label=_("…") %}``: constant ones are drawn as the template compiles."""
    _tag, name, *bits = token.split_contents()
    expression = parser.compile_filter(name)
    options = token_kwargs(bits, parser)
    constant = expression.is_var is False and not expression.filters
    if constant and "label" not in options and all(not option.is_var for option in options.values()):
        css_class = str(options["class"].var) if "class" in options else ""
        return TextNode(render_icon(str(expression.var), css_class))
    return _IconNode(expression, options)


def _nonce(context: template.Context) -> str:
    # The lazy nonce is falsy until it is read, so ask for its text and not for its truth.
    return str(getattr(context.get("request"), "csp_nonce", ""))


@register.simple_tag(takes_context=True)
def frame_styles(context: template.Context) -> SafeString:
    """Theme script and style sheets for the head."""
    return mark_safe(frame.styles().replace(frame.NONCE_PLACE, _nonce(context)))  # noqa: S308 -- our own text


@register.simple_tag(takes_context=True)
def frame_scripts(context: template.Context) -> SafeString:
    """The scripts of every page."""
    return mark_safe(frame.scripts().replace(frame.NONCE_PLACE, _nonce(context)))  # noqa: S308 -- our own text


@register.simple_tag(takes_context=True)
def frame_rail(context: template.Context, messages: str = "") -> SafeString:
    """Navigation of a signed-in person; a context variable ``section`` overrides what the URL says.

    ``messages`` is finished HTML: how many messages wait.
    """
    request = context.get("request")
    organization = getattr(getattr(request, "user", None), "organization", None)
    section = context.get("section")
    return frame.rail(
        frame.section_of(request) if section is None else str(section),
        organization.slug if organization is not None else None,
        messages,
    )


@register.simple_tag
def frame_search(query: str = "") -> SafeString:
    """The search form of the top bar, with ``query`` already typed."""
    return frame.search(query)


@register.simple_tag
def frame_part(name: str) -> SafeString:
    """A part of the frame that depends on the language only."""
    return frame.part(name)


@register.simple_tag
def state_mark(state: str) -> SafeString:
    """``{% state_mark "answered" %}``: the same as the partial, without rendering it each time."""
    return frame.state_mark(str(state))


@register.simple_tag
def verified_mark() -> SafeString:
    """The badge of a company a moderator has checked."""
    return frame.part("verified")


@register.simple_tag
def kept(template_name: str, **values: Any) -> SafeString:
    """``{% kept "components/topic_row.html" row=row %}``: an include of plain values that is rendered once for each."""
    return kept_part(template_name, **values)


@register.simple_tag
def url_or_none(name: str, *args: object) -> str | None:
    """``{% url_or_none "forums:topic_new" as url %}``: ``None`` while nothing answers to that name."""
    return frame.url_or_none(name, *args)


@register.simple_tag
def asset(name: str) -> str:
    """Address of a static file that never fails: for error pages."""
    return frame.asset(name)


@register.filter
def initials(name: object) -> str:
    """First letters of the first and last word of a name, at most two."""
    words = str(name or "").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def first_line(label: object) -> str:
    """The part of a choice's label before the line break: its name."""
    return str(label).partition("\n")[0]


@register.filter
def other_lines(label: object) -> str:
    """The part of a choice's label after the line break: its explanation."""
    return str(label).partition("\n")[2]


def _figure(value: object) -> str:
    """Write a number as people do: no trailing noughts, thousands parted, in the reader's language."""
    return number_format(Decimal(f"{Decimal(str(value)).normalize():f}"), force_grouping=True)


@register.inclusion_tag("components/gauge.html")
def gauge(
    baseline: float | None,
    result: float | None,
    unit: str = "",
    improved: bool | None = None,
    label: str = "",
) -> dict[str, Any]:
    """Bar from a baseline to a result on one scale that starts at nought (or at the lowest, if negative).

    Draws nothing without both numbers. ``improved``: ``True`` green, ``False`` red, ``None`` neutral.
    """
    if baseline is None or result is None:
        return {}
    start, end = float(baseline), float(result)
    low, high = min(0.0, start, end), max(0.0, start, end)
    scale = 100 / (high - low) if high > low else 0
    zero = -low * scale

    def bar(value: float) -> dict[str, str]:
        length = abs(value) * scale
        return {"x": f"{zero if value >= 0 else zero - length:.2f}", "width": f"{length:.2f}"}

    return {
        "baseline": _figure(baseline), "result": _figure(result), "unit": unit, "improved": improved, "label": label,
        "zero": f"{zero:.2f}", "baseline_bar": bar(start), "result_bar": bar(end),
    }  # fmt: skip


@register.inclusion_tag("components/meter.html")
def meter(value: float, maximum: float = 100, label: str = "", text: str = "", kind: str = "") -> dict[str, Any]:
    """Filled share of a whole, for quotas and progress. ``kind``: ``""`` or ``bad``."""
    share = min(max(float(value) / float(maximum), 0), 1) * 100 if maximum else 0.0
    return {
        "value": value,
        "maximum": maximum,
        "label": label,
        "text": text,
        "kind": kind,
        "width": f"{share:.1f}",
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: template.Context,
    page: Page[Any] | None = None,
    *,
    number: int = 1,
    pages: int = 1,
    param: str = "page",
    query: str | None = None,
) -> dict[str, Any]:
    """Numbered pages that keep the query string: from Django's ``page``, or from ``number`` of ``pages``.

    Without a request, ``query`` is the query string to keep.
    """
    if page is not None:
        number, pages = page.number, page.paginator.num_pages
    counter = Paginator(range(pages), 1)
    request = context.get("request")
    kept = QueryDict(query, mutable=True) if request is None else request.GET.copy()

    def address(target: int) -> str:
        kept[param] = str(target)
        return f"?{kept.urlencode()}"

    shown = list(counter.get_elided_page_range(number, on_each_side=1, on_ends=1)) if pages > 1 else []
    items = [
        {"number": entry, "url": address(entry), "far": abs(entry - number) > 1 and entry not in (1, pages)}
        if isinstance(entry, int)
        else {}
        for entry in shown
    ]
    return {
        "items": items, "number": number, "pages": pages,
        "previous_url": address(number - 1) if number > 1 else "",
        "next_url": address(number + 1) if number < pages else "",
    }  # fmt: skip


@register.simple_tag
def avatar(name: str, url: str | None = None, size: str = "") -> SafeString:
    """A person's picture, or their initials; decorative, because the name always stands beside it."""
    css_class = f"avatar avatar--{size}" if size else "avatar"
    if url:
        return format_html('<img class="{}" src="{}" alt="" width="36" height="36" loading="lazy">', css_class, url)
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css_class, escape(initials(name)))
