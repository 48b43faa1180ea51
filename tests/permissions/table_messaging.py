"""The permission table of notifications: everybody reads their own, and says how they want to be told."""

from __future__ import annotations

from tests.permissions.access import MEMBERS, OWN, PUBLIC, RECIPIENT, Row, json, page

QUIETER = {"reply": {"in_app": True, "email": "daily"}}
#: The whole form is sent each time; what is missing in it is no choice of that field.
INCOMPLETE = "each kind needs its frequency"

PAGES: list[Row] = [
    page("GET", "/notifications/", MEMBERS),
    page("GET", "/notifications/<notification_id>/", RECIPIENT, "notification"),
    page("POST", "/notifications/read-all/", MEMBERS),
    page("GET POST", "/settings/notifications/", OWN, "", {"reply-email": "daily"}, INCOMPLETE),
]

JSON: list[Row] = [
    json("GET", "notifications", MEMBERS),
    json("PATCH", "notifications/<notification_id>", RECIPIENT, "notification", {"read": True}),
    json("POST", "notifications/read-all", MEMBERS),
    json("GET PATCH", "notifications/preferences", OWN, "", QUIETER),
]

#: The link in a mail: whoever holds it ends that mail, without signing in and without a CSRF token (RFC 8058).
UNSUBSCRIBE: list[Row] = [
    Row("signed", ("GET", "POST"), "/notifications/unsubscribe/<token>/", PUBLIC, "unsubscribe_token"),
]
