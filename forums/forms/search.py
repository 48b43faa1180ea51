"""The shape of what is typed into the search page."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forums.models import Category
from forums.queries.search import Kind, SearchFilters, Sort


class SearchForm(forms.Form):
    """A search's address: what is not understood is left out, so that an old link still finds something."""

    q = forms.CharField(label=_("Search for"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("Questions and replies")), (Kind.TOPICS, _("Questions")), (Kind.REPLIES, _("Replies"))],
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=40, widget=forms.TextInput(attrs={"dir": "auto"}))
    answered = forms.TypedChoiceField(
        label=_("Answer"),
        required=False,
        choices=[("", _("Answered or not")), ("true", _("Answered")), ("false", _("Without an answer"))],
        coerce=lambda value: value == "true",
        empty_value=None,
    )
    after = forms.DateField(label=_("Written since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.DateField(label=_("Written before"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    author = forms.UUIDField(required=False, widget=forms.HiddenInput)
    organization = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(required=False, choices=[(sort.value, "") for sort in Sort], widget=forms.HiddenInput)

    def __init__(self, *args: Any, categories: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ids = {category.slug: category.pk for category in categories}
        names = [(category.slug, category.name) for category in categories]
        self.fields["category"].choices = [("", _("All categories")), *names]  # type: ignore[attr-defined]

    def filters(self) -> SearchFilters:
        """Return what this address searches for. Days begin at midnight of the reader."""
        self.is_valid()
        given = self.cleaned_data
        return SearchFilters(
            words=given.get("q") or "",
            kind=Kind(given.get("kind") or Kind.ALL),
            category=self._ids.get(given.get("category") or ""),
            tag=given.get("tag") or "",
            answered=given.get("answered"),
            after=_midnight(given.get("after")),
            before=_midnight(given.get("before")),
            author=given.get("author"),
            organization=given.get("organization"),
            sort=Sort(given.get("sort") or Sort.RELEVANCE),
        )


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
