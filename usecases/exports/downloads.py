"""Addresses of finished exports: they expire, and those this server answers carry their authority with them."""

from __future__ import annotations

import time
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Forbidden, NotFound
from p2psandbox.platform.files import keys
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.permissions import Actor
from usecases.exports.making import type_of
from usecases.models import Export, ExportState
from usecases.queries.exports import may_have

_SALT = "usecases.export"


def download_url(row: Export) -> str:
    """Return an address that holds for some minutes, for an export the caller has found to be the asker's own.

    Raises ``NotFound`` for one that is not made, or expired.
    """
    if not row.is_there:
        raise NotFound
    seconds = settings.FILES_URL_SECONDS
    kept = keys.export(row.key)
    found = store().url(kept, name=row.name, content_type=type_of(row.format), inline=False, seconds=seconds)
    if found is not None:
        return found
    expires = str(int(time.time()) + seconds)
    signature = Signer(salt=_SALT).signature(f"{row.pk}?{expires}")
    return f"{reverse('usecases:export_file', args=[row.pk])}?{urlencode({'expires': expires, 'signature': signature})}"


def signed_export(actor: Actor, export_id: UUID, expires: str, signature: str) -> Export:
    """Return the export an address was made for.

    Raises ``Forbidden`` for an address that is not ours or has expired, and ``NotFound`` for a file that is there no
    more, for one whose owner may not have it any more, and for somebody else who is signed in.
    """
    try:
        Signer(salt=_SALT).unsign(f"{export_id}?{expires}:{signature}")
    except BadSignature as error:
        raise Forbidden(_("This address is not one of ours."), code="bad_signature") from error
    if int(expires) < time.time():
        raise Forbidden(_("This address has expired. Open your exports and download it again."), code="expired_url")
    made = Export.objects.filter(pk=export_id, state=ExportState.DONE, expires_at__gt=timezone.now())
    row = made.select_related("owner").first()
    if row is None or actor.id not in (None, row.owner_id) or not may_have(row.owner.actor, row):
        raise NotFound
    return row
