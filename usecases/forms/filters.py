"""What the address of the library's list may say."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.errors import Invalid
from usecases.queries import MOST_KM, ORDERINGS, outcome_filter
from usecases.queries.outcomes import expression


class FilterForm(forms.Form):
    """What the list is narrowed to; unknown values narrow to nothing rather than fail."""

    search = forms.CharField(required=False, max_length=200, label=_("Search the library"))
    industry = forms.CharField(required=False, max_length=40)
    category = forms.CharField(required=False, max_length=40)
    country = forms.CharField(required=False, max_length=2)
    city = forms.CharField(required=False, max_length=100)
    measured = forms.CharField(required=False, max_length=120)
    budget_range = forms.CharField(required=False, max_length=20)
    organization = forms.CharField(required=False, max_length=130)
    near = forms.CharField(required=False, max_length=100)
    radius_km = forms.FloatField(required=False, min_value=0, max_value=MOST_KM)
    status = forms.CharField(required=False, max_length=12)
    mine = forms.BooleanField(required=False)
    bookmarked = forms.BooleanField(required=False)
    ordering = forms.ChoiceField(required=False, choices=[("", "")] + [(name, name) for name in ORDERINGS])
    outcome = forms.CharField(required=False, max_length=80)

    def clean_outcome(self) -> str:
        """Return the expression an address holds, or the one that the page's two fields make."""
        text = self.cleaned_data["outcome"] or expression(self.data.get("metric", ""), self.data.get("by", ""))
        if text:
            try:
                outcome_filter(text)
            except Invalid as error:
                raise forms.ValidationError(str(error)) from error
        return text
