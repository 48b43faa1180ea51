"""What is measured: the rows of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``server`` names the settings it runs under (empty: the product's own).

    ``connections`` overrides the number given on the command line; ``script`` is a Lua file beside this one.
    """

    key: str
    title: str
    server: str = ""
    script: str = "pages.lua"
    connections: int | None = None


#: The row all others are compared with.
REFERENCE = "bare"

ROWS = (
    Row("bare", "bare view, no middleware", server="bare"),
    Row("stack", "bare view, all middleware, signed in", server="stack"),
    Row("health", "/health"),
    Row("topics", "topic list"),
    Row("topics_filtered", "topic list, three filters"),
    Row("search_common", "search, a word of many posts"),
    Row("search_rare", "search, a word of few posts"),
    Row("search_sentence", "search, nine words of a question"),
    Row("search_words", "search, several words and filters"),
    Row("suggestions", "suggestions while typing"),
    Row("topic", "topic page, short threads"),
    Row("long_first", "topic page, longest thread, first page"),
    Row("long_middle", "topic page, longest thread, middle page"),
    Row("long_last", "topic page, longest thread, last page"),
    Row("branch_last", "replies of the longest branch, last page"),
    Row("messages", "list of conversations"),
    Row("talk", "conversation, the longest, newest page"),
    Row("talk_middle", "conversation, the longest, middle page"),
    Row("use_cases", "use case list"),
    Row("use_cases_facets", "use case list, four facets"),
    Row("cities", "cities while typing"),
    Row("use_case", "use case page"),
    Row("people", "directory of people, searched"),
    Row("members", "members' list of an admin"),
    Row("dashboard", "home page, signed in"),
    Row("stats", "statistics of 30 days (JSON)"),
    Row("feed", "activity feed (JSON)"),
    Row("updates", "poll of an open page, whole answer (JSON)"),
    Row("updates_unchanged", "poll of an open page, nothing new (304)", script="unchanged.lua"),
    Row("sign_in", "sign-in (Argon2)", script="sign_in.lua", connections=4),
)
#: Not of the table: see :mod:`benchmarks.crowd`.
CROWD = Row("crowd", "a thousand people with time to think (JSON)", script="crowd.lua")

BY_KEY = {row.key: row for row in ROWS}
