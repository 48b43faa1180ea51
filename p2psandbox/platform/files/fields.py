"""The form field for files of a thing: ``components/upload.html`` in a Django form, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms

from p2psandbox.platform.errors import Invalid, ProductError
from p2psandbox.platform.files import actions
from p2psandbox.platform.files.models import FileStatus, Purpose, StoredFile
from p2psandbox.platform.forms import refused_file
from p2psandbox.platform.identifiers import as_uuid
from p2psandbox.platform.permissions import Actor


class UploadsInput(forms.Widget):
    """What the browser sends of the field: ids of files uploaded before, and whole files without JavaScript.

    ``<name>_form`` says that the form has the field at all, so that no id means "none any more".
    """

    needs_multipart_form = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, Any] | None:
        """Return ``ids`` and ``uploads``, ``None`` where the form does not have the field."""
        if f"{name}_form" not in data or not hasattr(data, "getlist"):
            return None
        return {"ids": data.getlist(f"{name}_ids"), "uploads": files.getlist(name)}

    def id_for_label(self, id_: str) -> str:
        return id_


class Uploads(forms.Field):
    """Files for a thing, shown by ``{{ form.name.as_field_group }}``; what it got is taken by :func:`take`."""

    widget = UploadsInput
    template_name = "components/uploads_field.html"

    def __init__(self, *, purpose: Purpose, multiple: bool = True, **kwargs: Any) -> None:
        super().__init__(required=False, template_name=self.template_name, **kwargs)
        self.purpose, self.multiple = purpose, multiple
        #: What is listed: files the thing has, or those of a form that comes back.
        self.files: Sequence[StoredFile] = ()


def take(form: forms.Form, name: str, *, actor: Actor) -> list[UUID] | None:
    """Store what came as whole files and return the ids of all, ready to attach; ``None`` without such a field.

    Raises ``Invalid`` (``name``) with the reason of each file that is not taken; the others are listed when the form
    comes back. Ids of files that are not there are left for the action to refuse. Raises what is not a file's fault
    (``Forbidden``, ``Unavailable``) as it is.
    """
    field, given = form.fields[name], form.cleaned_data.get(name)
    if given is None or not isinstance(field, Uploads):
        return None
    its_own = {file.pk for file in field.files}
    refused: list[str] = []
    ids = [found for one in given["ids"] if (found := as_uuid(one))]
    for upload in given["uploads"]:
        try:
            ids += actions.take_posted(actor=actor, purpose=field.purpose, file_ids=(), uploads=[upload])
        except ProductError as error:
            refused.append(f"{upload.name}: {refused_file(error)}")
    ready = StoredFile.objects.filter(pk__in=ids, status=FileStatus.READY)
    known = {file.pk: file for file in ready if file.pk in its_own or file.owner_id == actor.id}
    field.files = [known[one] for one in ids if one in known]
    if refused:
        raise Invalid({name: refused})
    return ids
