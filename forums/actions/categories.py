"""Categories: made by moderators."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from forums import rules
from forums.models import Category, Colour
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks

log = getLogger(__name__)


def create_category(
    *,
    actor: Actor,
    name: object,
    slug: str = "",
    description: object = "",
    position: int = 0,
    colour: str = Colour.PETROL,
) -> Category:
    """Make a category and return it; ``slug`` is made from the name unless given.

    Raises ``Forbidden`` (moderators only) and ``Invalid`` (name, slug, description, colour).
    """
    require(actor, Permission.MODERATE_FORUMS)
    columns = checked(name=name, slug=slug, description=description, colour=colour)
    try:
        with transaction.atomic():
            category = Category.objects.create(position=position, **columns)
    except IntegrityError as error:
        raise Invalid({"name": _("There is a category of that name already.")}) from error
    log.info("category created", slug=category.slug)
    return category


def checked(*, name: object, slug: str, description: object, colour: str) -> dict[str, str]:
    """Return a category's columns as they would be stored. Raises ``Invalid`` (name, slug, description, colour)."""
    checks = FieldChecks()
    title = checks.text("name", name, rules.CATEGORY_NAME)
    about = checks.text("description", description, rules.CATEGORY_DESCRIPTION)
    checks.choice("colour", colour, Colour.values, required=True)
    address = slugify(slug or title)[:90]
    if not address and title:
        checks.add("slug", _("Give an address in Latin letters: the name has none."))
    if address in rules.TAKEN_BY_PAGES:
        checks.add("slug", _("Choose another address: this one leads elsewhere."))
    checks.done()
    return {"name": title, "slug": address, "description": about, "colour": colour}
