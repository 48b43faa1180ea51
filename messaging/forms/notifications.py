"""Shape of what people send from the pages of messaging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from messaging.kinds import ABOUT, About, Kind
from messaging.queries import Choice


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """One line of the table: a kind with its two controls."""

    kind: Kind
    about: About
    in_app: BoundField
    email: BoundField


class _TimeOfDay(forms.TimeField):
    """Hours and minutes; marked neither as needed nor as optional, for it goes with another one."""

    expected = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs)


class QuietHoursForm(forms.Form):
    """Two times of day, or none."""

    use_required_attribute = False
    begins = _TimeOfDay(label=_("No mail from"))
    ends = _TimeOfDay(label=_("Until"))


class PreferencesForm(forms.Form):
    """A check box and a frequency for each kind."""

    def __init__(self, *args: Any, choices: Mapping[Kind, Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, choice in choices.items():
            self.fields[f"{kind}-in_app"] = forms.BooleanField(
                label=_("Here on the site"), required=False, initial=choice.in_app
            )
            self.fields[f"{kind}-email"] = forms.ChoiceField(
                label=_("By mail"),
                choices=[(email.value, email.label) for email in ABOUT[kind].emails],
                initial=choice.email.value,
            )

    def rows(self) -> Iterator[PreferenceRow]:
        """Yield the kinds in their order."""
        for kind, about in ABOUT.items():
            yield PreferenceRow(kind, about, self[f"{kind}-in_app"], self[f"{kind}-email"])

    def changes(self) -> dict[str, dict[str, Any]]:
        """Return what was chosen, as :func:`messaging.actions.set_preferences` takes it."""
        return {
            kind.value: {name: self.cleaned_data[f"{kind}-{name}"] for name in ("in_app", "email")} for kind in ABOUT
        }
