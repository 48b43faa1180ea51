"""Which stories a question is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from forums.models import Topic, TopicUseCase
from p2psandbox.platform.permissions import Actor
from p2psandbox.platform.textrules import FieldChecks
from usecases.models import Status, UseCase

#: So many stories a topic may point at.
MOST = 10
_LINK = re.compile(r'href="[^"]*/use-cases/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[/"?#]')


def check(checks: FieldChecks, actor: Actor, ids: Sequence[UUID]) -> list[UUID]:
    """Return the ids of the published stories somebody names, once each; others are refused as ``use_cases``."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST:
        checks.add("use_cases", _("Keep at most %(most)d entries.") % {"most": MOST})
        return []
    if wanted and _readable(actor, wanted) != set(wanted):
        checks.add("use_cases", _("Choose published use cases."))
    return wanted


def _readable(actor: Actor, ids: Sequence[UUID]) -> set[UUID]:
    rows = UseCase.objects.visible_to(actor).filter(pk__in=ids, status=Status.PUBLISHED)
    return set(rows.values_list("pk", flat=True))


def point_at(actor: Actor, topic: Topic, *, named: Sequence[UUID] | None, html: str) -> None:
    """Let a topic point at the stories named (``None``: as before) and those its text links to.

    Within the caller's transaction. A link to what its writer may not read points at nothing.
    """
    linked = list(dict.fromkeys(UUID(found) for found in _LINK.findall(html)))[:MOST]
    rows = TopicUseCase.objects.filter(topic=topic)
    before = list(rows.filter(in_text=False).values_list("use_case_id", flat=True)) if named is None else named
    if not linked and not before and named is None and not rows.exists():
        return
    readable = _readable(actor, linked) if linked else set()
    rows.delete()
    wanted = dict.fromkeys(before, False) | {pk: True for pk in linked if pk in readable and pk not in before}
    TopicUseCase.objects.bulk_create(
        [TopicUseCase(topic=topic, use_case_id=pk, in_text=in_text) for pk, in_text in list(wanted.items())[:MOST]]
    )
