"""The words of the permission table: who asks, what they are answered, and what a row says.

The columns, in the order every pattern below gives its answers:

========== =======================================================================================
visitor    nobody is signed in
unverified Nico of Bolt & Co, who has not confirmed his address
author     Ben, member of Bolt & Co: whatever the routes point at is his
colleague  Carl, member of Bolt & Co as well
admin      Ada, admin of Bolt & Co
stranger   Lina, member of Khalil Plastics
rival      Kamal, admin of Khalil Plastics
moderator  Mona
========== =======================================================================================

Two more are asked at every row without a column of their own: *deactivated* (Dana, signed in while she could,
then switched off) is answered as a visitor, *demoted* (Dora, signed in as an admin of Bolt & Co, then made a
member) as a colleague, both from the next request on.

The answers: ``in`` (done, or led on, or reached and found wanting: 400, 409), ``sign`` (sign in first: 302 to
the sign-in page, 401 in JSON), ``confirm`` (confirm your address first: 302 to that page, 403
``email_not_verified`` in JSON), ``403`` and ``404``. ``led`` looks like ``sign`` or ``confirm`` and is no
refusal: what was asked for is done, and those pages are where it leads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

COLUMNS = ("visitor", "unverified", "author", "colleague", "admin", "stranger", "rival", "moderator")
#: Whose answer the two without a column get.
AS_IF = {"deactivated": "visitor", "demoted": "colleague"}
ROLES = (*COLUMNS, *AS_IF)
SAFE = ("GET", "HEAD")
#: What others made for us: it knows who is signed in and who is staff, but not whose admin somebody is.
_MADE_ELSEWHERE = ("/admin/", "/_allauth/", "/accounts/")

Access = dict[str, str]


def pattern(answers: str) -> Access:
    """Return what each role is answered, from one word per column."""
    row = dict(zip(COLUMNS, answers.split(), strict=True))
    return row | {role: row[column] for role, column in AS_IF.items()}


#                                 visitor unver.  author coll. admin stranger rival moderator
PUBLIC = pattern("                in      in      in     in    in    in       in    in")
NOWHERE = pattern("               404     404     404    404   404   404      404   404")
# People
ENTRANCE = pattern("              in      confirm in     in    in    in       in    in")
OWN = pattern("                   sign    in      in     in    in    in       in    in")
ONES_OWN = pattern("              sign    404     in     404   404   404      404   404")
PENDING = pattern("               in      led     led    led   led   led      led   led")
VISITORS = pattern("              in      confirm 403    403   403   403      403   403")
SIGN_FIRST = pattern("            sign    sign    sign   sign  sign  sign     sign  sign")
SIGNED_OUT = pattern("            led     led     led    led   led   led      led   led")
CONFIRMED = pattern("             led     in      in     in    in    in       in    in")
PASSWORD_AGAIN = pattern("        sign    led     in     in    in    in       in    in")
APP_CODES = pattern("             sign    in      in     404   404   404      404   404")
SESSIONS_ENDED = pattern("        sign    in      led    in    in    in       in    in")
# What members share
MEMBERS = pattern("               sign    confirm in     in    in    in       in    in")
COMPANIES = pattern("             sign    confirm in     in    in    in       in    403")
WRITER = pattern("                sign    confirm in     403   403   403      403   in")
TALKERS = pattern("               sign    confirm in     404   404   404      404   404")
WARNED = pattern("                sign    confirm in     404   404   404      404   404")
RECIPIENT = pattern("             sign    confirm in     404   404   404      404   404")
ASKER = pattern("                 sign    confirm in     403   403   403      403   403")
WHO_DELETED = pattern("           sign    confirm in     404   404   404      404   in")
WROTE_IT = pattern("              sign    confirm in     404   404   404      404   in")
OTHERS = pattern("                sign    confirm in     in    in    403      in    in")
MODERATORS = pattern("            sign    confirm 403    403   403   403      403   in")
ONLY_MODERATORS_SEE = pattern("   sign    confirm 404    404   404   404      404   in")
ADMINS = pattern("                sign    confirm 403    403   in    403      in    in")
OWN_COMPANY = pattern("           sign    confirm in     in    in    in       in    404")
OWN_COMPANY_ADMINS = pattern("    sign    confirm 403    403   in    403      in    404")
ASKED = pattern("                 sign    confirm 403    403   in    403      404   404")
# What a company's admins decide about it
COMPANY_ADMINS = pattern("        sign    confirm 403    403   in    403      403   in")
# A company's administration. Moderators act on one company's things, but have no company whose lists they could open.
OF_ADMINS = pattern("             sign    confirm 403    403   in    403      in    403")
MANAGERS = pattern("              sign    confirm 403    403   in    403      403   in")
ITS_ADMINS = pattern("            sign    confirm 403    403   in    403      404   in")
GUESTS = pattern("                in      403     403    403   403   403      403   403")
# Stories. The private ones (drafts, handed-in, withdrawn) are not there for anybody else.
PRIVATE_READERS = pattern("       404     404     in     404   in    404      404   in")
PRIVATE_WRITERS = pattern("       sign    confirm in     404   in    404      404   in")
PRIVATE_SIGNERS = pattern("       sign    confirm 403    404   in    404      404   in")
PRIVATE_MODERATED = pattern("     sign    confirm 403    404   403   404      404   in")
STORY_READERS = pattern("         404     404     in     in    in    in       in    in")
STORY_WRITERS = pattern("         sign    confirm in     403   in    403      403   in")
STORY_SIGNERS = pattern("         sign    confirm 403    403   in    403      403   in")
ASKERS = pattern("                sign    confirm 403    403   403   in       in    403")
ANSWERERS = pattern("             sign    confirm in     404   in    404      404   in")
NEVER_ASKED = pattern("           sign    confirm 403    404   403   404      404   403")
BINNED = pattern("                sign    confirm 404    404   404   404      404   404")
# Companies whose sign-up nobody has confirmed
GHOST = pattern("                 404     404     404    404   404   404      404   in")
# Django admin sends everybody else to its sign-in page, which refuses them
STAFF = pattern("                 sign    sign    sign   sign  sign  sign     sign  in")
NO_STAFF = pattern("              sign    sign    sign   sign  sign  sign     sign  403")
STAFF_FIND_NOTHING = pattern("    sign    sign    sign   sign  sign  sign     sign  404")
STAFF_ENTRANCE = pattern("        sign    403     403    403   403   403      403   in")

Kind = Literal["page", "json", "app", "signed"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    ``at`` fills the variables of ``path`` in their order: the name of a specimen, or the word itself. ``body``
    holds what an unsafe method sends; ``@name`` in it stands for a specimen. ``kind`` says how somebody signs
    in: ``page`` and ``json`` by cookie, ``app`` by ``X-Session-Token`` only, ``signed`` not at all: the address is the
    permission. ``moot`` says why nobody's call
    of an unsafe method succeeds here although they get in.
    """

    kind: Kind
    methods: tuple[str, ...]
    path: str
    access: Access
    at: str = ""
    body: Mapping[str, Any] | None = None
    moot: str = ""

    @property
    def unsafe(self) -> tuple[str, ...]:
        """The methods that may change something."""
        return tuple(method for method in self.methods if method not in SAFE)

    @property
    def asked_by(self) -> tuple[str, ...]:
        """Who is asked for: everybody, but for routes that cannot tell some of us apart."""
        if self.path.startswith(_MADE_ELSEWHERE):
            return tuple(role for role in ROLES if role not in ("colleague", "rival", "demoted"))
        return ROLES

    @property
    def somebody(self) -> str:
        """Somebody who gets past the permissions here, signed in if possible; the author where nobody does."""
        let_in = (role for role in (*ROLES[1:], "visitor") if self.access[role] in ("in", "led"))
        return next(let_in, "author")

    def __str__(self) -> str:
        return " ".join(filter(None, (" ".join(self.methods), self.path, self.at and f"[{self.at}]")))


