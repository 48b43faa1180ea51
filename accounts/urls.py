"""Addresses of accounts. Those that stand before allauth's own replace them."""

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from accounts.views import settings, signup

pages: list[URLPattern | URLResolver] = [
    path("accounts/signup/", signup.SignUpView.as_view(), name="signup"),
    path("accounts/signup/sent/", signup.verification_sent, name="verification_sent"),
    path("accounts/verification/", signup.verification_pending, name="verification_pending"),
    path("accounts/verification/resend/", signup.resend_verification, name="resend_verification"),
    re_path(r"^accounts/confirm-email/(?P<key>[-:\w]+)/$", signup.ConfirmAddressView.as_view(), name="confirm_email"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        signup.NewPasswordView.as_view(),
        name="new_password",
    ),
    path("accounts/sessions/", settings.sessions, name="sessions"),
    path("accounts/sessions/<uuid:session>/end/", settings.session_end, name="session_end"),
    path("accounts/sessions/end-all/", settings.sign_out_everywhere, name="sign_out_everywhere"),
    path("accounts/held-form/", settings.held_form, name="held_form"),
    path("accounts/login/code/confirm/", settings.not_here),
    path("_allauth/app/v1/auth/signup", csrf_exempt(settings.not_here)),
    path("settings/profile/", settings.profile, name="settings_profile"),
]

api: list[URLPattern | URLResolver] = []
