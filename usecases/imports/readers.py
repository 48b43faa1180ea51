"""Files into records: JSON, CSV and XLSX, with limits, each record with its place in the file."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

import charset_normalizer
from django.utils.translation import gettext as _

#: How deep a JSON record may nest: a story's place, contact and figures are two levels.
MAX_DEPTH = 8
#: Largest file taken, in bytes, and largest sum of an XLSX file's unpacked parts.
MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RECORDS = 20_000
MAX_COLUMNS = 200

_DELIMITERS = ",;\t|"


class UnreadableFile(Exception):
    """The file as a whole cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Item:
    """One record with its place (``item 3``, ``line 12``, ``row 5``), or why it could not be read."""

    place: str
    record: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def read(path: Path) -> list[Item]:
    """Return the records of a file, by its extension. Raises :class:`UnreadableFile`."""
    reader_of(path.name)
    try:
        check_size(path.stat().st_size, MAX_BYTES)
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(_("The file cannot be opened: %(why)s") % {"why": error.strerror}) from error
    return parse(path.name, data)


def parse(name: str, data: bytes, *, most: int | None = None, titled: bool = True) -> list[Item]:
    """Return the records of a file's bytes, by the ending of its name, at most ``most`` (:data:`MAX_RECORDS`).

    With ``titled``, a table without a column ``title`` is refused; without, its columns are still to be named.
    Raises :class:`UnreadableFile`.
    """
    reader, most = reader_of(name), most or MAX_RECORDS
    if not data.strip():
        raise UnreadableFile(_("The file is empty."))
    items = list(islice(reader(data, titled), most + 1))
    if len(items) > most:
        raise UnreadableFile(_("The file has more than %(most)d records. Split it.") % {"most": most})
    return items


def check_size(size: int, most: int) -> None:
    """Raise :class:`UnreadableFile` for more bytes than are taken."""
    if size > most:
        raise UnreadableFile(_("The file is larger than %(most)d MB. Split it.") % {"most": most >> 20})


def reader_of(name: str) -> Callable[[bytes, bool], Iterator[Item]]:
    """Return what reads files with the ending of this name; raises :class:`UnreadableFile` for other ones."""
    readers = {".json": _json, ".csv": _csv, ".tsv": _csv, ".xlsx": _xlsx}
    reader = readers.get(PurePath(name).suffix.lower())
    if reader is None:
        raise UnreadableFile(_("Give a .json, .csv or .xlsx file."))
    return reader


def _json(data: bytes, _titled: bool) -> Iterator[Item]:
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        text = _("The file is not UTF-8, as JSON must be (byte %(byte)d).")
        raise UnreadableFile(text % {"byte": error.start}) from error
    except json.JSONDecodeError as error:
        text = _("The file is not whole JSON: %(why)s in line %(line)d, column %(column)d.")
        raise UnreadableFile(text % {"why": error.msg, "line": error.lineno, "column": error.colno}) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(_("The file is not JSON: %(why)s") % {"why": error}) from error
    if isinstance(found, dict) and isinstance(found.get("use_cases"), list):
        found = found["use_cases"]
    if not isinstance(found, list):
        raise UnreadableFile(_("The file must hold a list of use cases."))
    for number, record in enumerate(found, 1):
        place = _("item %(number)d") % {"number": number}
        if _too_deep(record, MAX_DEPTH):
            yield Item(place, problem=_("This record nests too deep."))
        elif isinstance(record, dict):
            yield Item(place, {str(name): value for name, value in record.items()})
        else:
            yield Item(place, problem=_("This is no object."))


def _too_deep(value: Any, levels: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    return levels == 0 or any(
        _too_deep(part, levels - 1) for part in (value.values() if isinstance(value, dict) else value)
    )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _csv(data: bytes, titled: bool) -> Iterator[Item]:
    text = _decoded(data)
    if "\x00" in text:
        raise UnreadableFile(_("The file holds NUL characters: save it again as CSV."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header: list[str] | None = None
    last = 0
    try:
        for cells in reader:
            first, last = last + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = columns(cells, titled)
                continue
            place = _("line %(number)d") % {"number": first}
            if len(cells) > len(header):
                problem = _("This line has %(found)d fields, the first line has %(wanted)d.")
                yield Item(place, problem=problem % {"found": len(cells), "wanted": len(header)})
            else:
                yield Item(place, dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        text = _("The file is not whole CSV: %(why)s near line %(line)d.")
        raise UnreadableFile(text % {"why": error, "line": reader.line_num}) from error


def _decoded(data: bytes) -> str:
    """Return the text of a CSV file: UTF-8 if it is that, else what its bytes look like."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        guess = charset_normalizer.from_bytes(data).best()
    if guess is None:
        raise UnreadableFile(_("The file's encoding is not clear: save it as UTF-8."))
    return str(guess)


def _delimiter(text: str) -> str:
    """Return what parts the fields of the first line, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    return max(_DELIMITERS, key=first.count)


def columns(cells: list[Any], titled: bool = True) -> list[str]:
    """Return the column names of a header; refuses empty and doubled ones."""
    names = [re.sub(r"[^\w]+", "_", str(cell or "").strip().casefold()).strip("_") for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise UnreadableFile(_("The file has more than %(most)d columns.") % {"most": MAX_COLUMNS})
    if titled and "title" not in names:
        raise UnreadableFile(_("The first line must name the columns, among them “title”."))
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise UnreadableFile(_("These columns stand twice: %(names)s") % {"names": ", ".join(doubled)})
    return names


def _xlsx(data: bytes, titled: bool) -> Iterator[Item]:
    _check_archive(data)
    import openpyxl  # brings numpy along, which every process would start with

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles it does not know
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # never trust the size a file claims
            yield from _rows(sheet, titled)
            book.close()
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl has no base for what broken files make it raise
        text = _("The workbook cannot be read (%(why)s): save it again as .xlsx.")
        raise UnreadableFile(text % {"why": type(error).__name__}) from error


def _check_archive(data: bytes) -> None:
    """Refuse archives that unpack to too much, and XML that declares entities, before anything parses it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > 2000 or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise UnreadableFile(_("The workbook unpacks to more than we take. Split it."))
            for part in parts:
                with archive.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(4096) or b"<!ENTITY" in opened.read(4096):
                        raise UnreadableFile(_("The workbook holds declarations that no workbook needs."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableFile(_("The file is not a workbook, or it is damaged or locked.")) from error


def _rows(sheet: Any, titled: bool) -> Iterator[Item]:
    header: list[str] | None = None
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), 1):
        if number > MAX_RECORDS + 100:
            raise UnreadableFile(_("The sheet has more than %(most)d rows. Split it.") % {"most": MAX_RECORDS})
        values = [cell.value for cell in cells]
        if not any(value not in (None, "") for value in values):
            continue
        if header is None:
            header = columns(values, titled)
            continue
        place = _("row %(number)d") % {"number": number}
        formula = next((cell.coordinate for cell in cells if getattr(cell, "data_type", "") == "f"), "")
        broken = next((cell.coordinate for cell in cells if getattr(cell, "data_type", "") == "e"), "")
        if formula:
            text = _("Cell %(cell)s holds a formula: paste its value instead.")
            yield Item(place, problem=text % {"cell": formula})
        elif broken:
            yield Item(place, problem=_("Cell %(cell)s holds an error value.") % {"cell": broken})
        else:
            yield Item(place, {name: value for name, value in zip(header, values, strict=False) if name})
