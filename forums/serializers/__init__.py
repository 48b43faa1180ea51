"""Shapes of the forums in JSON, by noun."""
