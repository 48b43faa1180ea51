"""Importing stories, for admins: upload, say what the columns mean, look, import, undo."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from p2psandbox.platform.errors import Conflict, Invalid, NotFound
from p2psandbox.platform.forms import apply_errors
from usecases.actions import importing
from usecases.actions.imports import Entry, Fate
from usecases.exports.making import XLSX
from usecases.imports import columns, templates
from usecases.imports.readers import Item
from usecases.imports.records import shown
from usecases.models import ImportRun, ImportState
from usecases.queries.imports import import_of
from usecases.queries.imports import imports as imports_of
from usecases.tasks import import_records
from usecases.views.writing import _actor

PAGE_SIZE = 20
LINES = 100

_WORDS = {
    Fate.READY: gettext_lazy("Ready to publish"),
    Fate.DRAFT: gettext_lazy("Draft, something is missing"),
    Fate.KNOWN: gettext_lazy("Imported before, left as it is"),
    Fate.REFUSED: gettext_lazy("Refused"),
}


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, Excel (.xlsx) or JSON; at most %(most)s use cases and %(size)d MB.")
        % {"most": f"{importing.MAX_RECORDS:,}", "size": importing.MAX_BYTES >> 20},
        max_length=200,
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.xlsx,.json"}),
    )
    key = forms.CharField(
        required=False, max_length=100, widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(16)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """``/use-cases/import/``: what was imported, and a form for the next file."""
    actor = _actor(request)
    rows = imports_of(actor)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = importing.begin_import(
                actor=actor, name=file.name, data=file.read(importing.MAX_BYTES + 1), key=form.cleaned_data["key"]
            )
        except Invalid as error:
            apply_errors(form, error)
        else:
            return redirect("usecases:import", made)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "page_title": _("Import use cases")}
    return render(request, "usecases/imports.html", context)


@require_safe
def template(request: HttpRequest, name: str) -> HttpResponse:
    """``GET /use-cases/import/template/csv/`` and ``…/xlsx/``: a file to fill in."""
    imports_of(_actor(request))
    made = {"csv": (templates.as_csv, "text/csv; charset=utf-8"), "xlsx": (templates.as_workbook, XLSX)}.get(name)
    if made is None:
        raise NotFound
    make, kind = made
    disposition = f'attachment; filename="use-cases-template.{name}"'
    return HttpResponse(make(), content_type=kind, headers={"Content-Disposition": disposition})


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/use-cases/import/<id>/``: its columns and what would become of it; then how far it is, then its report."""
    actor = _actor(request)
    run = import_of(actor, pk)
    if run.state != ImportState.UPLOADED:
        return redirect("usecases:import", pk) if request.method == "POST" else _report(request, run)
    wrong: dict[str, str] = {}
    chosen = run.meaning
    if request.method == "POST":
        chosen = {
            heading: request.POST.get(f"column-{number}", field)
            for number, (heading, field) in enumerate(run.columns, start=1)
        }
        try:
            importing.choose_columns(actor=actor, import_id=pk, columns=chosen)
            if request.POST.get("go") == "import":
                importing.start_import(actor=actor, import_id=pk, work=import_records)
        except Invalid as error:
            wrong = {name: str(found[0]) for name, found in error.fields.items()}
        except Conflict:
            return redirect("usecases:import", pk)  # the other press of the button was faster
        else:
            return redirect("usecases:import", pk)
    return _columns(request, run, chosen, wrong)


