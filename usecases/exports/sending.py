"""Answering a file that was made while somebody waited, for pages and JSON alike."""

from __future__ import annotations

from django.http import HttpResponse

from p2psandbox.platform.files.names import content_disposition
from usecases.exports.making import Made


def sent(made: Made) -> HttpResponse:
    """Answer a file, to be saved and kept by nobody in between."""
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = content_disposition(made.name, inline=False)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
