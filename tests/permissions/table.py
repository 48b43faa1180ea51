"""The permission table of the product's pages and JSON: one line a route, method and thing pointed at.

How to read a line: ``access.py`` has the columns and the patterns, ``specimens.py`` the things. A route that is
missing here fails the test.
"""

from __future__ import annotations

from tests.permissions.access import (
    ADMINS,
    ASKER,
    BINNED,
    COMPANIES,
    ENTRANCE,
    GHOST,
    MEMBERS,
    MODERATORS,
    NOWHERE,
    ONES_OWN,
    ONLY_MODERATORS_SEE,
    OWN,
    PENDING,
    PRIVATE_MODERATED,
    PRIVATE_READERS,
    PRIVATE_SIGNERS,
    PRIVATE_WRITERS,
    PUBLIC,
    SIGN_FIRST,
    STORY_READERS,
    STORY_SIGNERS,
    STORY_WRITERS,
    VISITORS,
    WHO_DELETED,
    WRITER,
    Row,
    json,
    page,
)
from tests.permissions.table_admin import ADMIN
from tests.permissions.table_allauth import ALLAUTH
from tests.permissions.table_files import JSON as FILES_JSON
from tests.permissions.table_files import PAGES as FILES_PAGES
from tests.permissions.table_files import SIGNED

SIGN_UP = {
    "email": "new@example.com", "password": "correct-horse-battery", "first_name": "Nina", "last_name": "Neu",
    "organization_name": "Neu & Sons",
}  # fmt: skip
PROFILE = {"first_name": "Benno", "last_name": "Krause", "language": "en", "time_zone": "UTC"}
QUESTION = {"category": "@category", "title": "Which belt lasts longer?", "body": "<p>Ours tear every month.</p>"}
REPLY = {"body": "<p>Look at the pulley first.</p>"}
STORY = {"title": "Less scrap with a better nozzle", "technologies": ["PLC"], "contact": {"name": "Ben"}}
NOTE = {"note": "Say what it cost, please."}
NEW_PASSWORD = {"current_password": "@password", "new_password": "another-horse-battery"}
STALE = "the key is no good"

