"""Finds what to request in a seeded database, signs people in, counts queries: a Django process of its own.

``python -m benchmarks.targets DIRECTORY ROW…`` writes, per row, ``<key>.paths`` and ``<key>.cookies`` (what the Lua
scripts read) and ``targets.json`` with the queries and the size of each answer.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

HOST = "bench.example"
#: People who are signed in; their requests rotate.
PEOPLE = 24
#: Admins of companies, for what only they see.
ADMINS = 8
#: People who ask with time to think between: see :mod:`benchmarks.crowd`.
CROWD_PEOPLE = 1000
#: Different pages per row, where there are as many.
PAGES = 48
#: Requests with an empty cache, of which the slowest but one is reported: the 95th of a hundred.
COLD_REQUESTS = 20
#: A secret as Django makes them. Sent as cookie and as form field it satisfies the CSRF check.
CSRF = "benchmarkbenchmarkbenchmark12345"

#: Each request comes from an address of its own: rate limits count per address, and these are many people.
_addresses = (f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}" for _ in iter(int, 1))


def main(directory: Path, rows: list[str]) -> None:
    """Write everything the load needs for these rows into ``directory``."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings_stack"
    import django

    django.setup()
    directory.mkdir(parents=True, exist_ok=True)
    _forget_sessions()
    cookies = _sign_in(_people(CROWD_PEOPLE if "crowd" in rows else PEOPLE))
    of_admins = _sign_in(_people(ADMINS, role="admin")) if "members" in rows else []
    talker, talks = _longest_conversation() if any(row.startswith("talk") for row in rows) else ("", {})
    of_talkers = _sign_in([talker]) if talker else []
    from django.urls import reverse

    measured: dict[str, Any] = {}
    for key, paths in (_paths() | talks).items():
        if key not in rows:
            continue
        (directory / f"{key}.paths").write_text("\n".join(paths) + "\n")
        theirs = of_admins if key == "members" else of_talkers if key.startswith("talk") else cookies
        (directory / f"{key}.cookies").write_text("\n".join(theirs) + "\n")
        measured[key] = _ask("GET", paths, theirs)
        if key in ("updates_unchanged", "crowd"):  # open pages poll with the ETag of what they know
            polled = reverse("api:updates")
            (directory / f"{key}.cookies").write_text("".join(f"{one}\t{_etag(polled, one)}\n" for one in theirs))
    if "sign_in" in rows:
        bodies = _sign_in_bodies(_people(500))
        (directory / "sign_in.paths").write_text("\n".join(bodies) + "\n")
        (directory / "sign_in.cookies").write_text(f"csrftoken={CSRF}\n")
        measured["sign_in"] = _ask("POST", bodies[-3:], [f"csrftoken={CSRF}"])
    (directory / "targets.json").write_text(json.dumps(measured, indent=1))


def _people(count: int, **columns: str) -> list[str]:
    """Return e-mail addresses of members with these columns, spread over companies."""
    from accounts.models import User
    from dashboard.seeding import DOMAIN

    members = User.objects.filter(email__endswith=f"@{DOMAIN}", is_staff=False, **columns).order_by("email")
    return list(members.values_list("email", flat=True)[:count])


