"""Browsers and programs whose commits really commit."""

from accounts.tests.conftest import browser, program

__all__ = ["browser", "program"]
