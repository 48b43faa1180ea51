"""Every route, every method, every role: who gets in, and that nothing changes for those who do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accounts.models import MemberRole, User
from tests.permissions.access import PRIVATE_SIGNERS, SAFE, STORY_SIGNERS, Row
from tests.permissions.routes import Route, routes
from tests.permissions.specimens import CONTACT, SECRET, WORD
from tests.permissions.table import TABLE
from tests.permissions.world import World, documents

pytestmark = pytest.mark.django_db(databases="__all__")

LISTS = ("/use-cases/", "/use-cases", "/forums/", "/forums/topics", "/forums/<slug>/")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSALS = {"sign", "confirm", "403", "404"}
#: Who reads private things (Ben's drafts and the like), and whom to ask about his stories.
INSIDERS = {"author", "admin", "moderator"}
KNOW_THE_CONTACT = INSIDERS | {"colleague", "demoted"}


def test_every_route_stands_in_the_table() -> None:
    known = {row.path for row in TABLE}
    missing = sorted({str(route) for route in routes() if route.path not in known})
    assert not missing, (
        "These routes stand in no row. Add one for each to tests/permissions/table.py (table_allauth.py, "
        "table_admin.py), with its methods, the pattern that says who gets in, and what it points at:\n  "
        + "\n  ".join(missing)
    )


def test_every_row_is_a_route() -> None:
    paths = {route.path for route in routes()}
    stale = sorted({str(row) for row in TABLE if row.path not in paths})
    assert not stale, "These rows lead nowhere any more. Take them out or mend their path:\n  " + "\n  ".join(stale)


def test_local_modes_own_pages_are_not_there_elsewhere() -> None:
    assert [route.path for route in routes() if route.path.startswith("/dev/")] == []


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_everybody_is_answered_as_the_table_says(row: Row, world: World) -> None:
    refused = [role for role in row.asked_by if row.access[role] in REFUSALS]
    let_in = [role for role in row.asked_by if row.access[role] not in REFUSALS]
    for method in row.methods:
        before = documents()
        asked = {role: world.ask(role, method, row) for role in refused}
        left_behind = documents() - before
        asked |= {role: world.ask(role, method, row, watch=method in SAFE) for role in let_in}

        wrong = [
            f"{role} is answered {one.answer}, not {row.access[role]}"
            for role, one in asked.items()
            if not _as_the_table_says(one.answer, row.access[role])
        ]
        assert not wrong, f"{method}: {wrong}"
        changed = {role for role in asked if asked[role].changed and (method in SAFE or role in refused)}
        assert not changed, f"{method} changed something for these, who only read or were refused: {changed}"
        assert not left_behind, f"{method} left {left_behind} documents behind although it was refused"
        done = [role for role in let_in if row.access[role] == "led" or asked[role].response.status_code < 400]
        idle = method not in SAFE and let_in and not done and not row.moot
        assert not idle, f"Nobody's {method} succeeds: mend the row's body, or say why in moot."
        for role, one in asked.items():
            _nothing_leaks(role, b"" if one.response.streaming else one.response.content)


def _as_the_table_says(answer: str, word: str) -> bool:
    return answer in ("sign", "confirm", "in") if word == "led" else answer == word


def _nothing_leaks(role: str, content: bytes) -> None:
    if role not in INSIDERS:
        assert SECRET.encode() not in content, f"{role} reads what is private"
    if role not in KNOW_THE_CONTACT:
        assert CONTACT.encode() not in content, f"{role} reads whom to ask"


def test_no_list_filter_count_or_working_copy_tells_outsiders_what_is_private(world: World) -> None:
    asked_for = ("status=draft", "status=in_review", "status=unpublished", f"search={WORD}", "draft=true", "mine=true")
    lists = [row for row in TABLE if "GET" in row.methods and row.path.endswith(LISTS)]
    copies = [row for row in TABLE if row.methods == ("GET",) and row.at.split()[:1] == ["story"]]
    changed = {"story": world.specimens["changed"], "story_slug": world.specimens["changed_slug"]}
    for row in lists + copies:
        url = replace(world, specimens=world.specimens | changed).url(row)
        for query in asked_for:
            for role in ("visitor", "unverified", "colleague", "rival"):
                response = world.ask(role, "GET", row, url=f"{url}?{query}", watch=False).response

                assert SECRET.encode() not in response.content, f"{role} reads it at {url}?{query}"
                assert CONTACT.encode() not in response.content or role in KNOW_THE_CONTACT
                if row.kind == "json" and response.status_code == 200 and WORD in query:
                    assert response.json().get("count", 0) == 0, f"{role} counts it at {url}?{query}"


def test_methods_the_table_does_not_name_do_nothing(world: World) -> None:
    acting = []
    # Django admin takes whatever is no POST for a GET, and of those the test above has seen that they only read.
    for path in {row.path for row in TABLE if not row.path.startswith("/admin/")}:
        rows = [row for row in TABLE if row.path == path]
        named = {method for row in rows for method in row.methods}
        for method in _handled(path) - named:
            asked = world.ask("moderator", method, rows[0])
            if asked.changed or asked.response.status_code >= 500:
                acting.append(f"{method} {path}")

    assert not acting, "Name these methods in rows of their routes."


def _handled(path: str) -> set[str]:
    """Return the methods a route may take, as far as its view's class says so."""
    route: Route = next(route for route in routes() if route.path == path)
    kind = getattr(route.view, "view_class", None) or getattr(route.view, "cls", None)
    return {method for method in METHODS if kind is None or hasattr(kind, method.lower())}


def test_a_moderator_who_is_one_no_more_moderates_nothing_from_the_next_request_on(world: World) -> None:
    mona, ben = world.cast["moderator"], world.cast["author"]
    User.objects.filter(pk=mona.pk).update(is_staff=False, organization=ben.organization)

    for row in TABLE:
        if row.access["moderator"] != row.access["colleague"]:
            for method in row.methods:
                assert world.ask("moderator", method, row).answer == row.access["colleague"], f"{method} {row}"


def test_who_moved_to_another_company_signs_nothing_off_for_the_former_one(world: World) -> None:
    ben, kamal = world.cast["author"], world.cast["rival"]
    User.objects.filter(pk=ben.pk).update(organization=kamal.organization, role=MemberRole.ADMIN)

    for row in TABLE:
        if row.access in (PRIVATE_SIGNERS, STORY_SIGNERS):
            for method in row.methods:
                assert world.ask("author", method, row).answer == "403", f"{method} {row}"
