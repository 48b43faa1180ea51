"""Forms of people and of their administration: the shape of what is typed, no rules."""
