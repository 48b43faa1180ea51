"""A process that is killed in the middle of an act on a story: ``python -m usecases.tests.dying``.

Reads one JSON object from standard input: ``catalogue`` and ``library`` (names of the test databases),
``person``, ``story``, ``act`` (``start``, ``save`` or ``submit``) and ``moment``: ``before`` the PostgreSQL
commit (at its first write to a story), or ``after`` it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django


def main(order: dict[str, str]) -> None:
    django.setup()
    from django.db import connections, transaction

    connections["default"].settings_dict["NAME"] = order["catalogue"]
    connections["documents"].settings_dict["NAME"] = order["library"]
    from accounts.models import User
    from usecases.actions import drafts, lifecycle

    actor = User.objects.get(pk=order["person"]).actor
    acts: dict[str, Callable[[], Any]] = {
        "start": lambda: drafts.start_draft(actor=actor, changes={"title": "Begun and never finished"}),
        "save": lambda: drafts.save_draft(
            actor=actor, use_case_id=UUID(order["story"]), changes={"problem": "<p>Killed in mid-sentence</p>"}
        ),
        "submit": lambda: lifecycle.submit(actor=actor, use_case_id=UUID(order["story"])),
    }
    if order["moment"] == "before":
        with connections["default"].execute_wrapper(die_at_first_write):
            acts[order["act"]]()
    else:
        with transaction.atomic():
            acts[order["act"]]()
            # Before the callbacks that were registered by the act itself.
            connections["default"].run_on_commit.insert(0, (set(), die, False))
    sys.exit("still alive")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_first_write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Let the write happen inside the open transaction, then end without a chance to tidy up."""
    result = execute(sql, params, many, context)
    if sql.startswith(("INSERT", "UPDATE")) and "usecases_" in sql:
        die()
    return result


if __name__ == "__main__":
    main(json.loads(sys.stdin.read()))
