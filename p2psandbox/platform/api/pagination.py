"""Numbered lists and feeds, as API.md describes them."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination, PageNumberPagination


class NumberedPages(PageNumberPagination):
    """``?page=&page_size=`` (1–100, default 20) → ``count, next, previous, results``."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class Feed(CursorPagination):
    """``?cursor=`` → ``next, previous, results``; newest first."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = ("-created_at", "-id")
