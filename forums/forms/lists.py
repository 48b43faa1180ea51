"""What a list's address may say."""

from __future__ import annotations

from uuid import UUID

from django import forms

from forums.queries import ORDERINGS, ThreadOrder, TopicFilters
from p2psandbox.platform.search import MAX_QUERY


class ThreadForm(forms.Form):
    """A topic's address: an order that is not understood is the usual one."""

    order = forms.ChoiceField(required=False, choices=[(order.value, "") for order in ThreadOrder])

    def chosen(self) -> ThreadOrder:
        """Return the order this address names."""
        self.is_valid()
        return ThreadOrder(self.cleaned_data.get("order") or ThreadOrder.OLDEST)


class FilterForm(forms.Form):
    """A list's address: what is not understood is left out, so that an old link still opens a list."""

    tag = forms.CharField(required=False, max_length=40)
    author = forms.UUIDField(required=False)
    answered = forms.TypedChoiceField(
        required=False,
        choices=[("true", ""), ("false", "")],
        coerce=lambda value: value == "true",
        empty_value=None,
    )
    mine = forms.TypedChoiceField(required=False, choices=[("1", "")], coerce=bool, empty_value=None)
    bookmarked = forms.TypedChoiceField(required=False, choices=[("1", "")], coerce=bool, empty_value=None)
    search = forms.CharField(required=False, max_length=MAX_QUERY)
    ordering = forms.ChoiceField(required=False, choices=[(name, "") for name in ORDERINGS])

    def filters(self, category: UUID | None = None) -> TopicFilters:
        """Return the filters this address names, on this category's shelf."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, False)}
        if self.cleaned_data.get("answered") is False:
            chosen["answered"] = False
        return TopicFilters(category=category, **chosen)
