"""Prepared queries say what their querysets say."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Upper

from accounts.models import User
from organizations.models import Organization
from p2psandbox.platform.prepared import Prepared, PreparedLookup


def test_rows_are_those_of_the_queryset(
    ada: User, ben: User, lina: User, mona: User, bolt: Organization, khalil: Organization
) -> None:
    query = Prepared(lambda actor, company: (
        User.objects.filter(~Q(pk=actor.id), organization_id=company, is_staff=actor.is_moderator)
        .order_by("email").values_list("email", "is_active")
    ))  # fmt: skip

    assert query.rows(ada.actor, company=bolt.pk) == [(ben.email, True)]
    assert query.rows(ben.actor, company=bolt.pk) == [(ada.email, True)]
    assert query.rows(ada.actor, company=khalil.pk) == [(lina.email, True)]
    assert query.rows(mona.actor, company=bolt.pk) == []


def test_a_lookup_returns_what_the_queryset_would_in_one_query(ada: User, django_assert_num_queries: Any) -> None:
    lookup = PreparedLookup(lambda person: User.objects.select_related("organization").filter(pk=person))
    plain = User.objects.select_related("organization").get(pk=ada.pk)

    for _time in range(2):
        with django_assert_num_queries(1):
            found = lookup.get(person=ada.pk)
            assert found is not None
            assert found.organization is not None
            assert found.organization.name == "Bolt & Co"
        assert found == plain
        same = {f.attname: getattr(found, f.attname) == getattr(plain, f.attname) for f in User._meta.concrete_fields}
        assert all(same.values()), same
    assert lookup.get(person=uuid4()) is None


@pytest.mark.django_db
def test_annotations_come_along_and_deferred_columns_do_not(ada: User, ben: User, mona: User) -> None:
    colleagues = User.objects.filter(organization=OuterRef("organization")).exclude(pk=OuterRef("pk"))
    lookup = PreparedLookup(
        lambda person: (
            User.objects.filter(pk=person)
            .select_related("organization")
            .defer("password", "organization__description")
            .annotate(in_company=Exists(colleagues), loudly=Upper("first_name"))
        )
    )

    for person, in_company, loudly in ((ada, True, "ADA"), (mona, False, "MONA")):
        found: Any = lookup.get(person=person.pk)
        assert (found.in_company, found.loudly, found.email) == (in_company, loudly, person.email)
        assert found.get_deferred_fields() == {"password"}


@pytest.mark.django_db
def test_a_person_without_a_company_has_none(mona: User) -> None:
    lookup = PreparedLookup(lambda person: User.objects.select_related("organization").filter(pk=person))

    found = lookup.get(person=mona.pk)

    assert found is not None
    assert found.organization is None
