"""Shapes of people and of their administration in JSON."""
