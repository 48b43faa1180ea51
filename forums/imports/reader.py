"""A JSON file into threads, each with its place in the file. Nothing is taken from a file that is broken."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _

#: Largest file taken, in bytes, and most threads in one.
MAX_BYTES = 200 * 1024 * 1024
MAX_THREADS = 50_000

_SPACE = re.compile(r"[ \t\r\n]*")


class UnreadableFile(Exception):
    """The file as a whole cannot be taken; the message says why, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thread with its place (``item 3, line 120``), or why it could not be read."""

    place: str
    record: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def read(path: Path) -> list[Item]:
    """Return the threads of a JSON file. Raises :class:`UnreadableFile`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(_("The file is larger than %(most)d MB. Split it.") % {"most": MAX_BYTES >> 20})
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(_("The file cannot be opened: %(why)s.") % {"why": error.strerror}) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = {"byte": error.start, "line": data.count(b"\n", 0, error.start) + 1}
        raise UnreadableFile(
            _("The file is not UTF-8, as JSON must be: line %(line)d, byte %(byte)d. Save it as UTF-8.") % where
        ) from error
    return _threads(text)


def _threads(text: str) -> list[Item]:
    """Read the outer list by hand and each thread by the decoder, so that each one's line is known."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    position = _skip(text, 0)
    if text[position : position + 1] != "[":
        raise UnreadableFile(_("The file must hold a JSON list of threads: [ {…}, {…} ]."))
    items: list[Item] = []
    position, line, counted = _skip(text, position + 1), 1, 0
    while text[position : position + 1] != "]" or items:
        line += text.count("\n", counted, position)
        counted = position
        try:
            record, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            _broken(text, error)
        items.append(_item(record, len(items) + 1, line))
        if len(items) > MAX_THREADS:
            raise UnreadableFile(_("The file has more than %(most)d threads. Split it.") % {"most": MAX_THREADS})
        position = _skip(text, position)
        if text[position : position + 1] == "]":
            break
        if text[position : position + 1] != ",":
            _broken(text, json.JSONDecodeError("Expecting ',' or ']'", text, position))
        position = _skip(text, position + 1)
    if (rest := _skip(text, position + 1)) < len(text):
        _broken(text, json.JSONDecodeError("Extra data after the list", text, rest))
    return items


def _item(record: Any, number: int, line: int) -> Item:
    place = _("item %(number)d, line %(line)d") % {"number": number, "line": line}
    if not isinstance(record, dict):
        return Item(place, problem=_("A thread must be an object with title and posts."))
    return Item(place, record)


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _broken(text: str, error: Exception) -> NoReturn:
    if isinstance(error, json.JSONDecodeError):
        raise UnreadableFile(
            _("The file is not complete JSON: line %(line)d, column %(column)d: %(why)s. Nothing was taken.")
            % {"line": error.lineno, "column": error.colno, "why": error.msg}
        ) from error
    why = _("nested too deeply") if isinstance(error, RecursionError) else str(error)
    raise UnreadableFile(_("The file is not valid JSON: %(why)s. Nothing was taken.") % {"why": why}) from error
