"""The permission table of files: what is attached nowhere is its uploader's, and signed addresses ask nobody."""

from __future__ import annotations

from tests.permissions.access import ADMINS, MEMBERS, ONES_OWN, OWN, PUBLIC, Row, json, page, pattern, signed

#                                 visitor unver.  author coll. admin stranger rival moderator
DELETERS = pattern("              sign    404     in     404   404   404      404   in")
UNCLAIMED = pattern("             sign    404     404    404   404   404      404   404")
POST_READERS = pattern("           sign    404     in     in    in    in       in    in")
GONE_POST_READERS = pattern("      sign    404     404    404   404   404      404   in")
STORY_FILE_READERS = pattern("     sign    404     in     in    in    in       in    in")
DRAFT_FILE_READERS = pattern("     sign    404     in     404   in    404      404   in")
BY_SIGNATURE = pattern("          403     403     403    403   403   403      403   403")

_FILE = {"name": "manual.pdf", "size": 400, "content_type": "application/pdf", "purpose": "attachment"}
_PICTURE = {"name": "me.jpg", "size": 400, "content_type": "image/jpeg"}

PAGES: list[Row] = [
    page("GET", "/files/<file_id>/", ONES_OWN, "file"),
    page("GET", "/files/<file_id>/", UNCLAIMED, "unclaimed"),
    page("GET", "/files/<file_id>/", POST_READERS, "post_file"),
    page("GET", "/files/<file_id>/", GONE_POST_READERS, "gone_post_file"),
    page("GET", "/files/<file_id>/", STORY_FILE_READERS, "story_file"),
    page("GET", "/files/<file_id>/", DRAFT_FILE_READERS, "draft_file"),
    page("GET", "/files/<file_id>/<rendition>/", ONES_OWN, "file download"),
    page("GET", "/files/<file_id>/<rendition>/", POST_READERS, "post_file download"),
    page("GET", "/files/<file_id>/<rendition>/", UNCLAIMED, "unclaimed download"),
    page("GET", "/files/<file_id>/<rendition>/<shown_as>/", BY_SIGNATURE, "file kept inline"),
    page("GET", "/pictures/<public_key>/<name>.webp", PUBLIC, "portrait small"),
]

JSON: list[Row] = [
    json("POST", "files", MEMBERS, "", _FILE),
    json("POST", "files", OWN, "", _PICTURE | {"purpose": "avatar"}),
    json("POST", "files", ADMINS, "", _PICTURE | {"purpose": "logo"}),
    json("POST", "files", ADMINS, "", _FILE | {"purpose": "evidence"}),
    json("GET", "files/<file_id>", ONES_OWN, "file"),
    json("GET", "files/<file_id>", UNCLAIMED, "unclaimed"),
    json("GET", "files/<file_id>", POST_READERS, "post_file"),
    json("GET", "files/<file_id>", GONE_POST_READERS, "gone_post_file"),
    json("DELETE", "files/<file_id>", DELETERS, "file"),
    json("POST", "files/<file_id>/complete", ONES_OWN, "upload", {}),
]

SIGNED: list[Row] = [
    signed("PUT", "files/<file_id>/parts/<number>", PUBLIC, "upload 1", None, "the address carries no signature here"),
]