PAGES: list[Row] = [
    page("GET", "/", ENTRANCE),
    page("GET", "/health", PUBLIC),
    page("GET", "/health/detailed", PUBLIC),
    page("GET", "/api/docs/", PUBLIC),
    # -- Accounts (the rest is allauth's: see table_allauth.py) ------------------------------------------------
    page("GET POST", "/accounts/signup/", PUBLIC, "", SIGN_UP | {"form_key": "k"}),
    page("GET", "/accounts/signup/sent/", PUBLIC),
    page("GET", "/accounts/verification/", OWN),
    page("GET", "/accounts/verification/resend/", PUBLIC),
    page("POST", "/accounts/verification/resend/", PENDING, "", {"email": "nobody@example.com"}),
    page("GET POST", "/accounts/confirm-email/<key>/", PUBLIC, "confirm_key"),
    page("GET POST", "/accounts/password/reset/key/<uidb36>-<key>/", PUBLIC, "reset_person reset_key"),
    page("GET POST", "/accounts/sessions/", OWN),
    page("POST", "/accounts/sessions/<session>/end/", ONES_OWN, "session"),
    page("POST", "/accounts/sessions/end-all/", OWN),
    page("GET POST", "/accounts/held-form/", OWN),
    page("GET POST", "/accounts/login/code/confirm/", NOWHERE),
    page("GET POST", "/settings/profile/", OWN, "", PROFILE),
    # -- Organizations -----------------------------------------------------------------------------------------
    page("GET", "/organizations/<slug>/", PUBLIC, "bolt_slug"),
    page("GET", "/organizations/<slug>/", GHOST, "ghost_slug"),
    # -- Use cases ---------------------------------------------------------------------------------------------
    page("GET", "/use-cases/", PUBLIC),
    page("GET POST", "/use-cases/new/", COMPANIES, "", {"title": STORY["title"], "industry": "metals", "key": "k"}),
    page("GET", "/use-cases/review/", ADMINS),
    page("GET", "/use-cases/<pk>/", PUBLIC, "open_story"),
    page("GET", "/use-cases/<pk>/<slug>/", PUBLIC, "open_story open_story_slug"),
    page("GET", "/use-cases/<pk>/<slug>/", STORY_READERS, "story story_slug"),
    page("GET", "/use-cases/<pk>/", PRIVATE_READERS, "draft"),
    page("GET", "/use-cases/<pk>/", PRIVATE_READERS, "waiting"),
    page("GET", "/use-cases/<pk>/<slug>/", PRIVATE_READERS, "waiting waiting_slug"),
    page("GET", "/use-cases/<pk>/", PRIVATE_READERS, "withdrawn"),
    page("GET", "/use-cases/<pk>/", NOWHERE, "binned"),
    page("GET POST", "/use-cases/<pk>/edit/<step>/", PRIVATE_WRITERS, "draft 1", {"title": STORY["title"]}),
    page("GET POST", "/use-cases/<pk>/edit/<step>/", STORY_WRITERS, "story 2", {"problem": "<p>It was slow.</p>"}),
    page("GET POST", "/use-cases/<pk>/edit/<step>/", BINNED, "binned 3"),
    page("POST", "/use-cases/<pk>/do/submit/", PRIVATE_WRITERS, "draft"),
    page("POST", "/use-cases/<pk>/do/submit/", STORY_WRITERS, "story"),
    page("POST", "/use-cases/<pk>/do/approve/", PRIVATE_SIGNERS, "waiting"),
    page("POST", "/use-cases/<pk>/do/approve/", STORY_SIGNERS, "changed"),
    page("GET POST", "/use-cases/<pk>/do/reject/", PRIVATE_SIGNERS, "waiting", NOTE),
    page("POST", "/use-cases/<pk>/do/publish/", PRIVATE_SIGNERS, "draft"),
    page("POST", "/use-cases/<pk>/do/publish/", PRIVATE_SIGNERS, "withdrawn"),
    page("GET POST", "/use-cases/<pk>/do/unpublish/", STORY_SIGNERS, "story", NOTE),
    page("GET POST", "/use-cases/<pk>/do/take-down/", MODERATORS, "story", NOTE),
    page("GET POST", "/use-cases/<pk>/do/take-down/", PRIVATE_MODERATED, "waiting", NOTE, "only what is published"),
    page("POST", "/use-cases/<pk>/do/feature/", MODERATORS, "story"),
    page("POST", "/use-cases/<pk>/do/discard/", STORY_WRITERS, "changed"),
    page("POST", "/use-cases/<pk>/do/delete/", STORY_WRITERS, "story"),
    page("POST", "/use-cases/<pk>/do/delete/", PRIVATE_WRITERS, "draft"),
    page("POST", "/use-cases/<pk>/do/like/", MEMBERS, "story"),
    page("POST", "/use-cases/<pk>/do/like/", PRIVATE_WRITERS, "draft", None, "drafts take no likes"),
    page("POST", "/use-cases/<pk>/do/bookmark/", MEMBERS, "story"),
    page("POST", "/use-cases/<pk>/do/bookmark/", PRIVATE_WRITERS, "draft"),
    # -- Forums ------------------------------------------------------------------------------------------------
    page("GET", "/forums/", MEMBERS),
    page("GET", "/forums/<slug>/", MEMBERS, "machines"),
    page("GET POST", "/forums/topics/new/", MEMBERS, "", QUESTION),
    page("GET", "/forums/topics/<topic_id>/", MEMBERS, "topic"),
    page("GET", "/forums/topics/<topic_id>/", ONLY_MODERATORS_SEE, "gone_topic"),
    page("GET", "/forums/topics/<topic_id>/<slug>/", MEMBERS, "topic topic_slug"),
    page("GET", "/forums/topics/<topic_id>/<slug>/", ONLY_MODERATORS_SEE, "gone_topic topic_slug"),
    page("GET POST", "/forums/topics/<topic_id>/edit/", WRITER, "topic", QUESTION),
    page("GET POST", "/forums/topics/<topic_id>/edit/", ONLY_MODERATORS_SEE, "gone_topic", QUESTION, "it is deleted"),
    page("POST", "/forums/topics/<topic_id>/delete/", WRITER, "topic"),
    page("GET", "/forums/topics/<topic_id>/deleted/", WHO_DELETED, "gone_topic"),
    page("POST", "/forums/topics/<topic_id>/restore/", WHO_DELETED, "gone_topic"),
    page("POST", "/forums/topics/<topic_id>/moderate/", MODERATORS, "topic", {"locked": "1", "pinned": "1"}),
    page("GET POST", "/forums/topics/<topic_id>/reply/", MEMBERS, "topic", REPLY),
    page("GET POST", "/forums/topics/<topic_id>/reply/", ONLY_MODERATORS_SEE, "gone_topic", REPLY, "it is deleted"),
    page("GET", "/forums/posts/<post_id>/", MEMBERS, "reply"),
    page("GET", "/forums/posts/<post_id>/", MEMBERS, "gone_reply"),
    page("GET POST", "/forums/posts/<post_id>/edit/", WRITER, "reply", REPLY),
    page("GET POST", "/forums/posts/<post_id>/edit/", ONLY_MODERATORS_SEE, "hidden_reply", REPLY),
    page("POST", "/forums/posts/<post_id>/delete/", WRITER, "reply"),
    page("POST", "/forums/posts/<post_id>/restore/", WHO_DELETED, "gone_reply"),
    page("POST", "/forums/posts/<post_id>/like/", MEMBERS, "reply"),
    page("POST", "/forums/posts/<post_id>/like/", ONLY_MODERATORS_SEE, "hidden_reply"),
    page("POST", "/forums/posts/<post_id>/best-answer/", ASKER, "answer"),
    *FILES_PAGES,
]

