"""The forums' JSON endpoints, by noun."""
