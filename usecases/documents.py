"""The library's side of a story: immutable revisions of all it says, except whom to ask."""

from __future__ import annotations

from django.db import models

from p2psandbox.platform.documents import Revision


class UseCaseRevision(Revision):
    """What one version of a story says. ``…_html`` is sanitised; ``texts`` holds the same as plain text.

    ``facts`` holds what lists filter by (industry, technologies, metrics, place, …), so that one revision is a
    whole story. Contact details are never part of it.
    """

    title = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    problem_html = models.TextField(blank=True)
    solution_html = models.TextField(blank=True)
    outcomes_html = models.TextField(blank=True)
    difficulties_html = models.TextField(blank=True)
    lessons = models.JSONField(default=list)
    texts = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "use_case_revisions"

    def __str__(self) -> str:
        return self.title
