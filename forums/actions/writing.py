"""What a post says and carries: judged before anything is written, attached in the transaction that writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums import rules
from forums.actions import newcomers
from forums.documents import PostRevision
from forums.models import Post
from forums.queries.attachments import KIND, listed_files, pictures_in
from p2psandbox.platform import richtext
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import Purpose, StoredFile
from p2psandbox.platform.permissions import Actor
from p2psandbox.platform.textrules import FieldChecks


@dataclass(frozen=True, slots=True)
class Writing:
    """A post's text, ready to store, and all files that belong to it: pictures of the text first."""

    html: str
    text: str
    files: tuple[UUID, ...] = ()


def check(checks: FieldChecks, actor: Actor, body: object, attachments: Sequence[UUID] | None) -> Writing:
    """Judge what somebody writes; notes in ``checks`` what is wrong with ``body`` and ``attachments``.

    ``body`` is HTML, sanitised here. At most ``rules.MOST_ATTACHMENTS`` files of ``rules.MOST_ATTACHED_BYTES``.
    """
    said = richtext.check(checks, "body", body)
    pictures = pictures_in(said.html)
    listed = [file for file in dict.fromkeys(attachments or ()) if file not in pictures]
    if len(listed) > rules.MOST_ATTACHMENTS:
        most = rules.MOST_ATTACHMENTS
        checks.add(
            "attachments",
            ngettext("Attach at most one file.", "Attach at most %(most)s files.", most) % {"most": most},
        )
    wanted = (*pictures, *listed)
    if wanted and _bytes(wanted) > rules.MOST_ATTACHED_BYTES:
        most_bytes = filesizeformat(rules.MOST_ATTACHED_BYTES)
        checks.add("attachments", _("Attach less: at most %(most)s in all.") % {"most": most_bytes})
    newcomers.check(checks, actor, said.html, files=len(listed))
    return Writing(said.html, said.text, wanted)


def check_again(
    checks: FieldChecks, actor: Actor, post: Post, body: object, attachments: Sequence[UUID] | None
) -> Writing:
    """Judge a post's new text and files as :func:`check` does.

    Without ``body`` the text stays, without ``attachments`` the files do, but for pictures the text shows no more.
    """
    keeps_files = attachments is None and post.attachment_count > 0
    if body is None or keeps_files:
        former = PostRevision.get(post.revision_id).html
        body = former if body is None else body
        attachments = [file.pk for file in listed_files(post.pk, former)] if keeps_files else attachments
    return check(checks, actor, body, attachments)


def attach(actor: Actor, post_id: UUID, writing: Writing, *, before: int = 0) -> int:
    """Let a post have these files and no others; returns how many. Within the caller's transaction.

    ``before`` is how many it had. Raises ``Invalid`` (attachments) for files that are not the actor's own and free.
    """
    if not writing.files and not before:
        return 0
    taken = files.replace(
        actor=actor, purpose=Purpose.ATTACHMENT, file_ids=writing.files, kind=KIND, subject_id=post_id,
        field="attachments",
    )  # fmt: skip
    return len(taken)


def forget_attachment(file: StoredFile) -> None:
    """Let a post know that a moderator takes one of its files away."""
    assert file.attached_id is not None  # or it were nobody's
    Post.objects.filter(pk=file.attached_id, attachment_count__gt=0).update(attachment_count=F("attachment_count") - 1)


def _bytes(file_ids: Sequence[UUID]) -> int:
    found: int | None = StoredFile.objects.filter(pk__in=file_ids).aggregate(sum=Sum("bytes"))["sum"]
    return found or 0
