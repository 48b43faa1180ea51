"""Writing a story on three short pages that save themselves and work without JavaScript."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, ProductError
from p2psandbox.platform.files.fields import take
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from usecases import queries
from usecases.access import can
from usecases.actions import drafts, lifecycle
from usecases.content import missing
from usecases.forms.steps import STEPS, CompanyStep, LastStep, StepForm, bound, field_of, label_of, step_of
from usecases.models import UseCase
from usecases.queries.media import working_media
from usecases.versions import FieldChange, field_changes
from usecases.views import media

Page = Callable[..., HttpResponse]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


def _by_script(request: HttpRequest) -> bool:
    """Say whether the autosave script asks, which reads JSON."""
    return "application/json" in request.headers.get("Accept", "")


def answers_scripts(page: Page) -> Page:
    """Answer errors as JSON when the autosave script asks: it must never take an error page for "saved"."""

    @functools.wraps(page)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return page(request, *args, **kwargs)
        except ProductError as error:
            if request.method != "POST" or not _by_script(request):
                raise
            return JsonResponse({"errors": list(_entries(error))}, status=error.status)

    return answering


def _entries(error: ProductError) -> Any:
    if isinstance(error, Invalid):
        for name, found in error.fields.items():
            for message in found:
                detail = f"{label_of(name)}: {message}" if label_of(name) else str(message)
                yield {"code": error.code, "detail": detail, "attr": field_of(name)}
    else:
        yield {"code": error.code, "detail": str(error.message), "attr": None}


@require_http_methods(["GET", "HEAD", "POST"])
@answers_scripts
def new(request: HttpRequest) -> HttpResponse:
    """``/use-cases/new/``: page 1 of a story that does not exist yet; the first save makes the draft."""
    actor = _actor(request)
    require(actor, Permission.WRITE_USE_CASE)
    if actor.organization_id is None:
        raise Forbidden(_("Only people of an organization write use cases."), code="no_organization")
    if request.method == "POST":
        return _create(request, actor)
    assert isinstance(request.user, User)
    start = drafts.prefilled(request.user).content
    form = CompanyStep(initial={name: getattr(start, name) for name in ("industry", "country", "city")})
    return _page(request, form, key=get_random_string(32))


def _create(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = CompanyStep(request.POST)
    key = request.POST.get("key", "")[:64]
    try:
        row, created = drafts.start_draft(actor=actor, changes=_changes(form), key=key)
        if not created:  # the same page once more: its text goes into the draft it made
            row = drafts.save_draft(actor=actor, use_case_id=row.pk, changes=form.changes())
    except Invalid as error:
        if _by_script(request):
            raise
        form.refuse(error) if form.is_valid() else None
        return _page(request, form, key=key)
    if _by_script(request):
        return _saved(row, 1, status=201 if created else 200)
    return _onward(request, row, 1)


def _changes(form: StepForm) -> dict[str, Any]:
    """Return what was entered, or raise what the form itself could not read."""
    if not form.is_valid():
        raise Invalid({name: [str(e) for e in found] for name, found in form.errors.items()})
    return form.changes()


@require_http_methods(["GET", "HEAD", "POST"])
@answers_scripts
def edit(request: HttpRequest, pk: UUID, step: int) -> HttpResponse:
    """``/use-cases/<id>/edit/<step>/``: one of the three pages; POST saves it."""
    actor = _actor(request)
    story = queries.editing(actor, pk)
    if request.method == "POST":
        return _save(request, actor, story, step)
    if not can(actor, story.row).edit:
        messages.info(request, str(drafts.in_review().message))
        return redirect(story.row)
    return _page(request, STEPS[step].of(story), story=story)


def _save(request: HttpRequest, actor: Actor, story: queries.Editing, step: int) -> HttpResponse:
    form = bound(step, request.POST, request.FILES, story.content.media)
    row, go = story.row, request.POST.get("go", "")
    try:
        changes = _changes(form)
        if step == LastStep.number and not _by_script(request):  # autosave leaves files to the page itself
            media.add(actor=actor, use_case_id=row.pk, file_ids=take(form, "media_files", actor=actor))
        revision = form.cleaned_data["revision"]
        row = drafts.save_draft(actor=actor, use_case_id=row.pk, changes=changes, revision=revision)
    except (Invalid, Conflict) as error:
        return _not_saved(request, actor, form, story, error)
    if _by_script(request):
        return _saved(row, step)
    if go == "submit":
        return _submit(request, actor, row)
    if media.is_act(go):
        place = media.act(actor=actor, use_case_id=row.pk, go=go)
        return redirect(f"{reverse('usecases:edit', args=[row.pk, step])}#{place}")
    return _onward(request, row, step)


def _pressed_twice(request: HttpRequest, actor: Actor, row: UseCase, form: StepForm) -> bool:
    """Say whether exactly this was handed in a moment ago."""
    if request.POST.get("go") != "submit" or not form.is_valid():
        return False
    story = queries.editing(actor, row.pk)
    handed_in = story.row.awaits_review or (story.row.is_published and not story.row.has_working_copy)
    kept = drafts.Edit(story.content, story.contact)
    return handed_in and drafts.edited(kept, form.changes()) == kept


def _not_saved(
    request: HttpRequest, actor: Actor, form: StepForm, story: queries.Editing, error: Invalid | Conflict
) -> HttpResponse:
    """Give the page back with what was typed and what is wrong."""
    if _by_script(request):
        raise error
    if isinstance(error, Invalid):
        if form.is_valid():
            form.refuse(error)
        return _page(request, form, story=story)
    if _pressed_twice(request, actor, story.row, form):
        return redirect(story.row)
    return _page(request, form, story=story, conflict=error)


def _saved(row: UseCase, step: int, *, status: int = 200) -> JsonResponse:
    address = reverse("usecases:edit", args=[row.pk, step])
    return JsonResponse(
        {
            "saved_at": timezone.now().isoformat(),
            "revision": row.version,
            "autosave_url": address,
            "autosave_key": f"use-case:{row.pk}:{step}",
            "edit_url": address,
        },
        status=status,
    )


def _onward(request: HttpRequest, row: UseCase, step: int) -> HttpResponse:
    """Go where the pressed button leads: next by default."""
    go = request.POST.get("go", "next")
    if go == "save":
        messages.success(request, _("Saved."))
        return redirect("usecases:edit", row.pk, step)
    target = step - 1 if go == "back" else step + 1
    return redirect("usecases:edit", row.pk, min(max(target, 1), len(STEPS)))


def _submit(request: HttpRequest, actor: Actor, row: UseCase) -> HttpResponse:
    try:
        row = lifecycle.submit(actor=actor, use_case_id=row.pk, revision=row.version)
    except Invalid:
        return redirect(f"{reverse('usecases:edit', args=[row.pk, 3])}?check=1#missing")
    messages.success(request, said(row))
    return redirect(row)


def said(row: UseCase) -> str:
    """Return what to say after a story was handed in."""
    if row.awaits_review:
        return _("Handed in. An admin of your organization will look at it.")
    return _("Published.")


def _page(
    request: HttpRequest,
    form: StepForm,
    *,
    story: queries.Editing | None = None,
    key: str = "",
    conflict: Conflict | None = None,
) -> HttpResponse:
    actor, row = _actor(request), story.row if story else None
    context = {
        "form": form,
        "row": row,
        "organization": row.organization if row else request.user.organization,  # type: ignore[union-attr]  # signed in
        "key": key,
        "conflict": conflict,
        "conflict_fields": _differing(form, story) if conflict and story else [],
        "steps": [(s.title_text, reverse("usecases:edit", args=[row.pk, n]) if row else "") for n, s in STEPS.items()],
        "template": f"usecases/_step{form.number}.html",
        "action": reverse("usecases:edit", args=[row.pk, form.number]) if row else reverse("usecases:new"),
        **_media(story if form.number == LastStep.number else None),
        "missing": _missing(story) if story and form.number == len(STEPS) else [],
        "checked": "check" in request.GET,
        "signs": allows(
            actor,
            Permission.APPROVE_USE_CASE,
            organization_id=row.organization_id if row else actor.organization_id,
        ),
        "page_title": _("Write a use case") if row is None or not row.is_published else _("Edit a use case"),
    }
    return render(request, "usecases/write.html", context, status=conflict.status if conflict else 200)


def _differing(form: StepForm, story: queries.Editing) -> list[FieldChange]:
    """Return where what is stored and what was typed differ, as far as what was typed can be read."""
    if not form.is_valid():
        return []
    stored = drafts.Edit(story.content, story.contact)
    try:
        typed = drafts.edited(stored, form.changes())
    except Invalid:
        return []
    return field_changes(stored.content, typed.content)


def _media(story: queries.Editing | None) -> dict[str, Any]:
    """Return the media the page shows, and those that can be put back."""
    shown, removed = working_media(story.row, story.content) if story else ([], [])
    return {"media": shown, "removed": removed}


def _missing(story: queries.Editing) -> list[dict[str, str]]:
    """Return what the story still needs, each with the address of its field."""
    return [
        {
            "label": str(label_of(name)),
            "message": str(found[0]),
            "url": f"{reverse('usecases:edit', args=[story.row.pk, step_of(name)])}#id_{field_of(name)}",
        }
        for name, found in missing(story.content, story.contact).items()
    ]
