"""What a post says and carries: judged before anything is written, attached in the transaction that writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums import mentions, rules
from forums.actions import newcomers
from forums.documents import PostRevision
from forums.models import Post
from forums.queries.attachments import KIND, listed_files, pictures_in, words_for
from p2psandbox.platform import richtext
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.attached import is_picture
from p2psandbox.platform.files.models import FileStatus, Purpose, StoredFile
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks

#: How often one person may look at what they write, in how many seconds.
PREVIEWS, PREVIEW_SECONDS = 30, 60


@dataclass(frozen=True, slots=True)
class Writing:
    """A post's text, ready to store, and all files that belong to it: pictures of the text first."""

    html: str
    text: str
    files: tuple[UUID, ...] = ()


def check(
    checks: FieldChecks, actor: Actor, body: object, attachments: Sequence[UUID] | None, *, post_id: UUID | None = None
) -> Writing:
    """Judge what somebody writes; notes in ``checks`` what is wrong with ``body`` and ``attachments``.

    ``body`` is HTML, sanitised here. At most ``rules.MOST_ATTACHMENTS`` files of ``rules.MOST_ATTACHED_BYTES``. Its
    pictures are the actor's own and free, or belong to the post ``post_id`` already.
    """
    said = richtext.check(checks, "body", body)
    html = mentions.settled(said.html)
    text = said.text if html == said.html else richtext.to_text(html)
    pictures = pictures_in(html)
    listed = [file for file in dict.fromkeys(attachments or ()) if file not in pictures]
    if len(listed) > rules.MOST_ATTACHMENTS:
        most = rules.MOST_ATTACHMENTS
        checks.add(
            "attachments",
            ngettext("Attach at most one file.", "Attach at most %(most)s files.", most) % {"most": most},
        )
    if len(pictures) > rules.MOST_PICTURES:
        checks.add("body", _("Take pictures out: at most %(most)s in one text.") % {"most": rules.MOST_PICTURES})
    wanted = (*pictures, *listed)
    found = {file.pk: file for file in StoredFile.objects.filter(pk__in=wanted)} if wanted else {}
    for picture in pictures:
        if not _may_show(actor, found.get(picture), post_id):
            checks.add("body", _not_yours(words_for(html, picture)))
    if sum(file.bytes for file in found.values()) > rules.MOST_ATTACHED_BYTES:
        most_bytes = filesizeformat(rules.MOST_ATTACHED_BYTES)
        checks.add("attachments", _("Attach less: at most %(most)s in all.") % {"most": most_bytes})
    newcomers.check(checks, actor, said.html, files=len(listed))
    return Writing(html, text, wanted)


def preview(*, actor: Actor, body: object) -> str:
    """Return what somebody writes as it would be stored: HTML.

    Raises ``NotSignedIn``, ``NotVerified``, ``TooMany`` (30 looks a minute) and ``Invalid`` (body).
    """
    require(actor, Permission.WRITE_POSTS)
    message = _("That was often. Wait a moment, then look again.")
    take_turn(f"forums.preview:{actor.id}", most=PREVIEWS, seconds=PREVIEW_SECONDS, message=message)
    checks = FieldChecks()
    said = richtext.check(checks, "body", body)
    checks.done()
    return mentions.settled(said.html)


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
    return check(checks, actor, body, attachments, post_id=post.pk)


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


def _may_show(actor: Actor, file: StoredFile | None, post_id: UUID | None) -> bool:
    """Say whether a text may show a file. :func:`attach` asks once more, under lock."""
    if file is None or file.status != FileStatus.READY or file.purpose != Purpose.ATTACHMENT or not is_picture(file):
        return False
    if file.is_attached:
        return post_id is not None and (file.attached_kind, file.attached_id) == (KIND, post_id)
    return file.owner_id == actor.id


def _not_yours(words: str) -> str:
    if words:
        return _("Take the picture “%(words)s” out, or put it in anew: it belongs to another post.") % {"words": words}
    return _("Take out the picture that belongs to another post, or put it in anew.")