def _columns(request: HttpRequest, run: ImportRun, chosen: dict[str, str], wrong: dict[str, str]) -> HttpResponse:
    items = importing.records_of(run)
    problems = columns.problems(chosen)
    fields = columns.fields_for(chosen | columns.guess(chosen))
    report = None if problems else importing.check_import(actor=_actor(request), import_id=run.pk)
    context = {
        "run": run,
        "columns": [
            {
                "name": f"column-{number}",
                "heading": heading.replace("_", " "),
                "field": field,
                "example": _example(items, heading),
                "problem": wrong.get(heading, ""),
            }
            for number, (heading, field) in enumerate(chosen.items(), start=1)
        ],
        "fields": [(field, columns.label_of(field)) for field in fields],
        "problem": wrong.get("") or problems.get("", ""),
        "wrong": wrong,
        "counts": _counts([entry.fate for entry in report.entries]) if report else [],
        "lines": [_line(entry) for entry in _by_trouble(report.entries)[:LINES]] if report else [],
        "checked": len(report.entries) if report else 0,
        "page_title": _("What the columns mean"),
    }
    return render(request, "usecases/import_columns.html", context, status=400 if wrong else 200)


def _report(request: HttpRequest, run: ImportRun) -> HttpResponse:
    entries = [
        Entry(line["place"], line["title"], Fate[line["fate"]], line["reasons"], line["use_case_id"])
        for line in run.entries
    ]
    undoable = run.state in (ImportState.DONE, ImportState.STOPPED)
    context = {
        "run": run,
        "counts": _counts([entry.fate for entry in entries]),
        "page": (page := Paginator(_by_trouble(entries), LINES).get_page(request.GET.get("page"))),
        "lines": [_line(entry, linked=run.state != ImportState.UNDONE) for entry in page],
        "undoable": importing.untouched(run).count() if undoable else 0,
        "page_title": _("Import of %(name)s") % {"name": run.name},
    }
    return render(request, "usecases/import_report.html", context)


@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete the drafts of an import that nobody has touched."""
    try:
        count = importing.undo_import(actor=_actor(request), import_id=pk)
    except Conflict as error:
        messages.error(request, str(error.message))
    else:
        text = ngettext("%(count)d draft deleted.", "%(count)d drafts deleted.", count) % {"count": count}
        messages.success(request, text)
    return redirect("usecases:import", pk)


@require_POST
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget a file that was not imported."""
    try:
        importing.drop_import(actor=_actor(request), import_id=pk)
    except Conflict as error:
        messages.error(request, str(error.message))
        return redirect("usecases:import", pk)
    messages.success(request, _("Deleted. Nothing was imported."))
    return redirect("usecases:imports")


def _by_trouble(entries: list[Entry]) -> list[Entry]:
    """Return what was refused first, then what lacks something, each in the file's order."""
    order = [Fate.REFUSED, Fate.DRAFT, Fate.KNOWN, Fate.READY]
    return sorted(entries, key=lambda entry: order.index(entry.fate))


def _counts(fates: list[Fate]) -> list[dict[str, Any]]:
    return [
        {"label": _WORDS[fate], "value": fates.count(fate)}
        for fate in (Fate.READY, Fate.DRAFT, Fate.KNOWN, Fate.REFUSED)
        if fates.count(fate)
    ]


def _line(entry: Entry, *, linked: bool = False) -> dict[str, Any]:
    return {
        "place": entry.place,
        "title": entry.title or _("Without a title"),
        "fate": _WORDS[entry.fate],
        "kind": {Fate.REFUSED: "bad", Fate.DRAFT: "waiting", Fate.READY: "good"}.get(entry.fate, ""),
        "reasons": [_reason(shown(reason, 300)) for reason in entry.reasons[:10]],
        "use_case_id": entry.use_case_id if linked else None,
    }


def _reason(text: str) -> str:
    """Return ``location.country: …`` as ``Country: …``: a field under its name for people, where it has one."""
    field, colon, message = text.partition(": ")
    plain = field.removeprefix("location.").replace("contact.", "contact_")
    return f"{columns.label_of(plain)}: {message}" if colon and columns.is_field(plain) else text


def _example(items: list[Item], heading: str) -> str:
    """Return the first thing a column says."""
    return next((text for item in items if (text := shown(item.record.get(heading), 60))), "")
