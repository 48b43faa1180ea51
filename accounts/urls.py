"""Addresses of accounts. Those that stand before allauth's own replace them."""

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from accounts.api import account, auth, passwords
from accounts.api import invitations as invitations_api
from accounts.api import members as members_api
from accounts.api import people as people_api
from accounts.views import invitations, members, people, settings, signup
from accounts.views.language import language

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
    path("_allauth/app/v1/account/phone", csrf_exempt(settings.not_here)),
    path("language/", language, name="language"),
    path("settings/profile/", settings.profile, name="settings_profile"),
    path("settings/profile/picture/", settings.picture, name="settings_picture"),
    path("organization/members/", members.member_list, name="members"),
    path("organization/members/<uuid:person_id>/", members.member, name="member"),
    path("organization/members/<uuid:person_id>/<slug:act>/", members.act, name="member_act"),
    path("organization/audit/", members.audit, name="audit"),
    path("organization/invitations/", invitations.invitations, name="invitations"),
    path("organization/invitations/<uuid:invitation_id>/resend/", invitations.resend, name="invitation_resend"),
    path("organization/invitations/<uuid:invitation_id>/cancel/", invitations.cancel, name="invitation_cancel"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("people/", people.people, name="people"),
    path("people/<uuid:person_id>/", people.person, name="person"),
]

api: list[URLPattern | URLResolver] = [
    path("auth/signup", auth.SignUpEndpoint.as_view(), name="auth_signup"),
    path("auth/login", auth.SignInEndpoint.as_view(), name="auth_login"),
    path("auth/mfa", auth.SecondFactorEndpoint.as_view(), name="auth_mfa"),
    path("auth/logout", auth.SignOutEndpoint.as_view(), name="auth_logout"),
    path("auth/session", auth.SessionEndpoint.as_view(), name="auth_session"),
    path("auth/session/refresh", auth.RefreshEndpoint.as_view(), name="auth_session_refresh"),
    path("auth/password/reset", passwords.PasswordResetEndpoint.as_view(), name="auth_password_reset"),
    path(
        "auth/password/reset/confirm",
        passwords.PasswordResetConfirmEndpoint.as_view(),
        name="auth_password_reset_confirm",
    ),
    path("auth/password/change", passwords.PasswordChangeEndpoint.as_view(), name="auth_password_change"),
    path("auth/email/verify", passwords.EmailVerifyEndpoint.as_view(), name="auth_email_verify"),
    path("auth/email/resend", passwords.EmailResendEndpoint.as_view(), name="auth_email_resend"),
    path("auth/sessions", account.SessionsEndpoint.as_view(), name="auth_sessions"),
    path("auth/sessions/<uuid:session>", account.OneSessionEndpoint.as_view(), name="auth_session_end"),
    path("invitations", invitations_api.InvitationsEndpoint.as_view(), name="invitations"),
    path("invitations/send", invitations_api.SendInvitationsEndpoint.as_view(), name="invitations_send"),
    path("invitations/stats", invitations_api.InvitationCountsEndpoint.as_view(), name="invitations_stats"),
    path("invitations/validate", invitations_api.ValidateInvitationEndpoint.as_view(), name="invitation_validate"),
    path("invitations/accept", invitations_api.AcceptInvitationEndpoint.as_view(), name="invitation_accept"),
    path("invitations/<uuid:invitation_id>", invitations_api.InvitationEndpoint.as_view(), name="invitation"),
    path(
        "invitations/<uuid:invitation_id>/resend",
        invitations_api.ResendInvitationEndpoint.as_view(),
        name="invitation_resend",
    ),
    path("users", members_api.MembersEndpoint.as_view(), name="users"),
    path("users/organization", members_api.OrganizationMembersEndpoint.as_view(), name="users_organization"),
    path("users/<uuid:person_id>", members_api.MemberEndpoint.as_view(), name="user"),
    path("users/me", account.MeEndpoint.as_view(), name="me"),
    path("users/me/avatar", account.AvatarEndpoint.as_view(), name="my_avatar"),
    path("users/directory", people_api.DirectoryEndpoint.as_view(), name="directory"),
]
