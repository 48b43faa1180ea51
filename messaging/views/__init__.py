"""Pages of messaging, by noun."""
