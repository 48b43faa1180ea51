"""A text before it is posted: as a piece of the page for the editor, and above the form for everybody else."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST

from forums import cards, rendering
from forums.actions import writing
from forums.forms.writing import ReplyForm
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.files.fields import take
from p2psandbox.platform.forms import apply_errors


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show what ``body`` would look like as a post; what is wrong with it is said with 400."""
    form = ReplyForm(request.POST)
    form.is_valid()
    try:
        context = {"html": _html(request, form)}
    except Invalid as error:
        return render(request, "forums/parts/preview.html", {"problems": error.messages}, status=400)
    return render(request, "forums/parts/preview.html", context)


def previewed(request: HttpRequest, form: forms.Form, again: Callable[[int], HttpResponse]) -> HttpResponse | None:
    """Return the form with what it says above it, if that was asked for instead of sending it."""
    if "preview" not in request.POST:
        return None
    try:
        form.preview = _html(request, form)  # type: ignore[attr-defined]  # for the template
        take(form, "attachments", actor=request.actor)
    except Invalid as error:
        apply_errors(form, error)
        return again(400)
    return again(200)


def _html(request: HttpRequest, form: forms.Form) -> SafeString:
    html = writing.preview(actor=request.actor, body=form.cleaned_data.get("body"))
    return mark_safe(cards.filled(cards.marked(rendering.shown(html))))  # noqa: S308 -- sanitised
