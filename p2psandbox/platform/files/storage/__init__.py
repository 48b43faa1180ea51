"""Where bytes lie: a folder (:mod:`.local`) or S3 (:mod:`.s3`), whichever Django's default storage is."""

from __future__ import annotations

import functools

from django.core.files.storage import Storage, storages

from p2psandbox.platform.files.storage.base import Missing, Received, Store

__all__ = ["Missing", "Received", "Store", "store"]


def store() -> Store:
    """Return the store in use."""
    backend = storages["default"]
    return _store_on(backend)


@functools.lru_cache(maxsize=2)
def _store_on(backend: Storage) -> Store:
    from p2psandbox.platform.files.storage.local import LocalStore

    if hasattr(backend, "bucket_name"):
        from p2psandbox.platform.files.storage.s3 import S3Store  # boto3 takes half a second to load

        return S3Store(backend)
    return LocalStore(backend)
