"""Forms of signing in and of passwords, second factors and passkeys: allauth's, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

PASSWORD_HELP = _("At least 8 characters. A few words you can remember are best.")


class _OurWords:
    """Gives a form of allauth's our labels and help; labels say what placeholders would."""

    words: dict[str, tuple[Any, Any]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        for name, (label, help_text) in self.words.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = help_text


class SignInForm(_OurWords, account.LoginForm):
    words = {
        "login": (_("Email"), ""),
        "password": (_("Password"), ""),
        "remember": (_("Stay signed in on this device"), ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].validators.append(MaxLengthValidator(128))  # none is longer: no hashing for it


class PasswordAgainForm(_OurWords, account.ReauthenticateForm):
    words = {"password": (_("Password"), "")}


class NewAddressForm(_OurWords, account.AddEmailForm):
    words = {"email": (_("New email address"), _("We send it a link. Your address changes once you follow it."))}


class PasswordResetForm(_OurWords, account.ResetPasswordForm):
    words = {"email": (_("Email"), "")}


class NewPasswordForm(_OurWords, account.ResetPasswordKeyForm):
    words = {"password1": (_("New password"), PASSWORD_HELP)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]  # "Show" beside the field does what typing twice was for


class PasswordChangeForm(_OurWords, account.ChangePasswordForm):
    words = {
        "oldpassword": (_("Present password"), ""),
        "password1": (_("New password"), PASSWORD_HELP),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


_CODE = (_("Code"), _("Six digits from your app, or one of your recovery codes."))


class SecondFactorForm(_OurWords, second_factor.AuthenticateForm):
    words = {"code": _CODE}


class SecondFactorAgainForm(_OurWords, second_factor.ReauthenticateForm):
    words = {"code": _CODE}


class ActivateAppForm(_OurWords, ActivateTOTPForm):
    words = {"code": (_("Code"), _("The six digits your app shows now."))}


class AddPasskeyForm(_OurWords, AddWebAuthnForm):
    words = {
        "name": (_("Name"), _("So that you know it again.")),
        "passwordless": (
            _("Sign in with it alone"),
            _("Without a password. The device then asks for your finger, face or PIN."),
        ),
    }


class RenamePasskeyForm(_OurWords, EditWebAuthnForm):
    words = {"name": (_("Name"), _("So that you know it again."))}
