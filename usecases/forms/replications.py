"""The form of a report on trying a story."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from usecases.models import Replication, ReplicationOutcome

#: Rows for figures of one's own.
ROWS = 3
_FIELDS = {
    "name": _("What was measured"),
    "unit": _("Unit"),
    "baseline": _("Before"),
    "result": _("After"),
    "period": _("Over which time"),
}


class ReplicationForm(forms.Form):
    """What came of it, in a few words, with figures if there are any."""

    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=ReplicationOutcome.choices, widget=forms.RadioSelect
    )
    summary = forms.CharField(
        label=_("In a few sentences"),
        help_text=_("What you did, what was the same, what was not."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    context = forms.CharField(
        label=_("Your circumstances"),
        required=False,
        help_text=_("Machines, volumes, people: what others need to compare."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(ROWS):
            for name, label in _FIELDS.items():
                self.fields[f"metric-{row}-{name}"] = forms.CharField(
                    label=label, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
                )

    @property
    def metric_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each row of figures."""
        return [[self[f"metric-{row}-{name}"] for name in _FIELDS] for row in range(ROWS)]

    def given(self) -> dict[str, Any]:
        """Return what was entered, as :func:`usecases.actions.replications.report` takes it."""
        data = self.cleaned_data
        metrics = [{name: data[f"metric-{row}-{name}"] for name in _FIELDS} for row in range(ROWS)]
        return {**{name: data[name] for name in ("outcome", "summary", "context")}, "metrics": metrics}

    @staticmethod
    def values(report: Replication | None) -> dict[str, Any]:
        """Return what the form shows of a report that is there."""
        if report is None:
            return {}
        found = {name: getattr(report, name) for name in ("outcome", "summary", "context")}
        for row, metric in enumerate(report.metrics[:ROWS]):
            found |= {f"metric-{row}-{name}": metric.get(name, "") for name in _FIELDS}
        return found
