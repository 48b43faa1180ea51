"""Forms of messaging: the shape of what is typed, no rules."""
