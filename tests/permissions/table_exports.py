"""The permission table of exports: a story as PDF, lists as files, and large ones in the background; and of imports."""

from __future__ import annotations

from tests.permissions.access import MEMBERS, OF_ADMINS, PRIVATE_WRITERS, RECIPIENT, Row, json, page, pattern

#                                 visitor unver.  author coll. admin stranger rival moderator
WITH_DRAFTS = pattern("           sign    confirm 403    403   in    403      in    in")
BY_SIGNATURE = pattern("          403     403     403    403   403   403      403   403")
# An organization's imports are there for its admins alone; nobody else is any organization's admin.
ITS_OWN_ADMINS = pattern("sign confirm 403 403 in 403 404 403")
CHOSEN = {"column-1": "title", "go": "check"}

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
    page("GET POST", "/use-cases/import/", OF_ADMINS, "", None, "a file is not sent here"),
    page("GET", "/use-cases/import/template/<name>/", OF_ADMINS, "csv"),
    page("GET POST", "/use-cases/import/<pk>/", ITS_OWN_ADMINS, "import_uploaded", CHOSEN, "looks only"),
    page("GET", "/use-cases/import/<pk>/", ITS_OWN_ADMINS, "import_done"),
    page("POST", "/use-cases/import/<pk>/drop/", ITS_OWN_ADMINS, "import_uploaded"),
    page("POST", "/use-cases/import/<pk>/undo/", ITS_OWN_ADMINS, "import_done"),
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
