"""Limits of what people write to each other, and how often."""

from __future__ import annotations

from p2psandbox.platform.textrules import TextRule

#: A message may say little: a number, a thumb, a link.
BODY = TextRule(max_length=10_000, multiline=True, meaningful=False)
NOTE = TextRule(max_length=1000, multiline=True, meaningful=False)
MOST_ATTACHMENTS = 10
MOST_ATTACHED_BYTES = 200 * 1024 * 1024
#: Messages of one person in a minute, and people they write to for the first time in an hour.
SENT_PER_MINUTE, MINUTE = 30, 60
STRANGERS_PER_HOUR, HOUR = 20, 60 * 60
REPORTS_PER_HOUR = 10
#: Messages before the reported one that moderators see.
CONTEXT = 5
