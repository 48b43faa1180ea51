"""Files as pages: leading on to an expiring address, and serving what lies on this machine."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.files import keys, names, queries, signing, videos
from p2psandbox.platform.files.models import FileStatus, Rendition, RenditionsStatus, StoredFile
from p2psandbox.platform.files.serving import served
from p2psandbox.platform.files.transfers import let_the_connection_go

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
    response = served(request, key, content_type, sha256)
    response["Content-Disposition"] = names.content_disposition(found.name, inline=shown_as == "inline")
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_safe
def picture(request: HttpRequest, public_key: str, name: str) -> HttpResponseBase:
    """Serve an avatar or logo to everybody, to be kept for good: another picture has another address."""
    if not _PUBLIC_KEY.fullmatch(public_key) or name not in _PICTURES:
        raise NotFound
    response = served(request, keys.public(public_key, name), "image/webp", f"{public_key}-{name}")
    response["Cache-Control"] = _FOREVER
    return response


def _made(found: StoredFile, rendition: str) -> Rendition:
    name, _dot, format = rendition.partition(".")
    made = found.renditions.filter(name=name, format=format).first()
    if made is None:
        raise NotFound
    return made
