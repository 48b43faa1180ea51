"""The forums in Django admin: what is written, and the moderators' queue."""

from forums.admin import content as content
from forums.admin import moderation as moderation
