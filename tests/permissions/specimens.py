"""The things routes point at, made by the product's own actions, and the people who ask.

Everything is Ben's unless its name says otherwise. Private things carry a word that nothing public holds:
whoever reads :data:`SECRET` in an answer has read what is not theirs, and so it is with :data:`CONTACT`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts.models import MemberRole, User
from accounts.queries import session_id
from accounts.tests.factories import UserFactory, invited
from dashboard.tests.factories import TrendingScoreFactory
from forums.actions import feeds, moderation, posts, topics
from forums.models import ImportedThread, Post, Topic, TopicReader
from forums.tests.factories import CategoryFactory, answer, ask, reported
from messaging.actions.keeping import mark_message_read
from messaging.actions.reports import settle_report
from messaging.links import unsubscribe_url
from messaging.models import Notification
from messaging.tests.factories import NotificationFactory, NotificationPreferenceFactory, reported_message, wrote
from organizations.models import Organization, VerificationRequest
from organizations.tests.factories import AuditEntryFactory, OrganizationFactory
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.tests.factories import StoredFileFactory, pdf, picture
from p2psandbox.platform.mail.tests.factories import BouncedAddressFactory
from p2psandbox.platform.places.tests.factories import CityFactory
from p2psandbox.platform.tasks.tests.factories import DeadLetterFactory, TaskRunFactory
from tests.cast import PASSWORD
from usecases.actions import drafts, lifecycle
from usecases.models import UseCase
from usecases.tests.factories import (
    COMPLETE,
    ImportRunFactory,
    SavedSearchFactory,
    asked,
    draft,
    exported,
    media,
    published,
    submitted,
    tried,
)

#: Stands in the titles of stories and posts that are not for everybody.
WORD, SECRET = "Zirkonfix", "Rubinol"
_PRIVATE = f"{WORD} {SECRET} on line two"
#: Whom to ask about a story: for its own company and moderators.
CONTACT = "whom-to-ask@bolt.example"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who asks, by the names of the table's columns."""

    people: dict[str, User]
    sessions: dict[str, str]

    def __getitem__(self, role: str) -> User:
        return self.people[role]


def hire() -> dict[str, User]:
    """Return everybody of the table, as the cast of ``tests/cast.py`` and three more at Bolt & Co."""
    bolt = OrganizationFactory(name="Bolt & Co", industry="metals", country="DE", city="Leipzig")
    khalil = OrganizationFactory(name="Khalil Plastics", industry="plastics", country="JO", city="Amman")
    return {
        "unverified": UserFactory(first_name="Nico", organization=bolt, email_verified_at=None),
        "author": UserFactory(first_name="Ben", organization=bolt, email="ben@bolt.example"),
        "colleague": UserFactory(first_name="Carl", organization=bolt),
        "admin": UserFactory(first_name="Ada", organization=bolt, role=MemberRole.ADMIN),
        "stranger": UserFactory(first_name="Lina", organization=khalil),
        "rival": UserFactory(first_name="Kamal", organization=khalil, role=MemberRole.ADMIN),
        "moderator": UserFactory(first_name="Mona", organization=None, is_staff=True),
        "deactivated": UserFactory(first_name="Dana", organization=bolt, role=MemberRole.ADMIN),
        "demoted": UserFactory(first_name="Dora", organization=bolt, role=MemberRole.ADMIN),
    }


def sign_in(people: dict[str, User]) -> dict[str, str]:
    """Return a session key of each; afterwards one of them is switched off and one is an admin no more."""
    sessions = {role: _signed_in(person) for role, person in people.items()}
    User.objects.filter(pk=people["deactivated"].pk).update(is_active=False)
    User.objects.filter(pk=people["demoted"].pk).update(role=MemberRole.MEMBER)
    return sessions


def _signed_in(person: User) -> str:
    """Return the key of a new session, in which the password has just been given.

    So what asks for the password again is reached; that it asks is a matter of accounts' own tests.
    """
    client = Client()
    client.force_login(person)
    session = client.session
    record_authentication(SimpleNamespace(session=session), person, "password", reauthenticated=True)
    session.save()
    UserSession.objects.create(user=person, session_key=session.session_key, ip="127.0.0.1", user_agent="Firefox/140")
    return str(session.session_key)


def specimens(cast: Cast) -> dict[str, str]:
    """Return what every specimen's name stands for in an address or a body."""
    colleague = cast["colleague"]
    found: dict[str, str | UUID] = {
        "email": cast["author"].email,
        "password": PASSWORD,
        "colleague": colleague.pk,
        "colleague_email": colleague.email,
    }
    found |= _of_accounts(cast) | _of_organizations(cast) | _of_forums(cast) | _of_library(cast)
    found |= _of_files(cast) | _of_messaging(cast)
    found |= {"export": exported(cast["author"]).pk}
    # Looking at a topic or an export, or opening one, reads it and what was told of it; here, GET writes nothing.
    _read_by_all(cast)
    Notification.objects.filter(read_at=None).update(read_at=timezone.now(), mail_due_at=None)
    found |= {"dead_letter": DeadLetterFactory().pk, "heartbeat": TaskRunFactory().pk}
    found |= {"bounced": BouncedAddressFactory().pk}
    found |= {"city": CityFactory().pk, "saved_search": SavedSearchFactory(user=cast.people["author"]).pk}
    uploaded = ImportRunFactory(by=cast.people["admin"])
    found |= {"import_uploaded": uploaded.pk, "import_done": ImportRunFactory(by=uploaded.by, state="done").pk}
    found |= {"trending_score": TrendingScoreFactory(topic_id=found["topic"]).pk}
    return {name: str(value) for name, value in found.items()}


