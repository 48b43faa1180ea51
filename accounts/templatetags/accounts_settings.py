"""The way between a person's settings."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

_TABS = (
    (gettext_lazy("Profile"), "accounts:settings_profile", ("accounts:settings_profile",)),
    (gettext_lazy("Notifications"), "messaging:preferences", ("messaging:preferences",)),
    (gettext_lazy("Messages"), "messaging:message_preferences", ("messaging:message_preferences",)),
    (gettext_lazy("Email"), "account_email", ("account_email",)),
    (gettext_lazy("Password"), "account_change_password", ("account_change_password", "account_set_password")),
    (gettext_lazy("Second factor"), "mfa_index", ("mfa_",)),
    (gettext_lazy("Sessions"), "usersessions_list", ("accounts:sessions",)),
)


@register.inclusion_tag("components/tabs.html", takes_context=True)
def settings_tabs(context: template.Context) -> dict[str, Any]:
    """Tabs between the parts of a person's settings; the present one is marked."""
    match = context["request"].resolver_match
    here = match.view_name if match is not None else ""
    return {
        "label": _("Settings"),
        "tabs": [
            {"label": label, "url": reverse(name), "current": here.startswith(prefixes)}
            for label, name, prefixes in _TABS
        ],
    }
