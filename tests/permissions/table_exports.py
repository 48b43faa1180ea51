"""The permission table of exports: a story as PDF, lists as files, and large ones in the background."""

from __future__ import annotations

from tests.permissions.access import MEMBERS, PRIVATE_WRITERS, RECIPIENT, Row, json, page, pattern

#                                 visitor unver.  author coll. admin stranger rival moderator
WITH_DRAFTS = pattern("           sign    confirm 403    403   in    403      in    in")
BY_SIGNATURE = pattern("          403     403     403    403   403   403      403   403")

PAGES: list[Row] = [
    page("GET", "/use-cases/exports/", MEMBERS),
    page("POST", "/use-cases/exports/ask/", MEMBERS, "", {"format": "xlsx", "industry": "metals"}),
    page("POST", "/use-cases/exports/ask/", WITH_DRAFTS, "", {"format": "xlsx", "drafts": "1"}),
    page("GET", "/use-cases/exports/<pk>/", RECIPIENT, "export"),
    page("GET", "/use-cases/exports/<pk>/download/", RECIPIENT, "export"),
    page("GET", "/use-cases/exports/<pk>/file/", BY_SIGNATURE, "export"),
    page("POST", "/use-cases/exports/<pk>/cancel/", RECIPIENT, "export"),
    page("GET", "/use-cases/export/", MEMBERS),
    page("GET", "/use-cases/<pk>/export/pdf/", MEMBERS, "story"),
    page("GET", "/use-cases/<pk>/export/pdf/", PRIVATE_WRITERS, "draft"),
    page("GET", "/use-cases/<pk>/export/pdf/", PRIVATE_WRITERS, "withdrawn"),
]

JSON: list[Row] = [
    json("GET POST", "exports", MEMBERS, "", {"format": "xlsx", "filters": {"industry": "metals"}}),
    json("POST", "exports", WITH_DRAFTS, "", {"format": "xlsx", "drafts": True}),
    json("GET DELETE", "exports/<pk>", RECIPIENT, "export"),
    json("GET", "use-cases/export", MEMBERS),
    json("GET", "use-cases/<pk>/export", MEMBERS, "story"),
    json("GET", "use-cases/<pk>/export", PRIVATE_WRITERS, "draft"),
    json("GET", "use-cases/<pk>/export", PRIVATE_WRITERS, "waiting"),
]
