"""Forms of the library: the shape of what is typed, no rules."""
