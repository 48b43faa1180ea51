"""P2P Sandbox: where manufacturers learn from each other."""

from p2psandbox.celery import app as celery_app

__all__ = ["celery_app"]
