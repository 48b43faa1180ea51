"""Forms in which people sign up and say who they are."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.templatetags.static import static
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.forms.signing_in import PASSWORD_HELP
from accounts.models import User
from organizations.models import Industry, OrganizationSize
from p2psandbox.platform.files.models import Purpose
from p2psandbox.platform.files.purposes import RULES

_CHOOSE = _("Choose…")


def _countries() -> list[tuple[str, Any]]:
    return [("", _CHOOSE), *countries]


@cache
def _time_zones() -> list[tuple[str, str]]:
    """Every zone this machine knows; finding them reads some hundred files, so it is done once."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


class SignUpForm(forms.Form):
    """A company and its first admin. What counts as valid is the action's to say."""

    email = forms.CharField(
        label=_("Work email"),
        help_text=_("We send a link to it. Colleagues see your name, not your address."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    first_name = forms.CharField(
        label=_("First name"), widget=forms.TextInput(attrs={"autocomplete": "given-name", "dir": "auto"})
    )
    last_name = forms.CharField(
        label=_("Last name"), widget=forms.TextInput(attrs={"autocomplete": "family-name", "dir": "auto"})
    )
    organization_name = forms.CharField(
        label=_("Organization"),
        help_text=_("Your company's name as others know it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "dir": "auto"}),
    )
    industry = forms.ChoiceField(label=_("Industry"), required=False, choices=[("", _CHOOSE), *Industry.choices])
    organization_size = forms.ChoiceField(
        label=_("Size"), required=False, choices=[("", _CHOOSE), *OrganizationSize.choices]
    )
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=_countries,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    city = forms.CharField(
        label=_("City"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2", "dir": "auto"}),
    )
    form_key = forms.CharField(
        required=False, max_length=100, widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(16)
    )


class AddressForm(forms.Form):
    """One address, to send something to."""

    email = forms.CharField(label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What a person says about themselves; stored by ``actions.profile.update_profile``."""

    expertise = forms.CharField(
        label=_("What you know about"),
        help_text=_("Up to 20, parted by commas: compressors, PLC, scrap."),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_time_zones)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "job_title", "phone", "bio", "expertise", "language", "time_zone"]
        labels = {"bio": _("About you"), "job_title": _("Job title"), "phone": _("Phone")}
        help_texts = {"phone": _("Members of your own organization see it.")}
        widgets = {"bio": forms.Textarea(attrs={"rows": 4, "dir": "auto"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["expertise"] = ", ".join(self.instance.expertise)
        self.fields["expertise"].widget.attrs.update(
            {"data-tags": "20", "data-module": lazy(static, str)("js/tags.js")}
        )

    def clean_expertise(self) -> list[str]:
        typed = self.cleaned_data["expertise"].replace("،", ",")
        return [part for part in (piece.strip() for piece in typed.split(",")) if part]

    def _post_clean(self) -> None:
        """Leave the instance as it is: the action checks and stores."""


class PictureForm(forms.Form):
    """A person's picture; in the browser they choose its square (``static/js/crop.js``)."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("At most 25 MB. What cameras hide in it, such as the place, is removed."),
        widget=forms.FileInput(attrs={"accept": RULES[Purpose.AVATAR].extensions, "data-crop": "384"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["data-module"] = lazy(static, str)("js/crop.js")
