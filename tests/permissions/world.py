"""Asking one route as one person, and noticing what it wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from forums.documents import PostRevision
from tests.permissions.access import SAFE, Row
from tests.permissions.specimens import Cast
from usecases.documents import UseCaseRevision

#: Tables whose rows say who is signed in and since when: they may change with any request.
_SESSIONS = frozenset({"django_session", "usersessions_usersession"})
_WRITE = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+(?:ONLY\s+)?\"?(\w+)", re.IGNORECASE)
_READ = re.compile(r"\s*SELECT\b(?!.*\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b)", re.IGNORECASE | re.DOTALL)
#: Where rates are limited, and where sessions are changed that the cache would keep.
_LIMITED = re.compile(r"/(?:accounts|_allauth|settings|admin|api/v1/auth)/")
_NAME = re.compile(r"<(\w+)>")


@dataclass
class Asked:
    """One call: its answer, that in the table's words, and whether anything in a store is another than before."""

    response: HttpResponse
    answer: str
    changed: bool


class Bare(Client):
    """A client that keeps nothing of an answer but the answer: no copies of what its templates were given."""

    def request(self, **request: Any) -> Any:
        response: Any = self.handler(self._base_environ(**request))
        response.json = lambda: json.loads(response.content)
        return response


@dataclass
class World:
    """The specimens and a client for everybody. Whatever a call writes is undone after it."""

    cast: Cast
    specimens: dict[str, str]
    state: dict[str, str] = field(default_factory=dict)
    plain: Client = field(default_factory=Bare)
    strict: Client = field(default_factory=lambda: Bare(enforce_csrf_checks=True))

    def __post_init__(self) -> None:
        self.state = _state()

    def is_as_it_was(self) -> bool:
        """Whether everything any call wrote has been undone."""
        return _state() == self.state

    def url(self, row: Row) -> str:
        """Return the address of the thing the row points at."""
        words = iter(row.at.split())
        return _NAME.sub(lambda _name: self.of(next(words)), row.path)

    def of(self, word: str) -> str:
        """Return what a word stands for: a specimen, or itself."""
        return self.specimens.get(word, word)

    def body(self, row: Row) -> dict[str, Any]:
        """Return the row's body with the specimens in their places."""
        return {name: self._value(value) for name, value in (row.body or {}).items()}

    def _value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(one) for one in value]
        return self.specimens[value[1:]] if isinstance(value, str) and value.startswith("@") else value

    def ask(
        self,
        role: str,
        method: str,
        row: Row,
        *,
        url: str = "",
        body: Any = None,
        by: str = "",
        csrf: bool = False,
        watch: bool = True,
    ) -> Asked:
        """Ask a row's route as somebody.

        ``url`` and ``body`` stand in for the row's own; ``by`` is ``cookie`` or ``token`` instead of the row's own
        way; ``csrf`` has the token asked for, which is not sent. ``watch`` looks whether anything changed.
        """
        client = self.strict if csrf else self.plain
        by = by or ("token" if row.kind == "app" else "cookie")
        client.cookies.clear()
        headers: dict[str, str] = {}
        if key := self.cast.sessions.get(role):
            if by == "token":
                headers["X-Session-Token"] = key
            else:
                client.cookies[settings.SESSION_COOKIE_NAME] = key
        sent = {} if method in SAFE else _sent(row, self.body(row) if body is None else body)
        if method not in SAFE and _LIMITED.match(row.path):
            cache.clear()  # limits are about how often, this is about who
        with _undone() as written:
            response = client.generic(method, url or self.url(row), headers=headers, **sent)
            changed = watch and _state(self.state, written) != self.state
        return Asked(response, _words(response), changed)


def _sent(row: Row, body: Any) -> dict[str, Any]:
    if row.kind == "page":
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        return {"data": encode_multipart(BOUNDARY, body), "content_type": MULTIPART_CONTENT}
    if body == {} and row.body is None:
        return {}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {"data": data, "content_type": "application/json"}


@contextmanager
def _undone() -> Iterator[set[str]]:
    """Collect the tables written to, the sessions' own left out, and undo what was written.

    Most calls only read. A savepoint around each of them would be a third of all statements, so it is made just
    before the first one that does more (or begins a savepoint of the product's own).
    """
    tables: set[str] = set()
    begun: list[str | None] = []
    waiting = list(connection.run_on_commit)

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not begun and not _READ.match(str(sql)):
            begun.append(None)  # it comes past here itself
            begun[0] = connection.savepoint()
        if (found := _WRITE.match(str(sql))) and found[1] not in _SESSIONS:
            tables.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables
    if begun and begun[0]:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(begun[0])
        transaction.savepoint_commit(begun[0])
        connection.run_on_commit = waiting


def _state(before: Mapping[str, str] | None = None, written: set[str] | None = None) -> dict[str, str]:
    """Return a digest of every table (or ``before`` with the ``written`` ones anew) and the number of documents."""
    names = set(connection.introspection.table_names()) - _SESSIONS if written is None else written
    found = dict(before or {})
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{name}\" t")
            found[name] = cursor.fetchone()[0]
    return found


def documents() -> int:
    """Return how many documents the library holds, as its own bookkeeping has it, which reads none of them."""
    library = connections["documents"]
    return sum(
        library.get_collection(kind._meta.db_table).estimated_document_count()
        for kind in (PostRevision, UseCaseRevision)
    )


def _words(response: HttpResponse) -> str:
    """Return an answer in the table's words; what has no word there is its status."""
    status = response.status_code
    if status in (301, 302, 303, 307, 308):
        return _led_to(response["Location"])
    if status in (401, 403):
        return _refused(response)
    return "in" if status < 300 or status in (304, 400, 409) else str(status)


def _led_to(location: str) -> str:
    """Sign-in pages that go on to somewhere (``next``) are refusals, also admin's."""
    target = urlsplit(location)
    if target.path in (reverse("account_login"), reverse("admin:login")) and "next=" in target.query:
        return "sign"
    return "confirm" if target.path == reverse("accounts:verification_pending") else "in"


def _refused(response: HttpResponse) -> str:
    said = json.loads(response.content) if response["Content-Type"].startswith("application/json") else {}
    if response.status_code == 401:
        codes = {error.get("code") for error in said.get("errors", [])}
        asked_again = said.get("meta", {}).get("is_authenticated") or "mfa_required" in codes
        return "in" if asked_again else "sign"
    codes = {error.get("code") for error in said.get("errors", [])}
    return "confirm" if "email_not_verified" in codes else "403"
