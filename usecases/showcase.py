"""Stories on the pages of others: of a company, of a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.models import Organization
from p2psandbox.platform.pages.showcase import Section
from p2psandbox.platform.permissions import Actor
from usecases import presenting
from usecases.models import Status, UseCase
from usecases.queries import Filters, listing

_SHOWN = 4


def stories_of_company(actor: Actor, organization: Organization) -> Section | None:
    """Return a company's newest published stories, as far as the actor may see them."""
    found = listing(actor, Filters(organization=organization.slug, ordering="-published_at"))[: _SHOWN + 1]
    address = presenting.listed(organization=organization.slug)
    return _section(list(found), address)


def stories_of_person(actor: Actor, person: User) -> Section | None:
    """Return the newest published stories somebody wrote, as far as the actor may see them."""
    rows = UseCase.objects.visible_to(actor).lean().select_related("organization")
    found = rows.filter(status=Status.PUBLISHED, author_id=person.pk).order_by("-published_at", "-id")[: _SHOWN + 1]
    return _section(list(found), "")


def _section(rows: list[UseCase], address: str) -> Section | None:
    if not rows:
        return None
    return Section(
        title=_("Use cases"),
        template="usecases/showcase.html",
        context={"cards": [presenting.card(row) for row in rows[:_SHOWN]]},
        more_url=address if len(rows) > _SHOWN else "",
        more_label=_("All use cases"),
    )
