"""Endpoints of messaging, by noun."""