def _read_by_all(cast: Cast) -> None:
    """Let everybody have read every topic to its end."""
    for person in cast.people.values():
        for topic_id, last in Topic.objects.values_list("pk", "last_number"):
            TopicReader.objects.update_or_create(user=person, topic_id=topic_id, defaults={"read_number": last})


def _of_accounts(cast: Cast) -> dict[str, str | UUID]:
    author, newcomer = cast["author"], cast["unverified"]
    session = UserSession.objects.get(session_key=cast.sessions["author"])
    secret = generate_totp_secret()
    invitation, token = invited(cast["admin"], email="invited@bolt.example")
    TOTP.activate(author, secret)
    RecoveryCodes.activate(author).mark_as_viewed()  # allauth notes the first look, which is a GET
    return {
        "invitation": invitation.pk,
        "invitation_token": token,
        "session": session_id(session),
        "session_row": str(session.pk),
        "confirm_key": EmailConfirmationHMAC(newcomer.emailaddress_set.get()).key,
        "reset_person": user_pk_to_url_str(author),
        "reset_key": default_token_generator.make_token(author),
        "passkey": str(WebAuthn.add(author, "Key", _credential()).instance.pk),
    }


def _credential() -> dict[str, object]:
    """What a browser says when it has made a passkey."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(b"\0" * 16, b"ben's key", key)
    data = AuthenticatorData.create(b"\0" * 32, 0x45, 0, made)
    client = CollectedClientData.create("webauthn.create", b"challenge", "http://localhost:8000")
    attested = AttestationObject.create("none", data, {})
    return {
        "id": _text(b"ben's key"),
        "rawId": _text(b"ben's key"),
        "type": "public-key",
        "response": {"clientDataJSON": _text(bytes(client)), "attestationObject": _text(bytes(attested))},
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _of_organizations(cast: Cast) -> dict[str, str | UUID]:
    bolt = cast["author"].organization
    assert bolt is not None
    ghost: Organization = OrganizationFactory(name="Nobody's Tools")
    UserFactory(organization=ghost, role=MemberRole.ADMIN, email_verified_at=None)
    return {
        "bolt": bolt.pk,
        "bolt_slug": bolt.slug,
        "ghost": ghost.pk,
        "ghost_slug": ghost.slug,
        "audit_entry": AuditEntryFactory(organization=bolt).pk,
        "verification": VerificationRequest.objects.create(
            organization=bolt, requested_by=cast["admin"], registration="HRB 4711"
        ).pk,
    }


def _of_forums(cast: Cast) -> dict[str, str | UUID]:
    author, colleague, stranger = cast["author"], cast["colleague"], cast["stranger"]
    shelf, other = CategoryFactory(slug="machines"), CategoryFactory(slug="energy")
    topic: Topic = ask(author, category=shelf)
    gone: Topic = ask(author, f"Gone: {_PRIVATE}", category=shelf)
    manual, gone_manual = (
        files.store(actor=author.actor, purpose="attachment", name="belt.pdf", stream=BytesIO(pdf())).pk
        for _ in range(2)
    )
    gone_reply = answer(author, topic, f"<p>Gone: {_PRIVATE}</p>", attachments=[gone_manual])
    # Nobody of the table wrote it: hidden, it is there for moderators alone.
    hidden = answer(UserFactory(), topic, f"<p>Hidden: {_PRIVATE}</p>")
    posts.delete_post(actor=author.actor, post_id=gone_reply.pk)
    answer(author, gone)
    topics.delete_topic(actor=author.actor, topic_id=gone.pk)
    Post.objects.filter(pk=hidden.pk).update(hidden_at=hidden.created_at)
    moderated = answer(author, topic, f"<p>Moderated: {_PRIVATE}</p>")
    why = moderation.hide_post(actor=cast["moderator"].actor, post_id=moderated.pk, reason="It sells belts.")
    answer(colleague, topic)
    answer(author, topic, attachments=[manual])
    return {
        "feed_token": feeds.make_feed_address(actor=author.actor),
        "moderated": moderated.pk,
        "decision": why.pk,
        "report": reported(colleague, answer(stranger, topic)).pk,
        "category": shelf.pk,
        "other_category": other.pk,
        "machines": shelf.slug,
        "topic": topic.pk,
        "topic_slug": topic.slug,
        "branch": "1",
        "reply": answer(author, topic).pk,
        "answer": answer(stranger, topic).pk,
        "gone_topic": gone.pk,
        "imported": ImportedThread.objects.create(key="k", source="a.json", topic=topic).pk,
        "gone_reply": gone_reply.pk,
        "hidden_reply": hidden.pk,
        "post_file": manual,
        "gone_post_file": gone_manual,
    }


def _of_files(cast: Cast) -> dict[str, str | UUID]:
    """Ben's, attached to nothing; an upload of his that is complete; one attached to what no domain answers for."""
    actor = cast["author"].actor
    stream = BytesIO(pdf())
    file = files.store(actor=actor, purpose="attachment", name="manual.pdf", stream=stream)
    portrait = files.store(actor=actor, purpose="avatar", name="me.jpg", stream=BytesIO(picture()))
    upload = files.begin(actor=actor, purpose="attachment", name="manual.pdf", size=len(pdf()))
    read = BytesIO(pdf()).read
    files.receive_part(file_id=upload.pk, number=1, read=read, length=upload.declared_size)
    unclaimed = StoredFileFactory(
        owner=cast["author"], attached_kind="nothing.known", attached_id=file.pk, attached_at=file.created_at
    )
    assert portrait.public_key
    return {"file": file.pk, "upload": upload.pk, "unclaimed": unclaimed.pk, "portrait": portrait.public_key}


