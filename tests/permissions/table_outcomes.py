"""The permission table of what others do with a story: ask for its contact, compare, report on trying it."""

from __future__ import annotations

from tests.permissions.access import (
    ANSWERERS,
    ASKERS,
    MEMBERS,
    NEVER_ASKED,
    PRIVATE_READERS,
    PUBLIC,
    STORY_READERS,
    Row,
    json,
    page,
)

MESSAGE = {"message": "We have the same compressors. Could we talk?"}
ANSWER = {"answer": "Gladly, call in the morning."}

PAGES: list[Row] = [
    page("GET", "/use-cases/compare/", PUBLIC),
    page("POST", "/use-cases/<pk>/do/compare/", PUBLIC, "open_story"),
    page("POST", "/use-cases/<pk>/do/compare/", STORY_READERS, "story"),
    page("POST", "/use-cases/<pk>/do/compare/", PRIVATE_READERS, "draft"),
    page("GET", "/use-cases/contact-requests/", MEMBERS),
    page("GET POST", "/use-cases/<pk>/ask/", ASKERS, "story", MESSAGE),
    page("GET POST", "/use-cases/<pk>/ask/", NEVER_ASKED, "draft", MESSAGE),
    page("POST", "/use-cases/contact-requests/<pk>/accept/", ANSWERERS, "contact_request", ANSWER),
    page("POST", "/use-cases/contact-requests/<pk>/decline/", ANSWERERS, "contact_request", ANSWER),
]

JSON: list[Row] = [
    json("GET", "use-cases/compare", PUBLIC),
    json("POST", "use-cases/<pk>/contact-requests", ASKERS, "story", MESSAGE),
    json("POST", "use-cases/<pk>/contact-requests", NEVER_ASKED, "draft", MESSAGE),
    json("GET", "contact-requests", MEMBERS),
    json("POST", "contact-requests/<pk>/accept", ANSWERERS, "contact_request", ANSWER),
    json("POST", "contact-requests/<pk>/decline", ANSWERERS, "contact_request", ANSWER),
]
