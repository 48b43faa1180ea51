"""Stories as a workbook: typed cells, one sheet per list, written row by row so that memory stays flat.

Text is text: what begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break is stored as a string and marked as
one, so that no program takes it for a formula, not even after somebody has edited the cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import copy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from usecases.exports.columns import MEDIA, METRICS, STORIES, Column, Kind, MediaLine, MetricLine, Record

#: Most characters of one cell, by the format.
LONGEST = 32_767
#: Programs open no sheet with more than 65,530 links; addresses after these are plain text.
MOST_LINKS = 60_000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
#: Points: four lines of text, so that a long one does not push the next story off the screen; and the header's two.
TALLEST, HEADER = 62, 32
#: What XML 1.0 cannot hold, and halves of characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORMATS = {Kind.DATE: "yyyy-mm-dd hh:mm", Kind.INTEGER: "#,##0", Kind.NUMBER: "General"}


def write(path: Path, records: Iterable[Record], progress: Callable[[int], None] = lambda done: None) -> int:
    """Write stories, their metrics and their media as an XLSX file; return how many stories.

    ``progress`` is told the number of stories written, now and then.
    """
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.title = "P2P Sandbox", _("Use cases")
    stories = _Sheet(book, _("Use cases"), STORIES)
    metrics = _Sheet(book, _("Metrics"), METRICS)
    media = _Sheet(book, _("Media"), MEDIA)
    for record in records:
        stories.add(record)
        for metric in record.content.metrics:
            metrics.add(MetricLine(record, metric))
        for picture in record.media:
            media.add(MediaLine(record, picture))
        if stories.lines % 50 == 0:
            progress(stories.lines)
    for sheet in (stories, metrics, media):
        sheet.finish()
    book.save(path)
    progress(stories.lines)
    return stories.lines


class _Sheet:
    """One list: a frozen header that filters, and a line for each thing."""

    def __init__(self, book: Workbook, title: str, columns: tuple[Column[Any], ...]) -> None:
        self.columns, self.lines = columns, 0
        self.sheet = book.create_sheet(title[:31])
        self.sheet.freeze_panes = "B2"
        self.sheet.sheet_view.rightToLeft = get_language_bidi()
        for number, column in enumerate(columns, start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = column.width
        self._flags = (_("No"), _("Yes"))
        self._styles = [self._style(column.kind) for column in columns]
        self.sheet.row_dimensions[1].height = HEADER
        self.sheet.append([self._head(column) for column in columns])

    def add(self, line: Any) -> None:
        """Write one line."""
        cells, tall = [], False
        for column, style in zip(self.columns, self._styles, strict=True):
            value = column.read(line)
            cells.append(self._cell(value, column.kind, style))
            tall = tall or (column.kind is Kind.LONG and _lines(str(value or ""), column.width) > 4)
        self.lines += 1
        if tall:
            self.sheet.row_dimensions[self.lines + 1].height = TALLEST
        self.sheet.append(cells)
        self.sheet.row_dimensions.pop(self.lines + 1, None)  # it is written; thousands of them would pile up

    def finish(self) -> None:
        """Let the header filter all there is."""
        last = get_column_letter(len(self.columns))
        self.sheet.auto_filter.ref = f"A1:{last}{self.lines + 1}"

    def _head(self, column: Column[Any]) -> WriteOnlyCell:
        cell = WriteOnlyCell(self.sheet, str(column.label))
        cell.font = Font(bold=True, color="FFFFFDF9")
        cell.fill = PatternFill("solid", fgColor="FF0E4F59")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        return cell

    def _style(self, kind: Kind) -> Any:
        """Return how cells of a kind look, made once: the cells share it."""
        cell = WriteOnlyCell(self.sheet)
        cell.alignment = Alignment(vertical="top", wrap_text=kind is Kind.LONG)
        if kind in _FORMATS:
            cell.number_format = _FORMATS[kind]
        if kind is Kind.URL:
            cell.font = Font(color="FF0E5560", underline="single")
        return cell._style

    def _cell(self, value: Any, kind: Kind, style: Any) -> WriteOnlyCell | None:
        if value is None or value == "":
            return None
        cell = WriteOnlyCell(self.sheet)
        cell._style = style  # shared: whoever changes it copies it first
        if isinstance(value, bool):
            value = self._flags[value]
        if isinstance(value, datetime):
            cell.value = value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        elif isinstance(value, (int, float, Decimal)):
            cell.value = value
        else:
            self._write_text(cell, _UNWRITABLE.sub("", str(value))[:LONGEST])
            if kind is Kind.URL and self.lines < MOST_LINKS:
                cell.hyperlink = cell.value
        return cell

    @staticmethod
    def _write_text(cell: WriteOnlyCell, text: str) -> None:
        cell.value = text
        cell.data_type = "s"  # never a formula or an error, whatever it begins with
        if text.startswith(FORMULA):
            cell._style = copy(cell._style)
            cell._style.quotePrefix = 1


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of so many characters, about."""
    return sum(1 + len(line) // width for line in text.split("\n"))
