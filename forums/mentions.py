"""People named in a text: ``<a class="mention" data-person="…" href="/people/…/">@Name</a>``.

The editor writes them, the sanitiser lets them through (and nothing that only looks like one), and on write they are
settled: whoever is not there is plain text again, and a link bears the name of the person it leads to.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User

#: Most people one text tells.
MOST = 20
#: In sanitised HTML quotes inside attributes are escaped, and links hold no links.
_MENTION = re.compile(r'<a (?:[^>"]|"[^"]*")*?data-person="([0-9a-f-]{36})"(?:[^>"]|"[^"]*")*>(.*?)</a>', re.DOTALL)


def settled(html: str) -> str:
    """Return sanitised HTML with every mention checked: the person's present name, or no mention at all."""
    ids = {UUID(found[1]) for found in _MENTION.finditer(html)}
    if not ids:
        return html
    names = {person.pk: person.get_full_name() for person in _people(ids)}

    def settle(found: re.Match[str]) -> str:
        person_id = UUID(found[1])
        return _link(person_id, names[person_id]) if person_id in names else found[2]

    return _MENTION.sub(settle, html)


def mentioned(html: str, *, author_id: UUID | None = None) -> set[UUID]:
    """Return whom a text mentions: people who are there and confirmed, but for its author; at most :data:`MOST`.

    What stands in a quotation was said before and mentions nobody again.
    """
    found = _Mentions()
    found.feed(html)
    found.close()
    ids = [person for person in dict.fromkeys(found.people) if person != author_id]
    return set(_people(set(ids[:MOST])).values_list("pk", flat=True)) if ids else set()


def _people(ids: set[UUID]) -> QuerySet[User, User]:
    return User.objects.filter(pk__in=ids, is_active=True, email_verified_at__isnull=False)


def _link(person_id: UUID, name: str) -> str:
    """Return a mention as the sanitiser would leave it."""
    return (
        f'<a href="/people/{person_id}/" class="mention" data-person="{person_id}" rel="nofollow ugc noopener">'
        f"@{escape(name, quote=False)}</a>"
    )


class _Mentions(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.quoted = 0
        self.people: list[UUID] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quoted += tag == "blockquote"
        person = dict(attrs).get("data-person")
        if tag == "a" and person and not self.quoted:
            self.people.append(UUID(person))

    def handle_endtag(self, tag: str) -> None:
        self.quoted -= tag == "blockquote"
