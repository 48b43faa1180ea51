"""Shapes of messaging in JSON, by noun."""
