"""Counters and locks that guard accounts: in Redis, and in PostgreSQL while Redis is away.

See docs/decisions/0013-guards-without-redis.md.
"""