def page(
    methods: str, path: str, access: Access, at: str = "", body: Mapping[str, Any] | None = None, moot: str = ""
) -> Row:
    """A page or form, under the session cookie."""
    return Row("page", tuple(methods.split()), path, access, at, body, moot)


def json(
    methods: str, path: str, access: Access, at: str = "", body: Mapping[str, Any] | None = None, moot: str = ""
) -> Row:
    """An endpoint of the product's JSON API, under the session cookie (and under the token: see the tests)."""
    return Row("json", tuple(methods.split()), f"/api/v1/{path}", access, at, body, moot)


def app(
    methods: str, path: str, access: Access, at: str = "", body: Mapping[str, Any] | None = None, moot: str = ""
) -> Row:
    """An endpoint of allauth's headless app client.

    It asks for no CSRF token, because it reads no cookie: somebody is who their ``X-Session-Token`` says, a
    header that no other site can make a browser send. A test holds it to that.
    """
    return Row("app", tuple(methods.split()), f"/_allauth/app/v1/{path}", access, at, body, moot)


def signed(
    methods: str, path: str, access: Access, at: str = "", body: Mapping[str, Any] | None = None, moot: str = ""
) -> Row:
    """An endpoint whose address is signed and carries its own authority: it reads no cookie, so nothing is forged."""
    return Row("signed", tuple(methods.split()), f"/api/v1/{path}", access, at, body, moot)
