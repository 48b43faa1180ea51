"""Files: uploads in parts, checks, renditions, expiring addresses. ``docs/files.md`` says how to build on it."""
