"""The permission table of exports: a story as PDF, lists as files, and large ones in the background."""

from __future__ import annotations

from tests.permissions.access import MEMBERS, PRIVATE_WRITERS, Row, json, page

PAGES: list[Row] = [
    page("GET", "/use-cases/export/", MEMBERS),
    page("GET", "/use-cases/<pk>/export/pdf/", MEMBERS, "story"),
    page("GET", "/use-cases/<pk>/export/pdf/", PRIVATE_WRITERS, "draft"),
    page("GET", "/use-cases/<pk>/export/pdf/", PRIVATE_WRITERS, "withdrawn"),
]

JSON: list[Row] = [
    json("GET", "use-cases/export", MEMBERS),
    json("GET", "use-cases/<pk>/export", MEMBERS, "story"),
    json("GET", "use-cases/<pk>/export", PRIVATE_WRITERS, "draft"),
    json("GET", "use-cases/<pk>/export", PRIVATE_WRITERS, "waiting"),
]
