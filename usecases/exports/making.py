"""The files people get: one story as PDF, a list as workbook or PDF."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Conflict
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.permissions import Actor, Permission, require
from usecases import queries
from usecases.exports import pdf
from usecases.exports.columns import Record
from usecases.exports.documents import list_document, story_document
from usecases.exports.records import record_of, records
from usecases.models import ExportFormat
from usecases.outcomes import figure
from usecases.queries import Filters

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"

#: Stories in a list that is made while somebody waits; more go through the background.
AT_ONCE = 500
#: Stories in one PDF list, anywhere: a hundred pages.
MOST_IN_PDF = 1_000

_UNFIT = re.compile(r"[^\w\- ]+")


@dataclass(frozen=True, slots=True)
class Made:
    """A file ready to be sent."""

    name: str
    content_type: str
    content: bytes


def story_pdf(actor: Actor, use_case_id: UUID) -> Made:
    """Return one story as PDF: what this reader may see of it.

    Raises ``NotFound``, ``NotSignedIn``, ``NotVerified``, ``TooMany`` (30 in ten minutes), ``TooLarge``,
    ``Unavailable``.
    """
    record = record_of(actor, use_case_id)
    take_turn(f"exports.story:{actor.id}", most=30, seconds=600, message=_too_many())
    document = story_document(actor, record)
    return Made(f"{file_name(record.content.title)}.pdf", PDF, pdf.to_pdf(document.html, document.assets))


def list_file(actor: Actor, filters: Filters, format: ExportFormat, narrowed: Iterable[str] = ()) -> Made:
    """Return the stories a list shows, as a file; ``narrowed`` says in words to what.

    Raises ``NotSignedIn``, ``NotVerified``, ``TooMany`` (20 in ten minutes), and ``Conflict("too_many_stories")`` when
    it has to be made in the background.
    """
    require(actor, Permission.EXPORT_VISIBLE)
    rows = queries.listing(actor, filters)
    if rows.order_by()[: AT_ONCE + 1].count() > AT_ONCE:
        text = _("The list has more than %(most)d use cases: it is made in the background.") % {"most": AT_ONCE}
        raise Conflict(text, code="too_many_stories")
    take_turn(f"exports.list:{actor.id}", most=20, seconds=600, message=_too_many())
    with tempfile.TemporaryDirectory(prefix="p2p-export-") as folder:
        path = Path(folder) / "export"
        write_list(path, format, records(actor, rows), narrowed=list(narrowed))
        return Made(list_name(format), type_of(format), path.read_bytes())


def write_list(
    path: Path,
    format: str,
    found: Iterable[Record],
    *,
    narrowed: list[str],
    progress: Callable[[int], None] = lambda done: None,
    seconds: int = pdf.SECONDS,
) -> int:
    """Write stories to a file in one of the formats; return how many. ``seconds`` bounds the making of a PDF."""
    if format == ExportFormat.XLSX:
        from usecases.exports import workbook  # openpyxl brings numpy along, which every process would start with

        return workbook.write(path, found, progress)
    lines = list(_counted(islice(found, MOST_IN_PDF + 1), progress))
    if len(lines) > MOST_IN_PDF:
        text = _("A PDF holds at most %(most)s use cases. Narrow the list, or choose the Excel workbook.")
        raise Conflict(text % {"most": figure(Decimal(MOST_IN_PDF))}, code="too_many_stories")
    document = list_document(lines, title=_("Use cases"), narrowed=narrowed, count=len(lines))
    path.write_bytes(pdf.to_pdf(document.html, document.assets, seconds=seconds))
    return len(lines)


def _counted(found: Iterable[Record], progress: Callable[[int], None]) -> Iterable[Any]:
    for number, one in enumerate(found, start=1):
        yield one
        if number % 50 == 0:
            progress(number)


def type_of(format: str) -> str:
    """Return the media type of a format."""
    return XLSX if format == ExportFormat.XLSX else PDF


def list_name(format: str) -> str:
    """Return the file name of a list made today."""
    return f"use-cases-{timezone.localdate().isoformat()}.{format}"


def file_name(title: str) -> str:
    """Return a title as a file name: letters of any script, digits, hyphens; at most 80 characters."""
    plain = _UNFIT.sub(" ", unicodedata.normalize("NFC", title))
    return "-".join(plain.split())[:80].strip("-") or "use-case"


def _too_many() -> str:
    return _("That was a lot of exports. Try again in a few minutes.")
