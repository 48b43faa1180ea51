"""Turns HTML into PDF in a process of its own, which knows no settings, no secrets and no database.

``python -m usecases.exports.renderer`` reads from its input a line of JSON and then, as that line says, the bytes of
the assets; it writes the PDF to its output. It imports nothing of the product. The document reaches what came with
it (``asset:…``) and nothing else: no file, no network, no ``data:``. Memory and processor time are limited by the
system, wall time by :mod:`usecases.exports.pdf`, which ends it.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any

SCHEME = "asset:"
#: Elements of rich text whose direction is decided by what is written in them.
BLOCKS = frozenset({"p", "li", "h3", "h4", "h5", "blockquote", "pre", "td", "th", "dd", "figcaption"})
#: Of the memory a process may have, half again the 300 MB a document with eight pictures may take, plus what
#: libraries reserve without using it.
MEMORY = 1_500 * 1024 * 1024
PROCESSOR_SECONDS = 60
_ASSET = re.compile(r"[a-z0-9.-]{1,60}")


def main() -> None:
    """Read a document from the input, write a PDF to the output."""
    head = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (head["seconds"], head["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    html = sys.stdin.buffer.read(head["html"]).decode()
    assets = {name: (sys.stdin.buffer.read(size), kind) for name, kind, size in head["assets"]}
    sys.stdout.buffer.write(render(html, assets))


def render(html: str, assets: Mapping[str, tuple[bytes, str]]) -> bytes:
    """Return the PDF of a document with its assets, by name: bytes and media type."""
    from weasyprint import HTML

    document = HTML(string=html, base_url=f"{SCHEME}/", url_fetcher=fetcher(assets), media_type="print")
    direct(document.etree_element)
    pdf: bytes = document.write_pdf(pdf_tags=True, optimize_images=False, presentational_hints=False)
    return pdf


def fetcher(assets: Mapping[str, tuple[bytes, str]]) -> Any:
    """Return what answers the renderer's requests: with these assets, and with ``ValueError`` for all else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Assets(URLFetcher):  # type: ignore[misc]  # weasyprint ships no types
        """Opens nothing: the handlers of its base are never reached."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(SCHEME).lstrip("/")
            if not url.startswith(SCHEME) or not _ASSET.fullmatch(name) or name not in assets:
                raise ValueError("this document holds no such thing")
            body, kind = assets[name]
            return URLFetcherResponse(url, body, {"Content-Type": kind})

    return Assets(allowed_protocols=())


def direct(root: Any) -> None:
    """Give people's words the direction of their first letter, as browsers do for ``dir="auto"`` and ``bdi``.

    Within ``prose`` each block is judged by itself. Figures without a letter run from left to right.
    """
    for element in root.iter():
        if element.tag == "bdi" and element.get("dir") is None:
            element.set("dir", direction("".join(element.itertext())) or "ltr")
        elif element.get("dir") == "auto":
            _give(element)
        elif "prose" in (element.get("class") or "").split():
            for block in element.iter():
                if block.tag in BLOCKS:
                    _give(block)


def _give(element: Any) -> None:
    if found := direction("".join(element.itertext())):
        element.set("dir", found)
    else:
        element.attrib.pop("dir", None)


def direction(text: str) -> str:
    """Return ``rtl`` or ``ltr`` by the first letter with a direction; empty when there is none."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return ""


if __name__ == "__main__":
    main()
