"""The demo data: four companies that help each other, written by us, loaded by ``manage.py load_demo``."""

from dashboard.demo.loading import DemoSummary, is_loaded, load
from dashboard.demo.people import DemoAccount, accounts

__all__ = ["DemoAccount", "DemoSummary", "accounts", "is_loaded", "load"]
