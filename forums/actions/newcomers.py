"""Limits for new accounts: what a spammer would need first, and what hardly anybody else notices.

An account is new for :data:`NEW_FOR`, and after that until :data:`STANDING_POSTS` of its posts stand. Moderators are
exempt, and so are admins of verified organizations: somebody of ours has looked at their papers. Their colleagues are
not; an invitation is written in a minute. ``LIMIT_NEWCOMERS`` switches it all off, for a pilot among people one knows.
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from forums.models import Post
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.permissions import Actor, Role
from p2psandbox.platform.textrules import FieldChecks

NEW_FOR = timedelta(days=3)
STANDING_POSTS = 3
#: To other sites, in one post; the same address counts once.
LINKS = 2
#: Pictures and attached files of one post together.
FILES = 3
POSTS_PER_HOUR = 5
#: More than the hour's posts can hold, for those who choose anew.
UPLOADS_PER_HOUR = 30

_HOUR = 60 * 60
#: The site and the rest of an address.
_ADDRESS = re.compile(r"(?:https?://|\b(?=www\.))([^\s<>\"'/?#]+)([^\s<>\"']*)", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b", re.IGNORECASE)


def is_new(actor: Actor) -> bool:
    """Say whether the limits hold for this person now."""
    if not settings.LIMIT_NEWCOMERS or actor.is_moderator or actor.id is None:
        return False
    joined, verified = User.objects.values_list("created_at", "organization__verified_at").get(pk=actor.id)
    if actor.role is Role.ADMIN and verified is not None:
        return False
    if joined > timezone.now() - NEW_FOR:
        return True
    standing = Post.objects.standing().filter(author_id=actor.id, topic__deleted_at__isnull=True)
    return bool(standing[:STANDING_POSTS].count() < STANDING_POSTS)


def check(checks: FieldChecks, actor: Actor, html: str, *, files: int = 0) -> None:
    """Note in ``checks`` (body) what a new account may not post yet; ``files`` are attached beside the pictures."""
    links, pictures = len(links_away(html)), len(_PICTURE.findall(html))
    if (links <= LINKS and pictures + files <= FILES) or not is_new(actor):
        return
    if links > LINKS:
        text = _("New accounts can post %(most)d links at once; this has %(found)d. Leave some out.")
        checks.add("body", text % {"most": LINKS, "found": links})
    if pictures + files > FILES:
        text = _("New accounts can post %(most)d pictures and files at once; this has %(found)d. Leave some out.")
        checks.add("body", text % {"most": FILES, "found": pictures + files})


def take_turn_to_post(actor: Actor) -> None:
    """Count a post of a new account. Raises ``TooMany`` once the hour's are used up; nothing is lost by that."""
    if not is_new(actor):
        return
    text = _("New accounts can post %(most)d times an hour. Keep your text, and post it a little later.")
    take_turn(f"forums.post:{actor.id}", most=POSTS_PER_HOUR, seconds=_HOUR, message=text % {"most": POSTS_PER_HOUR})


def take_turn_to_upload(actor: Actor) -> None:
    """Count a file a new account is about to send, posted or not. Raises ``TooMany`` once the hour's are used up."""
    if not is_new(actor):
        return
    text = _("New accounts can upload %(most)d files an hour. Go on a little later.") % {"most": UPLOADS_PER_HOUR}
    take_turn(f"forums.upload:{actor.id}", most=UPLOADS_PER_HOUR, seconds=_HOUR, message=text)


def links_away(html: str) -> set[str]:
    """Return the addresses of other sites in sanitised HTML, linked or merely written."""
    here = urlsplit(settings.SITE_URL).netloc.lower()
    found = set()
    for site, rest in _ADDRESS.findall(unescape(html)):
        if site.lower() != here:
            found.add(f"{site.lower()}{rest}".rstrip("/?.,;:!)"))
    return found
