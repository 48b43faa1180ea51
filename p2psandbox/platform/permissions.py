"""Who may do what: roles, scopes and the one readable matrix.

Pages, JSON, Django admin and file URLs all ask :func:`allows` or :func:`require`; nothing else decides.
The matrix is PRODUCT.md's table as data; ``docs/permissions.md`` is rendered from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID

from p2psandbox.platform.errors import Forbidden, NotSignedIn, NotVerified


class Role(StrEnum):
    """What somebody is to the platform at this request."""

    VISITOR = "visitor"
    UNVERIFIED = "unverified"
    MEMBER = "member"
    ADMIN = "admin"
    MODERATOR = "moderator"


class Scope(IntEnum):
    """How far a permission reaches: nothing, one's own, one's organization's, everything."""

    NO = 0
    OWN = 1
    ORGANIZATION = 2
    ALL = 3


class Permission(StrEnum):
    """One thing a person may do."""

    READ_PUBLIC = "read_public"
    SIGN_UP = "sign_up"
    READ_MEMBERS_AREA = "read_members_area"
    WRITE_POSTS = "write_posts"
    EDIT_POST = "edit_post"
    CHOOSE_BEST_ANSWER = "choose_best_answer"
    MODERATE_FORUMS = "moderate_forums"
    WRITE_USE_CASE = "write_use_case"
    EDIT_USE_CASE = "edit_use_case"
    SEE_UNPUBLISHED_USE_CASE = "see_unpublished_use_case"
    APPROVE_USE_CASE = "approve_use_case"
    IMPORT_USE_CASES = "import_use_cases"
    MODERATE_USE_CASES = "moderate_use_cases"
    SEE_CONTACT = "see_contact"
    ASK_FOR_CONTACT = "ask_for_contact"
    ANSWER_CONTACT_REQUEST = "answer_contact_request"
    REPORT_REPLICATION = "report_replication"
    EXPORT_VISIBLE = "export_visible"
    EXPORT_WITH_DRAFTS = "export_with_drafts"
    SEND_MESSAGES = "send_messages"
    MODERATE_MESSAGES = "moderate_messages"
    EDIT_OWN_ACCOUNT = "edit_own_account"
    MANAGE_MEMBERS = "manage_members"
    INVITE = "invite"
    EDIT_ORGANIZATION = "edit_organization"
    SEE_STATISTICS = "see_statistics"
    VERIFY_AND_SUSPEND = "verify_and_suspend"
    DELETE_FILES = "delete_files"
    MANAGE_TASKS = "manage_tasks"


_NO, _OWN, _ORG, _ALL = Scope.NO, Scope.OWN, Scope.ORGANIZATION, Scope.ALL