def _longest_conversation() -> tuple[str, dict[str, list[str]]]:
    """Return whose conversation is the longest, and the pages of it that are measured."""
    from django.db.models import Count
    from django.urls import reverse

    from messaging.models import Message, Participant
    from p2psandbox.platform.keyset import older_than

    counted = Message.objects.values("conversation").annotate(count=Count("pk")).order_by("-count")
    own = Participant.objects.filter(conversation=counted[0]["conversation"]).select_related("person")[0]
    rows = Message.objects.filter(conversation=own.conversation_id).order_by("created_at").defer("vector")
    middle = older_than(rows[counted[0]["count"] // 2], column="created_at", feed=own.other_id.hex)
    address = reverse("messaging:conversation", args=[own.other_id])
    return own.person.email, {"talk": [address], "talk_middle": [f"{address}?cursor={middle}"]}


def _forget_sessions() -> None:
    """Start as a new day does: signing in looks through the sessions a person has already."""
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    UserSession.objects.all().delete()
    Session.objects.all().delete()


def _sign_in_bodies(emails: list[str]) -> list[str]:
    from dashboard.seeding import PASSWORD

    return [urlencode({"login": email, "password": PASSWORD, "csrfmiddlewaretoken": CSRF}) for email in emails]


def _sign_in(emails: list[str]) -> list[str]:
    """Sign people in as they do it themselves, and return their cookies."""
    from django.conf import settings

    found = []
    for body in _sign_in_bodies(emails):
        response, _queries = _request("POST", body, f"csrftoken={CSRF}")
        if response.status_code != 302:
            sys.exit(f"Signing in answered {response.status_code} instead of leading on.")
        session = response.cookies[settings.SESSION_COOKIE_NAME].value
        found.append(f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={CSRF}")
    return found


def _paths() -> dict[str, list[str]]:
    """Return the addresses of each row."""
    from django.urls import reverse

    from forums.models import Post, Topic, page_of, topic_url
    from usecases.models import Status, UseCase

    topics = Topic.objects.alive()
    short = topics.filter(last_number__gt=4, last_number__lt=20).order_by("-view_count", "id")[:PAGES]
    longest = topics.order_by("-last_number", "id")[0]
    last = page_of(longest.branch_count)
    address = longest.get_absolute_url()
    nested = Post.objects.alive().select_related("topic").order_by("-branch_place", "id")[0]
    place = (nested.number, nested.branch, nested.branch_place)
    stories = UseCase.objects.alive().filter(status=Status.PUBLISHED).order_by("-view_count", "id")[:PAGES]
    forum, library = reverse("forums:topic_list"), reverse("usecases:list")
    filters = [
        urlencode({"tag": tag, "answered": "false", "search": word})
        for tag in ("plc", "oee", "scrap", "vibration")
        for word in ("compressor", "6ES7 314", "energy")
    ]
    facets = [
        {"industry": industry, "category": category, "country": country, "budget_range": "10k_50k"}
        for industry in ("metals", "food")
        for category in ("quality", "energy", "maintenance")
        for country in ("DE", "EG")
    ]
    cities = reverse("api:places_cities")
    found, offered = reverse("forums:search"), reverse("forums:search_suggestions")
    sentences = topics.order_by("-view_count", "id").values_list("excerpt", flat=True)[:PAGES]
    return {
        "crowd": _crowd(short, stories),
        "search_common": [
            f"{found}?{urlencode({'q': word})}" for word in ("compressor", "sensor", "OEE", "ضاغط", "screw compressor")
        ],
        "search_rare": [f"{found}?{urlencode({'q': word})}" for word in _rare_words()],
        "search_sentence": [f"{found}?{urlencode({'q': ' '.join(line.split()[:9])})}" for line in sentences],
        "search_words": [
            f"{found}?{urlencode({'q': words, 'tag': tag, 'answered': 'false'})}"
            for words in ("compressor pressure", "6ES7 314 firmware", "bearing setpoint")
            for tag in ("plc", "energy", "scrap")
        ],
        "suggestions": [
            f"{offered}?{urlencode({'q': start})}" for start in ("com", "6es7", "vibr", "ضا", "screw comp")
        ],
        "bare": ["/bare"],
        "stack": ["/bare"],
        "health": ["/health"],
        "topics": [f"{forum}?page={number}" for number in range(1, min(3, max(1, topics.count() // 40)) + 1)],
        "topics_filtered": [f"{forum}?{query}" for query in filters],
        "topic": [topic.get_absolute_url() for topic in short],
        "long_first": [address],
        "long_middle": [f"{address}?page={max(1, last // 2)}"],
        "long_last": [f"{address}?page={last}"],
        "branch_last": [topic_url(nested.topic_id, nested.topic.slug, *place).partition("#")[0]],
        "use_cases_facets": [f"{library}?{urlencode(chosen)}" for chosen in facets],
        "cities": [f"{cities}?{urlencode({'q': start})}" for start in ("ber", "san", "al", "ال", "münch", "s")],
        "messages": [reverse("messaging:inbox")],
        "use_cases": [library, f"{library}?page=2"],
        "dashboard": [reverse("home")],
        "stats": [reverse("api:dashboard_stats")],
        "feed": [reverse("api:dashboard_activity"), f"{reverse('api:dashboard_activity')}?scope=organization"],
        "updates": [reverse("api:updates")],
        "updates_unchanged": [reverse("api:updates")],
        "people": [f"{reverse('accounts:people')}?search={word}" for word in ("engineer", "manager", "a", "grinder")],
        "members": [reverse("accounts:members"), f"{reverse('accounts:members')}?search=a&role=member"],
        "use_case": [story.get_absolute_url() for story in stories],
    }


def _rare_words() -> list[str]:
    """Return words of one to fifty replies: numbers, as people copy them from displays and plates."""
    from forums.models import SearchEntry
    from p2psandbox.platform import search

    replies = SearchEntry.objects.replies()
    words = (str(number) for number in range(1000, 10_000, 7))
    holding = ((word, replies.filter(vector=search.RawQuery(search.understand(word).tsquery))) for word in words)
    return list(islice((word for word, found in holding if 0 < found[:51].count() <= 50), PAGES))


def _crowd(topics: Any, stories: Any) -> list[str]:
    """Return what a single-page app asks for, each address as often among them as people need it."""
    from django.urls import reverse

    def api(name: str, *of: Any, query: str = "") -> str:
        return reverse(f"api:{name}", args=of) + query

    shares = {
        20: [api("updates")],
        4: [api("dashboard_activity"), api("notifications"), api("topics")],
        3: [api("use_cases"), api("topics", query="?page=2"), api("dashboard_stats")],
        2: [api("dashboard_trending"), api("dashboard_activity", query="?scope=organization")],
        1: [
            *(api(name, topic.pk) for topic in topics[:8] for name in ("topic", "topic_posts")),
            *(api("use_case", story.pk) for story in stories[:8]),
        ],
    }
    return [path for times, paths in shares.items() for path in paths for _ in range(times)]


def _request(method: str, what: str, cookie: str) -> tuple[Any, tuple[int, int]]:
    """Send one request through the whole stack; return the answer and the (SQL, document) queries it took."""
    from django.db import connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    headers = {"x-forwarded-proto": "https", "x-forwarded-for": next(_addresses), "cookie": cookie}
    client = Client(SERVER_NAME=HOST, headers=headers)
    client.handler = _handler()  # loading the middleware takes longer than most pages
    with (
        CaptureQueriesContext(connections["default"]) as sql,
        CaptureQueriesContext(connections["documents"]) as documents,
    ):
        if method == "POST":
            response = client.post(
                "/accounts/login/",
                what,
                content_type="application/x-www-form-urlencoded",
                headers={"referer": f"https://{HOST}/accounts/login/"},
                secure=True,
            )
        else:
            response = client.get(what, secure=True)
    return response, (len(sql), len(documents))


@cache
def _handler() -> Any:
    from django.test.client import ClientHandler

    return ClientHandler(enforce_csrf_checks=True)


def _etag(path: str, cookie: str) -> str:
    """Return the ETag of what somebody is answered now."""
    response, _queries = _request("GET", path, cookie)
    return str(response["ETag"])


def _ask(method: str, paths: list[str], cookies: list[str]) -> dict[str, Any]:
    """Request every address twice, the first of them with an empty cache, too; return queries and sizes."""
    from django.core.cache import cache as kept

    kept.clear()
    cold = checked(method, paths[0], cookies[0])[1]
    sizes, warm = [], (0, 0)
    for number, path in enumerate(paths):
        cookie = cookies[number % len(cookies)]
        checked(method, path, cookie)
        size, queries = checked(method, path, cookie)
        warm = max(warm, queries)
        sizes.append(size)
    return {
        "warm": warm,
        "cold": cold,
        "cold_p95": sorted(_cold_time(method, paths, cookies, number) for number in range(COLD_REQUESTS))[-2],
        "bytes": round(sum(sizes) / len(sizes)),
        "range": [min(sizes), max(sizes)],
    }


def _cold_time(method: str, paths: list[str], cookies: list[str], number: int) -> float:
    """Return how many milliseconds one request takes with an empty cache."""
    from django.core.cache import cache as kept

    kept.clear()
    began = time.perf_counter()
    checked(method, paths[number % len(paths)], cookies[number % len(cookies)])
    return (time.perf_counter() - began) * 1000


def checked(method: str, what: str, cookie: str) -> tuple[int, tuple[int, int]]:
    """Request something that must succeed; return its size and queries."""
    response, queries = _request(method, what, cookie)
    if response.status_code != (302 if method == "POST" else 200):
        sys.exit(f"{method} {what if method == 'GET' else 'sign-in'} answered {response.status_code}.")
    return len(response.content), queries


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
