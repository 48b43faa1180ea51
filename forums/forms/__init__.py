"""The forums' forms: the shape of what is typed, no rules."""
