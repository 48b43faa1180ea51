"""Forged requests: what a cookie signs in needs the token, and what needs no token reads no cookie."""

from __future__ import annotations

import pytest

from tests.permissions.access import Row
from tests.permissions.table import TABLE
from tests.permissions.world import World

pytestmark = pytest.mark.django_db(databases="__all__")

UNDER_A_COOKIE = [row for row in TABLE if row.kind not in ("app", "signed") and row.unsafe]
UNDER_A_TOKEN = [row for row in TABLE if row.kind == "app"]


@pytest.mark.parametrize("row", UNDER_A_COOKIE, ids=str)
def test_nothing_is_done_without_the_csrf_token(row: Row, world: World) -> None:
    # Where visitors get in, signing somebody in or up is what would be forged.
    roles = {row.somebody} | ({"visitor"} if row.access["visitor"] == "in" else set())
    for method in row.unsafe:
        for role in roles:
            asked = world.ask(role, method, row, csrf=True)

            assert asked.response.status_code == 403, f"{method} by {role} is answered {asked.response.status_code}"
            assert not asked.changed, f"{method} by {role} changed something"
            kind = "application/json" if row.kind == "json" else "text/html"
            assert asked.response["Content-Type"].startswith(kind)


@pytest.mark.parametrize("row", UNDER_A_TOKEN, ids=str)
def test_the_app_client_takes_nobodys_cookie(row: Row, world: World) -> None:
    for method in row.methods:
        for role in ("author", "moderator"):
            asked = world.ask(role, method, row, by="cookie")

            # As a visitor is: who a cookie belongs to makes no difference here.
            assert asked.answer == row.access["visitor"] or row.access["visitor"] == "led", f"{method} by {role}"
            assert not asked.changed or row.access["visitor"] in ("in", "led"), f"{method} by {role} changed something"


@pytest.mark.parametrize("row", [row for row in TABLE if row.kind == "json" and len(row.asked_by) > 1], ids=str)
def test_a_session_token_says_who_somebody_is_as_a_cookie_does_and_needs_no_other(row: Row, world: World) -> None:
    for method in row.methods:
        for role in ("deactivated", "moderator"):
            asked = world.ask(role, method, row, by="token", csrf=True, watch=row.access[role] != "in")

            assert asked.answer == row.access[role], f"{method} by {role}"
            assert not asked.changed, f"{method} by {role} changed something"
