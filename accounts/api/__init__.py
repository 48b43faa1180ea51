"""Accounts: JSON."""
