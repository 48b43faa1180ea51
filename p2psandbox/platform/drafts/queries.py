"""What drafts hold on to."""

from __future__ import annotations

from uuid import UUID

from p2psandbox.platform.drafts.models import Draft
from p2psandbox.platform.identifiers import as_uuid

#: How a form's field for files is called in a draft: the field's name and this.
_FILES = "_ids"


def files_of_drafts() -> set[UUID]:
    """Return the ids of all files that a draft of anybody names: they wait for its form to be sent."""
    return {
        found
        for fields in Draft.objects.values_list("fields", flat=True).iterator()
        for name, value in fields.items()
        if name.endswith(_FILES) and isinstance(value, list)
        for one in value
        if (found := as_uuid(one))
    }
