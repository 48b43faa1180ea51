"""Full-text search in PostgreSQL: what is stored beside a row, and how a person's words are looked up."""

from p2psandbox.platform.search.fulltext import MAX_QUERY, index_of, matching

__all__ = ["MAX_QUERY", "index_of", "matching"]
