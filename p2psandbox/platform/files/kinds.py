"""The kinds of file there are to us: extension, declared type and sniffed type, which must agree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What is done with a kind: pictures are made anew, videos packed anew, the rest is only looked at."""

    IMAGE = "image"
    VIDEO = "video"
    PDF = "pdf"
    OFFICE = "office"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. ``pillow`` is Pillow's name of a picture's format, ``member`` what an Office zip holds."""

    name: str
    family: Family
    content_type: str
    extensions: tuple[str, ...]
    also_declared: tuple[str, ...] = ()
    pillow: str = ""
    member: str = ""

    def agrees_with(self, declared: str) -> bool:
        """Say whether a declared content type fits; browsers that do not know one send none."""
        return declared in ("", "application/octet-stream", self.content_type, *self.also_declared)


_OPENXML = "application/vnd.openxmlformats-officedocument"
_SLIDES = "ppt/presentation.xml"
_ODF = "application/vnd.oasis.opendocument"

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("jpeg", Family.IMAGE, "image/jpeg", (".jpg", ".jpeg", ".jfif"), ("image/jpg", "image/pjpeg"), "JPEG"),
        Kind("png", Family.IMAGE, "image/png", (".png",), ("image/x-png", "image/apng"), "PNG"),
        Kind("webp", Family.IMAGE, "image/webp", (".webp",), (), "WEBP"),
        Kind("gif", Family.IMAGE, "image/gif", (".gif",), (), "GIF"),
        Kind("avif", Family.IMAGE, "image/avif", (".avif",), (), "AVIF"),
        Kind("bmp", Family.IMAGE, "image/bmp", (".bmp",), ("image/x-ms-bmp", "image/x-bmp"), "BMP"),
        Kind("tiff", Family.IMAGE, "image/tiff", (".tif", ".tiff"), (), "TIFF"),
        Kind("mp4", Family.VIDEO, "video/mp4", (".mp4", ".m4v"), ("video/x-m4v",)),
        Kind("mov", Family.VIDEO, "video/quicktime", (".mov",)),
        Kind("webm", Family.VIDEO, "video/webm", (".webm",)),
        Kind("pdf", Family.PDF, "application/pdf", (".pdf",), ("application/x-pdf",)),
        Kind("docx", Family.OFFICE, f"{_OPENXML}.wordprocessingml.document", (".docx",), member="word/document.xml"),
        Kind("xlsx", Family.OFFICE, f"{_OPENXML}.spreadsheetml.sheet", (".xlsx",), member="xl/workbook.xml"),
        Kind("pptx", Family.OFFICE, f"{_OPENXML}.presentationml.presentation", (".pptx",), member=_SLIDES),
        Kind("odt", Family.OFFICE, f"{_ODF}.text", (".odt",), member="content.xml"),
        Kind("ods", Family.OFFICE, f"{_ODF}.spreadsheet", (".ods",), member="content.xml"),
        Kind("odp", Family.OFFICE, f"{_ODF}.presentation", (".odp",), member="content.xml"),
        Kind("text", Family.TEXT, "text/plain", (".txt", ".log"), ("text/x-log",)),
        Kind("csv", Family.TEXT, "text/csv", (".csv",), ("text/plain", "application/csv", "application/vnd.ms-excel")),
    )
}  # fmt: skip

_BY_EXTENSION = {extension: kind for kind in KINDS.values() for extension in kind.extensions}


def kind_of(extension: str) -> Kind | None:
    """Return the kind an extension (lower case, with its dot) stands for."""
    return _BY_EXTENSION.get(extension)
