"""People on the pages of others: the members of a company on its page, for members only."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import directory
from accounts.queries.directory import PeopleFilters
from organizations.models import Organization
from p2psandbox.platform.pages.showcase import Section
from p2psandbox.platform.permissions import Actor, Permission, allows

_SHOWN = 6


def people_of(actor: Actor, organization: Organization) -> Section | None:
    """Return the first few people of a company."""
    if not allows(actor, Permission.READ_MEMBERS_AREA):
        return None
    found = directory.directory(actor, PeopleFilters(organization=organization.slug))[: _SHOWN + 1]
    rows = [directory.row(user) for user in found]
    if not rows:
        return None
    more = len(rows) > _SHOWN
    address = f"{reverse('accounts:people')}?{urlencode({'organization': organization.slug})}"
    return Section(
        title=_("People"),
        template="accounts/people_section.html",
        context={"rows": rows[:_SHOWN]},
        more_url=address if more else "",
        more_label=_("All people"),
    )
