"""Deciding about a story: each act is a POST that ends on the story or the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.permissions import Permission
from usecases.access import for_act
from usecases.actions import drafts, lifecycle, reading
from usecases.forms.notes import NoteForm
from usecases.views.writing import _actor, said


def _seen(request: HttpRequest) -> int | None:
    """Return the version the person was looking at, if the form says so."""
    value = request.POST.get("revision", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


@require_POST
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand the story in; when something is missing, page 3 says what."""
    try:
        row = lifecycle.submit(actor=_actor(request), use_case_id=pk)
    except Invalid:
        return redirect(f"{reverse('usecases:edit', args=[pk, 3])}?check=1#missing")
    messages.success(request, said(row))
    return redirect(row)


@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign the story off as it was shown."""
    row = lifecycle.approve(actor=_actor(request), use_case_id=pk, revision=_seen(request))
    messages.success(request, _("Approved and published."))
    return redirect(row)


@require_POST
def publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Publish directly."""
    try:
        row = lifecycle.publish(actor=_actor(request), use_case_id=pk, revision=_seen(request))
    except Invalid:
        return redirect(f"{reverse('usecases:edit', args=[pk, 3])}?check=1#missing")
    messages.success(request, _("Published."))
    return redirect(row)


@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw the changes to a published story away."""
    row = drafts.discard_changes(actor=_actor(request), use_case_id=pk)
    messages.success(request, _("Your changes were discarded."))
    return redirect(row)


@require_POST
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete the story."""
    lifecycle.delete(actor=_actor(request), use_case_id=pk)
    messages.success(request, _("Deleted. A moderator can bring it back."))
    return redirect(f"{reverse('usecases:list')}?mine=1")


@require_POST
def like(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Like the story; ``off`` takes it back."""
    reading.like(actor=_actor(request), use_case_id=pk, on="off" not in request.POST)
    return redirect("usecases:detail", pk)


@require_POST
def bookmark(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the story for later; ``off`` lets it go."""
    reading.bookmark(actor=_actor(request), use_case_id=pk, on="off" not in request.POST)
    return redirect("usecases:detail", pk)


@require_POST
def feature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the story first; ``off`` puts it back in line."""
    row = lifecycle.feature(actor=_actor(request), use_case_id=pk, on="off" not in request.POST)
    return redirect(row)


def _with_note(
    request: HttpRequest,
    pk: UUID,
    act: Callable[..., Any],
    permission: Permission,
    words: dict[str, Any],
    *,
    required: bool,
) -> HttpResponse:
    """Ask for a note on a page of its own, then act; a refused note comes back with what is wrong."""
    actor = _actor(request)
    row = for_act(actor, pk, permission)
    form = NoteForm(request.POST or None, label=words["label"], required=required)
    if request.method == "POST" and form.is_valid():
        try:
            act(actor=actor, use_case_id=pk, note=form.cleaned_data["note"])
        except Invalid as error:
            apply_errors(form, error)
        else:
            messages.success(request, words["done"])
            return redirect(row)
    return render(
        request, "usecases/note.html", {"form": form, "row": row, "words": words, "page_title": words["title"]}
    )


_REJECT = {
    "title": gettext_lazy("Send back for changes"),
    "label": gettext_lazy("What should change"),
    "button": gettext_lazy("Send back"),
    "done": gettext_lazy("Sent back to its author."),
    "kind": "primary",
}
_UNPUBLISH = {
    "title": gettext_lazy("Unpublish this use case"),
    "label": gettext_lazy("Why"),
    "button": gettext_lazy("Unpublish"),
    "done": gettext_lazy("Unpublished. Nobody outside your organization sees it any more."),
    "kind": "danger",
}
_TAKE_DOWN = {
    "title": gettext_lazy("Take down this use case"),
    "label": gettext_lazy("Why"),
    "button": gettext_lazy("Take down"),
    "done": gettext_lazy("Taken down."),
    "kind": "danger",
}


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the story back with a note."""
    return _with_note(request, pk, lifecycle.reject, Permission.APPROVE_USE_CASE, _REJECT, required=True)


@require_http_methods(["GET", "HEAD", "POST"])
def unpublish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the story off the library."""
    return _with_note(request, pk, lifecycle.unpublish, Permission.APPROVE_USE_CASE, _UNPUBLISH, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the story off the library as a moderator."""
    return _with_note(request, pk, lifecycle.take_down, Permission.MODERATE_USE_CASES, _TAKE_DOWN, required=True)
