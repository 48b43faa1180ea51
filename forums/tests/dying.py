"""A process that is killed in the middle of an act in the forums: ``python -m forums.tests.dying``.

Reads one JSON object from standard input: ``catalogue`` and ``library`` (names of the test databases), ``person``,
``category``, ``topic``, ``post``, ``act`` (``ask``, ``reply`` or ``edit``) and ``moment``: ``before`` the commit in
PostgreSQL (right after its first write there), or ``after`` it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


def main(order: dict[str, str]) -> None:
    django.setup()
    from django.db import connections, transaction

    connections["default"].settings_dict["NAME"] = order["catalogue"]
    connections["documents"].settings_dict["NAME"] = order["library"]
    from accounts.models import User
    from forums.actions import posts, topics

    actor = User.objects.get(pk=order["person"]).actor
    body = "<p>Killed in mid-sentence</p>"
    acts: dict[str, Callable[[], Any]] = {
        "ask": lambda: topics.create_topic(
            actor=actor, category_id=order["category"], title="Asked and never answered", body=body
        ),
        "reply": lambda: posts.reply(actor=actor, topic_id=order["topic"], body=body),
        "edit": lambda: posts.edit_post(actor=actor, post_id=order["post"], body=body),
    }
    if order["moment"] == "before":
        with connections["default"].execute_wrapper(die_at_first_write):
            acts[order["act"]]()
    else:
        with transaction.atomic():
            transaction.on_commit(die)
            acts[order["act"]]()
    sys.exit("still alive")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_first_write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Let the write happen inside the open transaction, then end without a chance to tidy up."""
    result = execute(sql, params, many, context)
    if sql.startswith(("INSERT", "UPDATE")) and "forums_" in sql:
        die()
    return result


if __name__ == "__main__":
    main(json.loads(sys.stdin.read()))