JSON: list[Row] = [
    json("GET", "schema/", PUBLIC),
    # -- Accounts ----------------------------------------------------------------------------------------------
    json("POST", "auth/signup", VISITORS, "", SIGN_UP),
    json("POST", "auth/login", PUBLIC, "", {"email": "@colleague_email", "password": "@password", "remember": False}),
    json("POST", "auth/mfa", SIGN_FIRST, "", {"code": "123456"}),
    json("POST", "auth/logout", PUBLIC),
    json("GET", "auth/session", OWN),
    json("POST", "auth/session/refresh", OWN),
    json("POST", "auth/password/reset", PUBLIC, "", {"email": "nobody@example.com"}),
    json("POST", "auth/password/reset/confirm", PUBLIC, "", {"key": "a-b", "new_password": "x" * 12}, STALE),
    json("POST", "auth/password/change", OWN, "", NEW_PASSWORD),
    json("POST", "auth/email/verify", PUBLIC, "", {"key": "@confirm_key"}),
    json("POST", "auth/email/resend", PUBLIC, "", {"email": "nobody@example.com"}),
    json("GET", "auth/sessions", OWN),
    json("DELETE", "auth/sessions/<session>", ONES_OWN, "session"),
    json("GET PATCH", "users/me", OWN, "", PROFILE | {"expertise": ["Welding"]}),
    # -- Organizations -----------------------------------------------------------------------------------------
    json("GET", "organizations/<organization_id>", PUBLIC, "bolt"),
    json("GET", "organizations/<organization_id>", GHOST, "ghost"),
    # -- Use cases ---------------------------------------------------------------------------------------------
    json("GET", "use-cases", PUBLIC),
    json("POST", "use-cases", COMPANIES, "", STORY),
    json("GET", "use-cases/<pk>", PUBLIC, "open_story"),
    json("GET", "use-cases/<pk>", STORY_READERS, "story"),
    json("GET", "use-cases/<pk>", PRIVATE_READERS, "draft"),
    json("GET", "use-cases/<pk>", PRIVATE_READERS, "waiting"),
    json("GET", "use-cases/<pk>", PRIVATE_READERS, "withdrawn"),
    json("GET", "use-cases/<pk>", NOWHERE, "binned"),
    json("PATCH DELETE", "use-cases/<pk>", STORY_WRITERS, "story", STORY),
    json("PATCH DELETE", "use-cases/<pk>", PRIVATE_WRITERS, "draft", STORY),
    json("PATCH DELETE", "use-cases/<pk>", BINNED, "binned", STORY),
    json("POST", "use-cases/<pk>/submit", PRIVATE_WRITERS, "draft", {}),
    json("POST", "use-cases/<pk>/submit", STORY_WRITERS, "story", {}),
    json("POST", "use-cases/<pk>/approve", PRIVATE_SIGNERS, "waiting", {}),
    json("POST", "use-cases/<pk>/approve", STORY_SIGNERS, "changed", {}),
    json("POST", "use-cases/<pk>/reject", PRIVATE_SIGNERS, "waiting", NOTE),
    json("POST", "use-cases/<pk>/publish", PRIVATE_SIGNERS, "draft", {}),
    json("POST", "use-cases/<pk>/publish", PRIVATE_SIGNERS, "withdrawn", {}),
    json("POST", "use-cases/<pk>/unpublish", STORY_SIGNERS, "story", NOTE),
    json("GET", "use-cases/<pk>/history", STORY_WRITERS, "story"),
    json("GET", "use-cases/<pk>/history", PRIVATE_WRITERS, "draft"),
    json("PUT DELETE", "use-cases/<pk>/like", MEMBERS, "story"),
    json("PUT DELETE", "use-cases/<pk>/like", PRIVATE_WRITERS, "draft", None, "drafts take no likes"),
    json("PUT DELETE", "use-cases/<pk>/bookmark", MEMBERS, "story"),
    json("PUT DELETE", "use-cases/<pk>/bookmark", PRIVATE_WRITERS, "waiting"),
    # -- Forums ------------------------------------------------------------------------------------------------
    json("GET", "forums/categories", MEMBERS),
    json("GET POST", "forums/topics", MEMBERS, "", QUESTION | {"tags": ["belt"]}),
    json("GET", "forums/topics/<topic_id>", MEMBERS, "topic"),
    json("PATCH DELETE", "forums/topics/<topic_id>", WRITER, "topic", {"title": QUESTION["title"]}),
    json("PATCH", "forums/topics/<topic_id>", MODERATORS, "topic", {"category": "@other_category"}),
    json("GET DELETE", "forums/topics/<topic_id>", ONLY_MODERATORS_SEE, "gone_topic"),
    json("GET POST", "forums/topics/<topic_id>/posts", MEMBERS, "topic", REPLY | {"parent": "@reply"}),
    json("GET", "forums/topics/<topic_id>/posts", ONLY_MODERATORS_SEE, "gone_topic"),
    json("PUT DELETE", "forums/topics/<topic_id>/best-answer", ASKER, "topic", {"post": "@answer"}),
    json("GET", "forums/posts/<post_id>", MEMBERS, "reply"),
    json("PATCH DELETE", "forums/posts/<post_id>", WRITER, "reply", REPLY),
    json("GET", "forums/posts/<post_id>", ONLY_MODERATORS_SEE, "gone_reply"),
    json("GET PATCH DELETE", "forums/posts/<post_id>", ONLY_MODERATORS_SEE, "hidden_reply", REPLY),
    json("PUT DELETE", "forums/posts/<post_id>/like", MEMBERS, "reply"),
    json("PUT DELETE", "forums/posts/<post_id>/like", ONLY_MODERATORS_SEE, "hidden_reply"),
    *FILES_JSON,
]

TABLE: list[Row] = [*PAGES, *JSON, *SIGNED, *ALLAUTH, *ADMIN]
