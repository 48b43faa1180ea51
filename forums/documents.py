"""What posts say, revision by revision."""

from __future__ import annotations

from django.db import models

from p2psandbox.platform.documents import Revision


class PostRevision(Revision):
    """One version of a post: sanitised ``html`` for reading, plain ``text`` for searching and quoting."""

    html = models.TextField()
    text = models.TextField(blank=True)

    class Meta(Revision.Meta):
        abstract = False
        db_table = "forums_post_revisions"

    def __str__(self) -> str:
        return str(self.id)
