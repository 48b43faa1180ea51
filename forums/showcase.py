"""Topics on the pages of others: what a company's people asked, what somebody asked and answered."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forums import queries
from forums.models import TopicQuerySet
from forums.presenting import topic_rows
from forums.queries import TopicFilters
from organizations.models import Organization
from p2psandbox.platform.pages.showcase import Section
from p2psandbox.platform.permissions import Actor, Permission, allows
from usecases.models import UseCase

_SHOWN = 5


def topics_of_company(actor: Actor, organization: Organization) -> Section | None:
    """Return what a company's people asked last, for members."""
    if not allows(actor, Permission.READ_MEMBERS_AREA):
        return None
    asked = queries.topics(actor, TopicFilters(ordering="-created_at")).filter(organization=organization)
    return _section(_("Questions"), asked, "")


def topics_of_person(actor: Actor, person: User) -> Section | None:
    """Return what somebody asked last."""
    asked = queries.topics(actor, TopicFilters(author=person.pk, ordering="-created_at"))
    address = f"{reverse('forums:topic_list')}?{urlencode({'author': person.pk, 'ordering': '-created_at'})}"
    return _section(_("Questions"), asked, address)


def answers_of_person(actor: Actor, person: User) -> Section | None:
    """Return the topics somebody gave the best answer to."""
    helped = queries.topics(actor, TopicFilters(ordering="-created_at")).filter(best_answer__author_id=person.pk)
    return _section(_("Best answers"), helped, "")


def discussion_of_story(actor: Actor, story: UseCase) -> Section | None:
    """Return the topics that point at a story, solved ones first, for members."""
    if not allows(actor, Permission.READ_MEMBERS_AREA):
        return None
    return _section(_("Discussion"), queries.topics_about(actor, story.pk), "")


def _section(title: object, topics: TopicQuerySet, address: str) -> Section | None:
    found = list(topics[: _SHOWN + 1])
    if not found:
        return None
    return Section(
        title=title,  # type: ignore[arg-type]  # gettext_lazy's own type
        template="forums/showcase.html",
        context={"rows": topic_rows(found[:_SHOWN])},
        more_url=address if len(found) > _SHOWN else "",
        more_label=_("All of them"),
    )
