"""Files as pages: leading on to an expiring address, and serving what lies on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.files import keys, names, queries, signing, videos
from p2psandbox.platform.files.models import FileStatus, Rendition, RenditionsStatus, StoredFile
from p2psandbox.platform.files.ranges import Unsatisfiable, wanted_range
from p2psandbox.platform.files.storage import Missing, store
from p2psandbox.platform.files.storage.base import CHUNK
from p2psandbox.platform.files.transfers import let_the_connection_go

#: Nothing in a file runs, loads or is framed, whatever it turns out to be.
_POLICY = "default-src 'none'; sandbox"
_FOREVER = "public, max-age=31536000, immutable"
_PUBLIC_KEY = re.compile(r"[A-Za-z0-9_-]{32}")
_PICTURES = frozenset({"small", "large"})
#: The word for a rendition that stands for saving the file itself.
_DOWNLOAD = "download"
_STILL = f"{videos.POSTER}.jpeg"


@require_safe
def file(request: HttpRequest, file_id: UUID, rendition: str = "") -> HttpResponseBase:
    """Ask for permission and lead on to an address that expires: what cached pages and mails link to."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    found = queries.visible_file(actor, file_id)
    download = rendition == _DOWNLOAD
    if found.renditions_status in (RenditionsStatus.PENDING, RenditionsStatus.FAILED):
        # Until its smaller pictures are made, the picture itself stands in, and of a video its still.
        rendition = _STILL if rendition and found.duration is not None else ""
    return redirect(queries.url_of(actor, found, None if download else rendition or None, download=download).url)


@require_safe
def content(request: HttpRequest, file_id: UUID, rendition: str, shown_as: str) -> HttpResponseBase:
    """Serve the bytes an address was signed for. With S3, addresses lead to the bucket and never here."""
    said = request.GET
    signing.check_content(file_id, rendition, shown_as, said.get("expires", ""), said.get("signature", ""))
    found = StoredFile.objects.filter(pk=file_id, status=FileStatus.READY).first()
    if found is None:
        raise NotFound
    if rendition == queries.KEPT:
        key, content_type, sha256 = keys.kept(found.key), found.content_type, found.sha256
    else:
        made = _made(found, rendition)
        key, content_type, sha256 = made.key, made.content_type, made.sha256
    let_the_connection_go()
    response = _served(request, key, content_type, sha256)
    response["Content-Disposition"] = names.content_disposition(found.name, inline=shown_as == "inline")
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_safe
def picture(request: HttpRequest, public_key: str, name: str) -> HttpResponseBase:
    """Serve an avatar or logo to everybody, to be kept for good: another picture has another address."""
    if not _PUBLIC_KEY.fullmatch(public_key) or name not in _PICTURES:
        raise NotFound
    response = _served(request, keys.public(public_key, name), "image/webp", f"{public_key}-{name}")
    response["Cache-Control"] = _FOREVER
    return response


def _made(found: StoredFile, rendition: str) -> Rendition:
    name, _dot, format = rendition.partition(".")
    made = found.renditions.filter(name=name, format=format).first()
    if made is None:
        raise NotFound
    return made


def _served(request: HttpRequest, key: str, content_type: str, tag: str) -> HttpResponseBase:
    """Answer an object whole or in part (200, 206, 416), or only its head."""
    place, etag = store(), f'"{tag}"'
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        return _guarded(unchanged, content_type)
    size = place.size(key)
    if size is None:
        raise NotFound
    try:
        part = wanted_range(_range_header(request, etag), size)
    except Unsatisfiable:
        response: HttpResponseBase = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _guarded(response, content_type)
    first, last = part or (0, size - 1)
    if request.method == "HEAD":
        response = HttpResponse(content_type=content_type)
    else:
        response = StreamingHttpResponse(_pieces(key, first, last - first + 1), content_type=content_type)
    response["Content-Length"] = str(last - first + 1)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return _guarded(response, content_type)


def _range_header(request: HttpRequest, etag: str) -> str:
    """Return the range asked for, none if it was meant for another version of the file."""
    if request.headers.get("If-Range", etag) != etag:
        return ""
    return request.headers.get("Range", "")


def _guarded(response: HttpResponseBase, content_type: str) -> HttpResponseBase:
    response["Content-Type"] = content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _pieces(key: str, first: int, length: int) -> Iterator[bytes]:
    """Yield an object's bytes piece by piece; opened at once, so that a missing one is an error and no empty answer."""
    stack = ExitStack()
    try:
        stream: IO[bytes] = stack.enter_context(store().open(key))
    except Missing as error:
        raise NotFound from error
    return _read(stack, stream, first, length)


def _read(stack: ExitStack, stream: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    with stack:
        stream.seek(first)
        while length and (chunk := stream.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
