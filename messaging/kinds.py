"""What people are told about: every kind of notification, what it says and how it reaches somebody at first.

The only place that lists them. A new kind is a line in :class:`Kind` and one in :data:`ABOUT`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What happened."""

    REPLY = "reply", _("Replies")
    MENTION = "mention", _("Mentions")
    BEST_ANSWER = "best_answer", _("Best answers")
    WATCHED_TOPIC = "watched_topic", _("Topics you watch")
    MESSAGE = "message", _("Messages")
    INVITATION_ACCEPTED = "invitation_accepted", _("Invitations accepted")
    USE_CASE_SUBMITTED = "use_case_submitted", _("Use cases to approve")
    USE_CASE_APPROVED = "use_case_approved", _("Use cases approved")
    USE_CASE_REJECTED = "use_case_rejected", _("Use cases sent back")
    USE_CASE_FEATURED = "use_case_featured", _("Use cases featured")
    CONTACT_REQUEST = "contact_request", _("Contact requests")
    CONTACT_ANSWERED = "contact_answered", _("Contact requests answered")
    REPLICATION = "replication", _("Others tried it too")
    REPLICATION_SUBMITTED = "replication_submitted", _("Reports to approve")
    REPLICATION_DECIDED = "replication_decided", _("Your reports decided")
    SAVED_SEARCH = "saved_search", _("Saved searches")
    EXPORT = "export", _("Exports")
    MODERATION = "moderation", _("Moderation")


class Email(models.TextChoices):
    """How soon a mail tells of it."""

    OFF = "off", _("No mail")
    INSTANT = "instant", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")


#: Gathered in one mail with others of its kind of frequency.
DIGESTS = (Email.DAILY, Email.WEEKLY)


#: What one person does that reaches another: somebody who has blocked them is not told of it.
FROM_A_PERSON = (Kind.REPLY, Kind.MENTION, Kind.BEST_ANSWER, Kind.WATCHED_TOPIC, Kind.MESSAGE)


@dataclass(frozen=True, slots=True)
class About:
    """One kind: what it is for, its sentence (``%(who)s`` are people), and what holds until somebody chooses.

    ``may_be_instant`` is false for what nobody has to know within the hour.
    """

    explanation: str | Promise
    says: str | Promise
    email: Email = Email.INSTANT
    in_app: bool = True
    may_be_instant: bool = True

    @property
    def emails(self) -> list[Email]:
        """The frequencies a person may choose."""
        return [email for email in Email if self.may_be_instant or email is not Email.INSTANT]


ABOUT: dict[Kind, About] = {
    Kind.REPLY: About(_("Somebody answers your topic or your post."), _("%(who)s replied")),
    Kind.MENTION: About(_("Somebody writes @ and your name."), _("%(who)s mentioned you")),
    Kind.BEST_ANSWER: About(
        _("Your reply is chosen as the best answer."), _("%(who)s chose your reply as the best answer"), Email.DAILY
    ),
    Kind.WATCHED_TOPIC: About(
        _("Somebody writes in a topic you watch."), _("%(who)s wrote in a topic you watch"), Email.DAILY
    ),
    Kind.MESSAGE: About(
        _("Somebody writes to you alone. Mail never holds the message itself."), _("%(who)s wrote to you")
    ),
    Kind.INVITATION_ACCEPTED: About(
        _("Somebody you invited has joined."),
        _("%(who)s accepted your invitation"),
        Email.DAILY,
        may_be_instant=False,
    ),
    Kind.USE_CASE_SUBMITTED: About(
        _("A colleague hands in a use case that waits for you or another admin."), _("%(who)s handed in a use case")
    ),
    Kind.USE_CASE_APPROVED: About(
        _("A use case of yours is approved and published."), _("%(who)s approved your use case")
    ),
    Kind.USE_CASE_REJECTED: About(
        _("A use case of yours comes back with a note on what to change."), _("%(who)s sent your use case back")
    ),
    Kind.USE_CASE_FEATURED: About(
        _("Moderators put a use case of yours first in the library."),
        _("Moderators featured your use case"),
        Email.DAILY,
        may_be_instant=False,
    ),
    Kind.CONTACT_REQUEST: About(
        _("Somebody asks whom to talk to about a use case."), _("%(who)s asked to get in touch about your use case")
    ),
    Kind.CONTACT_ANSWERED: About(
        _("An organization answers your request to get in touch."), _("Your request to get in touch was answered")
    ),
    Kind.REPLICATION: About(
        _("Another organization reports on trying what you described."),
        _("%(who)s reported on trying your use case"),
        Email.DAILY,
    ),
    Kind.REPLICATION_SUBMITTED: About(
        _("A colleague reports on trying a use case, and it waits for you or another admin."),
        _("%(who)s handed in a report on trying a use case"),
    ),
    Kind.REPLICATION_DECIDED: About(
        _("An admin approves your report on trying a use case, or sends it back."),
        _("%(who)s decided about your report"),
    ),
    Kind.SAVED_SEARCH: About(
        _("New use cases match a search you have kept."),
        _("New use cases match a search you have kept"),
        Email.DAILY,
        may_be_instant=False,
    ),
    Kind.EXPORT: About(
        _("A file you asked for is ready to download, or could not be made."), _("Your export is finished"), Email.OFF
    ),
    Kind.MODERATION: About(
        _("Moderators decide about something you wrote or reported."), _("Moderators made a decision that concerns you")
    ),
}
