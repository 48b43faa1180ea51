"""Stories side by side, and which ones a reader has chosen for that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.permissions import Actor
from usecases import comparing
from usecases.access import visible
from usecases.queries.comparing import MOST, compare, ids_of

#: Where a session keeps what is to be compared.
_CHOSEN = "compare"


def chosen(request: HttpRequest) -> list[str]:
    """Return the ids of the stories this reader has put aside to compare."""
    kept: list[str] = request.session.get(_CHOSEN, [])
    return kept


@require_http_methods(["GET", "HEAD"])
def comparison(request: HttpRequest) -> HttpResponse:
    """``/use-cases/compare/?ids=…``: two to four stories; without ids, those put aside."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    given = [text[:400] for text in request.GET.getlist("ids")[:20]] or chosen(request)
    context: dict[str, Any] = {"page_title": _("Compare use cases"), "problem": ""}
    try:
        found = compare(actor, ids_of(given))
    except Invalid as error:
        context["problem"] = " ".join(map(str, error.fields["ids"]))
        return render(request, "usecases/compare.html", context, status=200 if not request.GET.get("ids") else 400)
    ids = [str(row.pk) for row in found.stories]
    context |= comparing.table(found)
    context["without"] = {
        row: f"?{urlencode([('ids', other) for other in ids if other != str(row.pk)], doseq=True)}"
        for row in (found.stories if len(ids) > 2 else ())
    }
    return render(request, "usecases/compare.html", context)


@require_POST
def choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a story aside to compare it, or take it out again (``off``)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    row = visible(actor, pk)
    kept = [one for one in chosen(request) if one != str(pk)]
    if "off" not in request.POST:
        kept = [*kept, str(pk)][-MOST:]
    request.session[_CHOSEN] = kept
    if len(kept) >= 2 and "off" not in request.POST:
        return redirect(f"{reverse('usecases:compare')}?{urlencode([('ids', ','.join(kept))])}")
    if "off" in request.POST:
        messages.success(request, _("Taken out of the comparison."))
    else:
        messages.success(request, _("Kept. Open another use case and choose Compare there."))
    return redirect(row)
