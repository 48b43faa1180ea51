"""Stories like one: of its industry, with its technologies, about the same things."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Case, ExpressionWrapper, FloatField, Q, Value, When

from p2psandbox.platform import cachetags, search
from p2psandbox.platform.permissions import Actor, Permission, allows
from usecases.access import visible
from usecases.models import Status, UseCase

#: Stories shown, and how many of the newest of each kind are looked at for them.
MOST = 6
_LOOKED_AT = 60
#: What an industry in common and each technology in common count for, beside how well the words fit (0 to about 1).
_INDUSTRY, _TECHNOLOGY = 0.25, 0.35
#: Longest text taken for the words that stories have in common, in characters.
_WORDS = 180
#: Seconds for which is kept which ones they are.
_KEPT_FOR = 15 * 60


def related(actor: Actor, use_case_id: UUID) -> list[UseCase]:
    """Return up to six published stories like this one that the actor may see, the most alike first: two statements.

    Raises ``NotFound`` for a story the actor may not know of.
    """
    return related_to(actor, visible(actor, use_case_id))


def related_to(actor: Actor, row: UseCase) -> list[UseCase]:
    """Return the same for a story that was read already: one statement, two when nobody asked of late.

    Which ones they are is the same for all members, and found once until somebody writes.
    """
    readers = "members" if allows(actor, Permission.READ_MEMBERS_AREA) else "visitors"
    ids = cachetags.cached(
        f"usecases:related:{readers}:{row.pk}:{row.revision_id}",
        make=lambda: _most_alike(actor, row),
        tags=("usecases",),
        seconds=_KEPT_FOR,
    )
    found = UseCase.objects.visible_to(actor).filter(status=Status.PUBLISHED, pk__in=ids)
    shown = {other.pk: other for other in found.lean().select_related("organization")} if ids else {}
    return [shown[pk] for pk in ids if pk in shown]


def _most_alike(actor: Actor, row: UseCase) -> list[UUID]:
    others = UseCase.objects.visible_to(actor).filter(status=Status.PUBLISHED).exclude(pk=row.pk)
    words = search.understand(" ".join((row.title, *row.technologies, row.headline_name))[:_WORDS])
    alike = words.anything or words.tsquery if words else ""
    kinds = []
    if row.technology_keys:
        kinds.append(Q(technology_keys__overlap=row.technology_keys))
    if row.industry:
        kinds.append(Q(industry=row.industry))
    if alike:
        kinds.append(Q(search_vector=search.RawQuery(alike)))
    if not kinds:
        return []
    first, *rest = [others.filter(kind).order_by("-published_at", "-id").values("pk")[:_LOOKED_AT] for kind in kinds]
    candidates = UseCase.objects.filter(pk__in=first.union(*rest) if rest else first)
    scored = candidates.annotate(score=_score(row, alike))
    return list(scored.order_by("-score", "-published_at", "-id").values_list("pk", flat=True)[:MOST])


def _score(row: UseCase, words: str) -> Any:
    score: Any = Value(0.0)
    if row.industry:
        score += _when(Q(industry=row.industry), _INDUSTRY)
    for key in row.technology_keys:
        score += _when(Q(technology_keys__contains=[key]), _TECHNOLOGY)
    if words:
        score += search.Rank("search_vector", words)
    return ExpressionWrapper(score, output_field=FloatField())


def _when(condition: Q, worth: float) -> Case:
    return Case(When(condition, then=Value(worth)), default=Value(0.0), output_field=FloatField())
