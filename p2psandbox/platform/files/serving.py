"""Answering an object of the store whole or in part, so that a broken download goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.files.ranges import Unsatisfiable, wanted_range
from p2psandbox.platform.files.storage import Missing, store
from p2psandbox.platform.files.storage.base import CHUNK

#: Nothing in a file runs, loads or is framed, whatever it turns out to be.
_POLICY = "default-src 'none'; sandbox"


def served(request: HttpRequest, key: str, content_type: str, tag: str) -> HttpResponseBase:
    """Answer an object whole or in part (200, 206, 416), or only its head; ``tag`` changes with its bytes.

    Raises ``NotFound`` for one that is not there. The caller has asked who may have it.
    """
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
