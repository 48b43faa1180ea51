"""The files people fill in: one column per field, nothing to rename."""

from __future__ import annotations

import csv
import io

from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from usecases.imports.columns import FIELDS, METRIC_PARTS, label_of

#: Columns that only files from elsewhere have, and those whose values are a choice of ours.
_FOREIGN = ("url", "source", "licence", "language", "organization")
_METRICS = 2

_EXAMPLES = {
    "title": "Scrap halved with a camera at the press",
    "summary": "A camera finds cracks before the next stage does.",
    "category": "quality",
    "industry": "metals",
    "technologies": "Machine vision; Edge computing",
    "budget_range": "50k_250k",
    "timeline_months": "6",
    "city": "Leipzig",
    "country": "Germany",
    "latitude": "51.34",
    "longitude": "12.37",
    "contact_name": "Ada Berg",
    "contact_email": "ada@example.com",
    "visibility": "members",
    "metric_1_name": "Scrap rate",
    "metric_1_unit": "%",
    "metric_1_baseline": "4.2",
    "metric_1_result": "2.1",
    "metric_1_period": "6 months",
}


def headings() -> list[str]:
    """Return the columns of the template."""
    metrics = [f"metric_{number}_{part}" for number in range(1, _METRICS + 1) for part in METRIC_PARTS]
    return [*(name for name in FIELDS if name not in _FOREIGN), *metrics]


def as_csv() -> bytes:
    """Return the template as CSV, in the encoding that spreadsheets recognise by themselves."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(headings())
    return text.getvalue().encode("utf-8-sig")


def as_workbook() -> bytes:
    """Return the template as a workbook: a sheet to fill in, and one that says what goes where."""
    from openpyxl import Workbook  # brings numpy along, which every process would start with
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Use cases")[:31]
    sheet.append(headings())
    sheet.freeze_panes = "B2"
    help_sheet = book.create_sheet(_("What goes where")[:31])
    help_sheet.append([_("Column"), _("What it is"), _("Example")])
    for number, name in enumerate(headings(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(14, len(name) + 4)
        help_sheet.append([name, force_str(label_of(name)), _EXAMPLES.get(name, "")])
    for letter, width in (("A", 24), ("B", 36), ("C", 52)):
        help_sheet.column_dimensions[letter].width = width
    for one in (sheet, help_sheet):
        for cell in one[1]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(vertical="top")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