#: permission: (visitor, unverified, member, organization admin, moderator)
MATRIX: dict[Permission, tuple[Scope, Scope, Scope, Scope, Scope]] = {
    Permission.READ_PUBLIC: (_ALL, _ALL, _ALL, _ALL, _ALL),
    Permission.SIGN_UP: (_ALL, _NO, _NO, _NO, _NO),
    Permission.READ_MEMBERS_AREA: (_NO, _NO, _ALL, _ALL, _ALL),
    Permission.WRITE_POSTS: (_NO, _NO, _ALL, _ALL, _ALL),
    Permission.EDIT_POST: (_NO, _NO, _OWN, _OWN, _ALL),
    Permission.CHOOSE_BEST_ANSWER: (_NO, _NO, _OWN, _OWN, _NO),
    Permission.MODERATE_FORUMS: (_NO, _NO, _NO, _NO, _ALL),
    Permission.WRITE_USE_CASE: (_NO, _NO, _ALL, _ALL, _ALL),
    Permission.EDIT_USE_CASE: (_NO, _NO, _OWN, _ORG, _ALL),
    Permission.SEE_UNPUBLISHED_USE_CASE: (_NO, _NO, _OWN, _ORG, _ALL),
    Permission.APPROVE_USE_CASE: (_NO, _NO, _NO, _ORG, _ALL),
    Permission.IMPORT_USE_CASES: (_NO, _NO, _NO, _ORG, _NO),
    Permission.MODERATE_USE_CASES: (_NO, _NO, _NO, _NO, _ALL),
    Permission.SEE_CONTACT: (_NO, _NO, _ORG, _ORG, _ALL),
    Permission.ASK_FOR_CONTACT: (_NO, _NO, _ALL, _ALL, _NO),
    Permission.ANSWER_CONTACT_REQUEST: (_NO, _NO, _OWN, _ORG, _ALL),
    Permission.REPORT_REPLICATION: (_NO, _NO, _ALL, _ALL, _NO),
    Permission.EXPORT_VISIBLE: (_NO, _NO, _ALL, _ALL, _ALL),
    Permission.EXPORT_WITH_DRAFTS: (_NO, _NO, _NO, _ORG, _ALL),
    Permission.SEND_MESSAGES: (_NO, _NO, _ALL, _ALL, _ALL),
    Permission.MODERATE_MESSAGES: (_NO, _NO, _NO, _NO, _ALL),
    Permission.EDIT_OWN_ACCOUNT: (_NO, _OWN, _OWN, _OWN, _OWN),
    Permission.MANAGE_MEMBERS: (_NO, _NO, _NO, _ORG, _ALL),
    Permission.INVITE: (_NO, _NO, _NO, _ORG, _ALL),
    Permission.EDIT_ORGANIZATION: (_NO, _NO, _NO, _ORG, _ALL),
    Permission.SEE_STATISTICS: (_NO, _NO, _ORG, _ORG, _ALL),
    Permission.VERIFY_AND_SUSPEND: (_NO, _NO, _NO, _NO, _ALL),
    Permission.DELETE_FILES: (_NO, _OWN, _OWN, _OWN, _ALL),
    Permission.MANAGE_TASKS: (_NO, _NO, _NO, _NO, _ALL),
}

_COLUMN = {role: column for column, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an identity, a company and a role; all that queries and actions know of the asker."""

    role: Role
    id: UUID | None = None
    organization_id: UUID | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_moderator(self) -> bool:
        return self.role is Role.MODERATOR


VISITOR = Actor(Role.VISITOR)


def scope(actor: Actor, permission: Permission) -> Scope:
    """Return how far ``permission`` reaches for this actor."""
    return MATRIX[permission][_COLUMN[actor.role]]


def allows(
    actor: Actor,
    permission: Permission,
    *,
    owner_id: UUID | None = None,
    organization_id: UUID | None = None,
) -> bool:
    """Say whether the actor may do this to a thing of that owner and organization.

    Leave both out to ask "at all, to anything?", as a button on a list does.
    """
    reach = scope(actor, permission)
    if reach is Scope.ALL:
        return True
    if reach is Scope.NO:
        return False
    if owner_id is None and organization_id is None:
        return True
    if owner_id is not None and owner_id == actor.id:
        return True
    return reach is Scope.ORGANIZATION and organization_id is not None and organization_id == actor.organization_id


def require(
    actor: Actor,
    permission: Permission,
    *,
    owner_id: UUID | None = None,
    organization_id: UUID | None = None,
) -> None:
    """Raise unless :func:`allows`: ``NotSignedIn`` for visitors, ``NotVerified``, else ``Forbidden``."""
    if allows(actor, permission, owner_id=owner_id, organization_id=organization_id):
        return
    if actor.role is Role.VISITOR:
        raise NotSignedIn
    if actor.role is Role.UNVERIFIED:
        raise NotVerified
    raise Forbidden


def as_markdown() -> str:
    """Return the matrix as the Markdown page ``docs/permissions.md``."""
    lines = [
        "# Who may do what",
        "",
        "Written from `p2psandbox/platform/permissions.py` by `manage.py render_permissions`; a test keeps it true.",
        "*own*: only what they wrote themselves. *organization*: anything of their own company. *all*: everything.",
        "",
        "| permission | " + " | ".join(Role) + " |",
        "|---|" + "---|" * len(Role),
    ]
    for permission, row in MATRIX.items():
        cells = " | ".join("–" if cell is Scope.NO else cell.name.lower() for cell in row)
        lines.append(f"| {permission.replace('_', ' ')} | {cells} |")
    return "\n".join([*lines, ""])
