"""The permission table of what others do with a story: ask for its contact, compare, report on trying it."""

from __future__ import annotations

from tests.permissions.access import (
    ANSWERERS,
    ASKERS,
    MEMBERS,
    NEVER_ASKED,
    PRIVATE_READERS,
    PRIVATE_WRITERS,
    PUBLIC,
    STORY_READERS,
    Row,
    json,
    page,
    pattern,
)

MESSAGE = {"message": "We have the same compressors. Could we talk?"}
ANSWER = {"answer": "Gladly, call in the morning."}

REPORT = {"outcome": "partly", "summary": "We tried it on one line, and half of it came out the same."}
NOTE = {"note": "Say on how many machines, please."}
# Lina's report for Khalil Plastics on Ben's story waits for Kamal; Kamal's on another one is published.
REPORTERS = pattern("sign confirm 404 404 404 in  in in")
WHO_SIGNS = pattern("sign confirm 404 404 404 403 in in")
ITS_WRITERS = pattern("sign confirm 403 403 403 403 in in")

PAGES: list[Row] = [
    page("GET POST", "/use-cases/<pk>/tried/", ASKERS, "open_story", REPORT),
    page("GET POST", "/use-cases/<pk>/tried/", NEVER_ASKED, "draft", REPORT),
    page("POST", "/use-cases/replications/<pk>/approve/", WHO_SIGNS, "report_waiting"),
    page("GET POST", "/use-cases/replications/<pk>/reject/", WHO_SIGNS, "report_waiting", NOTE),
    page("POST", "/use-cases/replications/<pk>/withdraw/", REPORTERS, "report_waiting"),
    page("POST", "/use-cases/replications/<pk>/withdraw/", ITS_WRITERS, "report_published"),
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
    json("POST", "use-cases/<pk>/replications", ASKERS, "open_story", REPORT),
    json("POST", "use-cases/<pk>/replications", NEVER_ASKED, "draft", REPORT),
    json("GET", "use-cases/<pk>/replications", MEMBERS, "story"),
    json("GET", "use-cases/<pk>/replications", PRIVATE_WRITERS, "draft"),
    json("PATCH DELETE", "replications/<pk>", REPORTERS, "report_waiting", REPORT),
    json("DELETE", "replications/<pk>", ITS_WRITERS, "report_published"),
    json("POST", "replications/<pk>/approve", WHO_SIGNS, "report_waiting", {}),
    json("POST", "replications/<pk>/reject", WHO_SIGNS, "report_waiting", NOTE),
    json("GET", "use-cases/compare", PUBLIC),
    json("POST", "use-cases/<pk>/contact-requests", ASKERS, "story", MESSAGE),
    json("POST", "use-cases/<pk>/contact-requests", NEVER_ASKED, "draft", MESSAGE),
    json("GET", "contact-requests", MEMBERS),
    json("POST", "contact-requests/<pk>/accept", ANSWERERS, "contact_request", ANSWER),
    json("POST", "contact-requests/<pk>/decline", ANSWERERS, "contact_request", ANSWER),
]
