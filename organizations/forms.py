"""Forms of organizations. Rules live in actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from organizations.models import Industry, Organization, OrganizationSize
from organizations.queries import ORDERINGS, DirectoryFilters
from p2psandbox.platform.files.fields import Uploads
from p2psandbox.platform.files.models import Purpose
from p2psandbox.platform.files.purposes import RULES

_CHOOSE = _("Choose…")
_LISTS = ("certifications", "capabilities")


def _countries() -> list[tuple[str, Any]]:
    return [("", _CHOOSE), *countries]


class OrganizationForm(forms.Form):
    """What a company says about itself; stored by ``actions.profile.update_organization``."""

    name = forms.CharField(
        label=_("Name"), widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "organization"})
    )
    industry = forms.ChoiceField(label=_("Industry"), choices=[("", _CHOOSE), *Industry.choices], required=False)
    size = forms.ChoiceField(label=_("Size"), choices=[("", _CHOOSE), *OrganizationSize.choices], required=False)
    description = forms.CharField(
        label=_("What you make, and for whom"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    website = forms.CharField(
        label=_("Website"), required=False, widget=forms.URLInput(attrs={"placeholder": "https://", "dir": "ltr"})
    )
    founded = forms.IntegerField(label=_("Founded in"), required=False, widget=forms.NumberInput(attrs={"step": 1}))
    capabilities = forms.CharField(
        label=_("What you can do"), help_text=_("Parted by commas: casting, CNC milling, assembly."), required=False
    )
    certifications = forms.CharField(
        label=_("Certifications"), help_text=_("Parted by commas: ISO 9001, IATF 16949."), required=False
    )
    country = forms.ChoiceField(label=_("Country"), choices=_countries, required=False)
    city = forms.CharField(label=_("City"), required=False, widget=forms.TextInput(attrs={"dir": "auto"}))
    address = forms.CharField(
        label=_("Address"),
        help_text=_("Members of your organization and moderators see it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            value = getattr(organization, name)
            self.initial.setdefault(name, ", ".join(value) if name in _LISTS else value)
        for name in _LISTS:
            attrs = {"dir": "auto", "data-tags": "30", "data-module": lazy(static, str)("js/tags.js")}
            self.fields[name].widget.attrs.update(attrs)

    def changes(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        given = dict(self.cleaned_data)
        for name in _LISTS:
            pieces = given[name].replace("،", ",").split(",")
            given[name] = [piece.strip() for piece in pieces if piece.strip()]
        return given


class DirectoryForm(forms.Form):
    """What the directory is narrowed to; values that cannot be read narrow to nothing rather than fail."""

    search = forms.CharField(required=False, max_length=200)
    industry = forms.ChoiceField(required=False, choices=[("", _("All")), *Industry.choices])
    country = forms.CharField(required=False, max_length=2)
    city = forms.CharField(required=False, max_length=100)
    verified = forms.BooleanField(required=False)
    ordering = forms.ChoiceField(required=False, choices=[("", "")] + [(name, name) for name in ORDERINGS])

    def filters(self) -> DirectoryFilters:
        """Return what could be read."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return DirectoryFilters(**given)


class LogoForm(forms.Form):
    """A picture for the logo."""

    file = forms.FileField(
        label=_("Logo"),
        help_text=_("A picture of at most 25 MB. It is made to fit, and what cameras hide in it is removed."),
        widget=forms.FileInput(attrs={"accept": RULES[Purpose.LOGO].extensions}),
    )


class VerificationForm(forms.Form):
    """What a moderator needs to know; the documents come beside it."""

    registration = forms.CharField(
        label=_("Registration number"),
        help_text=_("As in the commercial register, with its place: HRB 4711, Leipzig."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    documents = Uploads(
        purpose=Purpose.EVIDENCE,
        label=_("Documents"),
        help_text=_("One to five PDFs or pictures, such as an extract of the register. Only moderators see them."),
    )
    note = forms.CharField(
        label=_("Anything else"), required=False, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
