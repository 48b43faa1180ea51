"""The permission table of Django admin: for moderators, to look; what changes goes through admin actions."""

from __future__ import annotations

from tests.permissions.access import (
    NO_STAFF,
    PUBLIC,
    STAFF,
    STAFF_ENTRANCE,
    STAFF_FIND_NOTHING,
    Row,
    page,
)

#: Models in admin: their address, one of them, an admin action that a moderator may take on it if there is one,
#: and what a new one takes where moderators may add one.
_MODELS: tuple[tuple[str, str, str, dict[str, str] | None], ...] = (
    ("organizations/organization", "bolt", "verify", None),
    ("organizations/auditentry", "audit_entry", "", None),
    ("organizations/verificationrequest", "verification", "", None),
    ("accounts/user", "colleague", "suspend", None),
    ("accounts/invitation", "invitation", "cancel", None),
    ("messaging/notification", "notification", "", None),
    ("messaging/notificationpreference", "preference", "", None),
    ("messaging/messagereport", "message_report", "", None),
    ("usecases/usecase", "story", "take_down", None),
    ("usecases/contactrequest", "contact_request", "", None),
    ("usecases/replication", "report_published", "", None),
    ("forums/category", "category", "", {"name": "Welding", "position": "3", "colour": "petrol"}),
    ("forums/topic", "topic", "lock", None),
    ("forums/post", "reply", "delete", None),
    ("forums/reportedpost", "answer", "", None),
    ("forums/report", "report", "", None),
    ("forums/decision", "decision", "", None),
    ("forums/importedthread", "imported", "", None),
    ("usecases/importrun", "import_done", "", None),
    ("usecases/savedsearch", "saved_search", "", None),
    ("usecases/export", "export", "", None),
    ("dashboard/trendingscore", "trending_score", "", None),
    ("platform/bouncedaddress", "bounced", "send_again", None),
    ("platform/city", "city", "", None),
    ("platform/storedfile", "file", "delete_files", None),
    ("platform/deadletter", "dead_letter", "run_again", None),
    ("platform/taskrun", "heartbeat", "", None),
)


def _model(name: str, one: str, action: str, new: dict[str, str] | None) -> list[Row]:
    """The routes every model in admin has."""
    chosen = {"action": action, "_selected_action": f"@{one}", "index": "0"}
    return [
        page("GET POST", f"/admin/{name}/", STAFF, "", chosen if action else None),
        page("GET POST", f"/admin/{name}/add/", STAFF if new else NO_STAFF, "", new),
        page("GET", f"/admin/{name}/<object_id>/", STAFF, one),
        page("GET", f"/admin/{name}/<object_id>/change/", STAFF, one),
        page("POST", f"/admin/{name}/<object_id>/change/", NO_STAFF, one),
        page("GET POST", f"/admin/{name}/<object_id>/delete/", NO_STAFF, one),
        page("GET", f"/admin/{name}/<object_id>/history/", STAFF, one),
    ]


ADMIN: list[Row] = [
    page("GET", "/admin/", STAFF),
    page("GET", "/admin/login/", STAFF_ENTRANCE),
    page("POST", "/admin/logout/", PUBLIC),
    page("GET", "/admin/password_change/", STAFF),
    page("GET", "/admin/password_change/done/", STAFF),
    page("GET", "/admin/autocomplete/", NO_STAFF),
    page("GET", "/admin/jsi18n/", STAFF),
    page("GET", "/admin/r/<content_type_id>/<object_id>/", STAFF, "story_type story"),
    page("GET", "/admin/<app_label>/", STAFF, "usecases"),
    page("GET", "/admin/<url>", STAFF_FIND_NOTHING, "nothing/here"),
    page(
        "POST",
        "/admin/organizations/verificationrequest/<request_id>/decide/",
        STAFF,
        "verification",
        {"decision": "approve"},
    ),
    page(
        "POST",
        "/admin/forums/reportedpost/<post_id>/decide/",
        STAFF,
        "answer",
        {"decision": "hide", "reason": "It sells belts."},
    ),
    page(
        "POST",
        "/admin/messaging/messagereport/<report_id>/decide/",
        STAFF,
        "message_report",
        {"outcome": "warned", "reply": "Be kind."},
    ),
    page("POST", "/admin/forums/decision/<decision_id>/take-back/", STAFF, "decision"),
    *(row for model in _MODELS for row in _model(*model)),
]
