"""Files in templates: the field that takes them, and their addresses. ``docs/files.md`` shows how pages use them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from p2psandbox.platform.files import queries
from p2psandbox.platform.files.kinds import Family
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.purposes import rule_of

register = template.Library()


@register.inclusion_tag("components/upload.html")
def upload_field(name: str, purpose: str, **options: Any) -> dict[str, Any]:
    """``{% upload_field "attachments" "attachment" label=… multiple=True files=files %}``: a file input that uploads.

    Options: ``label``, ``help``, ``multiple``, ``required``, ``files`` (what the thing has), ``errors``, ``id``.
    The form sends ids of uploaded files as ``<name>_ids`` and, from browsers without JavaScript, files as ``name``;
    give both to ``actions.take_posted``. The form needs ``enctype="multipart/form-data"``.
    """
    rule = rule_of(purpose)
    files: Sequence[StoredFile] = options.pop("files", None) or ()
    return {
        "name": name,
        "purpose": purpose,
        "id": options.pop("id", None) or f"id_{name}",
        "accept": rule.extensions,
        "kinds": [kind.extensions[0].removeprefix(".").upper() for kind in rule.kinds],
        "most": max(rule.limits.values()),
        "most_of_videos": rule.limits.get(Family.VIDEO),
        "files": files,
        **options,
    }


@register.simple_tag
def file_link(file: StoredFile, rendition: str = "") -> SafeString:
    """The lasting link of a file or a rendition: asks for permission each time, so it may stand in cached HTML."""
    return SafeString(queries.permanent_url(file, rendition or None))


@register.simple_tag
def picture_url(public_key: str, size: str = "small") -> str:
    """The address of an avatar or logo, ``""`` without one."""
    return queries.public_url(public_key, size) or ""
