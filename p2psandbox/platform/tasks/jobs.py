"""The platform's own scheduled jobs."""

from __future__ import annotations

from p2psandbox.platform import documents
from p2psandbox.platform.tasks import purging
from p2psandbox.platform.tasks.base import job


@job("platform.purge", retries=5, minutes=50)
def purge() -> None:
    """Each night: forget what nobody needs any more."""
    purging.purge()


@job("platform.sweep_revisions", retries=5, minutes=50)
def sweep_revisions() -> None:
    """Each night: remove texts that no row leads to."""
    documents.sweep()
