"""Parameters of lists as the queries take them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid
from usecases import queries
from usecases.queries import Filters


def filters_of(params: Mapping[str, Any]) -> Filters:
    """Return the filters of validated parameters (:class:`ListQuery`). Raises ``Invalid`` for what contradicts."""
    known = dict(params)
    known["technology"] = tuple(known.get("technology") or ())
    radius = known.pop("radius_km", None)
    known["near"] = queries.near(known.get("near", ""), radius)
    if known["near"] is None and radius is not None:
        raise Invalid({"radius_km": _("Say near what: add `near`.")})
    if known["near"] is None and known.get("ordering") == queries.DISTANCE:
        raise Invalid({"ordering": _("To order by distance, say from where: add `near`.")})
    return Filters(**known)
