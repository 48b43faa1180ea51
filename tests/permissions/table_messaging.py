"""The permission table of messages and notifications: everybody reads their own, and says how they want to be told."""

from __future__ import annotations

from tests.permissions.access import MEMBERS, OWN, PUBLIC, RECIPIENT, TALKERS, WARNED, Row, json, page

QUIETER = {"reply": {"in_app": True, "email": "daily"}}
#: The whole form is sent each time; what is missing in it is no choice of that field.
INCOMPLETE = "each kind needs its frequency"
#: Why a message is reported, and what everybody may write to somebody.
RUDE = {"reason": "rude", "note": ""}
HELLO = {"body": "Hello"}

PAGES: list[Row] = [
    page("GET", "/messages/", MEMBERS),
    page("GET", "/messages/new/", MEMBERS),
    page("GET", "/messages/search/", MEMBERS),
    page("GET POST", "/messages/<person_id>/", MEMBERS, "olga", HELLO),
    page("POST", "/messages/<person_id>/delete/", TALKERS, "sven"),
    page("POST", "/messages/<person_id>/block/", MEMBERS, "olga"),
    page("POST", "/messages/one/<message_id>/delete/", RECIPIENT, "message"),
    page("GET POST", "/messages/one/<message_id>/report/", RECIPIENT, "message", RUDE),
    page("GET", "/messages/one/<message_id>/warning/", WARNED, "warned"),
    page("GET POST", "/settings/messages/", OWN),
    page("GET", "/notifications/", MEMBERS),
    page("GET", "/notifications/<notification_id>/", RECIPIENT, "notification"),
    page("POST", "/notifications/read-all/", MEMBERS),
    page("GET POST", "/settings/notifications/", OWN, "", {"reply-email": "daily"}, INCOMPLETE),
]

JSON: list[Row] = [
    json("GET POST", "messages", MEMBERS, "", HELLO | {"recipient": "@olga"}),
    json("GET", "messages/unread-count", MEMBERS),
    json("GET", "messages/search", MEMBERS),
    json("GET PATCH", "messages/preferences", OWN, "", {"read_receipts": False}),
    json("GET", "messages/blocks", OWN),
    json("PUT DELETE", "messages/blocks/<person_id>", MEMBERS, "olga"),
    json("DELETE", "messages/one/<message_id>", RECIPIENT, "message"),
    json("GET", "messages/<person_id>", MEMBERS, "olga"),
    json("DELETE", "messages/<person_id>", TALKERS, "sven"),
    json("PATCH", "messages/<message_id>/read", RECIPIENT, "message", {}),
    json("POST", "messages/<message_id>/report", RECIPIENT, "message", RUDE),
    json("GET", "notifications", MEMBERS),
    json("PATCH", "notifications/<notification_id>", RECIPIENT, "notification", {"read": True}),
    json("POST", "notifications/read-all", MEMBERS),
    json("GET PATCH", "notifications/preferences", OWN, "", QUIETER),
    json("GET PUT", "notifications/quiet-hours", OWN, "", {"begins": "22:00", "ends": "07:00"}),
]

#: The link in a mail: whoever holds it ends that mail, without signing in and without a CSRF token (RFC 8058).
UNSUBSCRIBE: list[Row] = [
    Row("signed", ("GET", "POST"), "/notifications/unsubscribe/<token>/", PUBLIC, "unsubscribe_token"),
]
