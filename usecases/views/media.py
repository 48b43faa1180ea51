"""Media on the last page of writing: its list by itself, and what its buttons do."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.identifiers import as_uuid
from p2psandbox.platform.permissions import Actor
from p2psandbox.platform.web.middleware import actor_of
from usecases import queries
from usecases.actions import media
from usecases.queries.media import working_media

_STEPS = {"up": -1, "down": 1}


@require_safe
def items(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``GET /use-cases/<id>/media/``: the list alone, for the page that shows it."""
    story = queries.editing(actor_of(request.user), pk)
    shown, _removed = working_media(story.row, story.content)
    return render(request, "usecases/_media_items.html", {"media": shown})


def is_act(go: str) -> bool:
    """Say whether a pressed button is one of the media's: ``media:<act>:<id>``."""
    return go.startswith("media:")


def act(*, actor: Actor, use_case_id: UUID, go: str) -> str:
    """Do what a button says and return the fragment of the page to go on at."""
    _media, _colon, rest = go.partition(":")
    name, _colon, value = rest.partition(":")
    if name == "add":
        return "media"  # the files came with the form and are there by now
    chosen = as_uuid(value)
    if chosen is None:
        raise NotFound
    if name in _STEPS:
        media.shift(actor=actor, use_case_id=use_case_id, media_id=chosen, by=_STEPS[name])
        return f"media-{chosen}"
    if name == "remove":
        media.remove(actor=actor, use_case_id=use_case_id, media_id=chosen)
    elif name == "back":
        media.add(actor=actor, use_case_id=use_case_id, file_ids=[chosen])
    elif name == "retry":
        media.try_again(actor=actor, use_case_id=use_case_id, media_id=chosen)
    return "media"


def add(*, actor: Actor, use_case_id: UUID, file_ids: Sequence[UUID] | None) -> None:
    """Add what came with the form."""
    if file_ids:
        media.add(actor=actor, use_case_id=use_case_id, file_ids=file_ids)
