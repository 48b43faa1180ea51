from __future__ import annotations

import factory
from django.utils.text import slugify

from organizations.models import AuditEntry, Deed, Organization


class OrganizationFactory(factory.django.DjangoModelFactory[Organization]):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Company {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.name))


class AuditEntryFactory(factory.django.DjangoModelFactory[AuditEntry]):
    class Meta:
        model = AuditEntry

    organization = factory.SubFactory(OrganizationFactory)
    what = Deed.MEMBER_EDITED
    actor_name = "Ada Berg"
    subject_name = factory.Sequence(lambda n: f"Person {n}")
