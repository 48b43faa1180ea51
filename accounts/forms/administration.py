"""Forms of a company's administration. What counts as valid is the actions' to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import invitees
from accounts.models import InvitationStatus, MemberRole, User
from accounts.queries.members import MemberFilters
from organizations.models import Deed

#: Characters of a pasted list: 200 addresses with names take a third of it.
_LONGEST_LIST = 60_000


class InvitationForm(forms.Form):
    """Addresses, pasted or as a file; what they may do; a word to them."""

    emails = forms.CharField(
        label=_("Email addresses"),
        help_text=_("One or many, parted by commas or lines. A list copied from your mail program works."),
        error_messages={"required": _("Enter at least one email address.")},
        max_length=_LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr", "autocapitalize": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        help_text=_("One address a row, in any column. At most 200 addresses at once."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (MemberRole.MEMBER, _("Member\nReads, asks, answers, writes use cases.")),
            (MemberRole.ADMIN, _("Admin\nAlso manages members and signs off what is published.")),
        ],
        initial=MemberRole.MEMBER,
        widget=forms.RadioSelect(attrs={"class": "choices--cards"}),
    )
    message = forms.CharField(
        label=_("Message"),
        help_text=_("Stands in the mail, so that people know it is you."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "maxlength": 500}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A file alone is enough."""
        super().__init__(*args, **kwargs)
        if self.files.get("file"):
            self.fields["emails"].required = False

    def clean_file(self) -> list[str]:
        """Return the addresses in the file."""
        file = self.cleaned_data["file"]
        if not file:
            return []
        if file.size > invitees.LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large for a list of addresses."))
        try:
            return invitees.uploaded(file.read())
        except invitees.UnreadableList as error:
            raise forms.ValidationError(_("We cannot read this file. Save the list as CSV and try again.")) from error

    def addresses(self) -> list[str]:
        """Return what was pasted and what was uploaded, each once."""
        return list(dict.fromkeys([*invitees.pasted(self.cleaned_data["emails"]), *self.cleaned_data["file"]]))


class InvitationFilterForm(forms.Form):
    """Which invitations are listed; what cannot be read narrows to nothing."""

    status = forms.ChoiceField(required=False, choices=[("", ""), *InvitationStatus.choices])

    def status_wanted(self) -> str:
        """Return the status asked for, or an empty string."""
        self.is_valid()
        return str(self.cleaned_data.get("status", ""))


class AcceptForm(forms.Form):
    """Who joins."""

    first_name = forms.CharField(
        label=_("First name"), widget=forms.TextInput(attrs={"autocomplete": "given-name", "dir": "auto"})
    )
    last_name = forms.CharField(
        label=_("Last name"), widget=forms.TextInput(attrs={"autocomplete": "family-name", "dir": "auto"})
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 8 characters. A few words you can remember are best."),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        """Take the invited address along, so that password managers know what the password is for."""
        super().__init__(*args, **kwargs)
        self.fields["email"] = forms.CharField(
            label=_("Email"),
            disabled=True,
            initial=email,
            widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        )


STATUS_LABELS = {
    "active": _("Active"),
    "inactive": _("Deactivated"),
    "unverified": _("Address not confirmed"),
}
ORDERING_LABELS = {
    "name": _("Name, A to Z"),
    "-name": _("Name, Z to A"),
    "role": _("Admins first"),
    "-created_at": _("Newest first"),
    "created_at": _("Longest here first"),
    "-last_login": _("Last signed in first"),
    "last_login": _("Longest away first"),
}


class MemberFilterForm(forms.Form):
    """What the list of members is narrowed to; values that cannot be read narrow to nothing."""

    search = forms.CharField(required=False, max_length=200)
    role = forms.ChoiceField(required=False, choices=[("", ""), *MemberRole.choices])
    status = forms.ChoiceField(required=False, choices=[("", ""), *STATUS_LABELS.items()])
    ordering = forms.ChoiceField(required=False, choices=[("", ""), *ORDERING_LABELS.items()])

    def filters(self) -> MemberFilters:
        """Return what could be read."""
        self.is_valid()
        return MemberFilters(**{name: value for name, value in self.cleaned_data.items() if value})


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What an admin may write about a member; stored by ``actions.members.update_member``."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "job_title"]
        labels = {"job_title": _("Job title")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["dir"] = "auto"

    def _post_clean(self) -> None:
        """Leave the instance as it is: the action checks and stores."""


class AuditFilterForm(forms.Form):
    """Which part of the audit trail is shown."""

    what = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("All")), *Deed.choices])
    person = forms.CharField(label=_("Name or address"), required=False, max_length=200)

    def wanted(self) -> dict[str, str]:
        """Return what could be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