def _of_messaging(cast: Cast) -> dict[str, str | UUID]:
    """A notification of the author's, how he wants to be told, the link that ends mail of a kind, and messages.

    What he and Sven write each other is nobody else's; Olga has written with nobody.
    """
    author, sven = cast["author"], UserFactory(first_name="Sven")
    sent, got = wrote(author, sven, f"Mine: {_PRIVATE}"), wrote(sven, author, f"Theirs: {_PRIVATE}")
    mark_message_read(actor=author.actor, message_id=got.pk)
    judged = reported_message(sven, sent)
    settle_report(actor=cast["moderator"].actor, report_id=judged.pk, outcome="warned", reply="Be kind.")
    opened = NotificationFactory(recipient=author, title=f"Told: {_PRIVATE}")
    address = unsubscribe_url(author.pk, "reply")
    return {
        "notification": opened.pk,
        "preference": NotificationPreferenceFactory(person=author).pk,
        "sven": sven.pk,
        "olga": UserFactory(first_name="Olga", last_name="Okafor").pk,
        "message": got.pk,
        "warned": sent.pk,
        "message_report": reported_message(sven, wrote(author, sven, "Open")).pk,
        "unsubscribe_token": address.rstrip("/").rpartition("/")[2],
    }


def _of_library(cast: Cast) -> dict[str, str | UUID]:
    author, admin = cast["author"], cast["admin"]
    contact = {"contact": COMPLETE["contact"] | {"email": CONTACT}}
    story = published(author, admin, **contact)
    open_story = published(author, admin, visibility="public", **contact)
    changed = published(author, admin, **contact)
    drafts.save_draft(actor=author.actor, use_case_id=changed.pk, changes={"title": f"Changed: {_PRIVATE}"})
    changed = lifecycle.submit(actor=author.actor, use_case_id=changed.pk)
    waiting = submitted(author, title=f"Waiting: {_PRIVATE}", **contact)
    withdrawn = published(author, admin, title=f"Withdrawn: {_PRIVATE}", **contact)
    lifecycle.unpublish(actor=admin.actor, use_case_id=withdrawn.pk)
    with_media = {"story": draft(author, **contact), "draft": draft(author, title=f"Draft: {_PRIVATE}", **contact)}
    shown = {name: media(row, by=author)[0] for name, row in with_media.items()}
    lifecycle.publish(actor=admin.actor, use_case_id=with_media["story"].pk)
    binned = published(author, admin, title=f"Binned: {_PRIVATE}", **contact)
    lifecycle.delete(actor=author.actor, use_case_id=binned.pk)
    return {
        "story_type": str(ContentType.objects.get_for_model(UseCase).pk),
        "story": story.pk,
        "story_slug": story.slug,
        "open_story": open_story.pk,
        "open_story_slug": open_story.slug,
        "changed": changed.pk,
        "changed_slug": changed.slug,
        "draft": draft(author, title=f"Draft: {_PRIVATE}", **contact).pk,
        "waiting": waiting.pk,
        "waiting_slug": waiting.slug,
        "withdrawn": withdrawn.pk,
        "binned": binned.pk,
        "report_waiting": tried(cast["stranger"], story).pk,
        "report_published": tried(cast["rival"], changed).pk,
        # Nobody of the table asked: whoever may answer answers for the makers.
        "contact_request": asked(UserFactory(first_name="Olga"), changed).pk,
        **{f"{name}_with_media": row.pk for name, row in with_media.items()},
        **{f"{name}_medium": one.pk for name, one in shown.items()},
        **{f"{name}_file": one.file_id for name, one in shown.items()},
    }
