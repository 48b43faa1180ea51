"""The forums' pages: parse, one query or action, render."""
