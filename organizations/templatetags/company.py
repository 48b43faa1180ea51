"""The way between the parts of one's own company."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from p2psandbox.platform.pages.frame import url_or_none
from p2psandbox.platform.permissions import Permission, allows

register = template.Library()

#: Label, URL name, the start of the names that belong to it, what one must be allowed.
_TABS = (
    (gettext_lazy("Members"), "accounts:members", "accounts:member", Permission.MANAGE_MEMBERS),
    (gettext_lazy("Invitations"), "accounts:invitations", "accounts:invitation", Permission.INVITE),
    (gettext_lazy("Statistics"), "organization_statistics", "organization_statistics", Permission.SEE_STATISTICS),
    (gettext_lazy("Audit trail"), "accounts:audit", "accounts:audit", Permission.MANAGE_MEMBERS),
)


@register.inclusion_tag("components/tabs.html", takes_context=True)
def company_tabs(context: template.Context) -> dict[str, Any]:
    """Tabs between a company's page and its administration, for its admins; nothing for others.

    What has no page yet is left out.
    """
    request = context["request"]
    organization = getattr(request.user, "organization", None)
    tabs: list[dict[str, Any]] = []
    if organization is not None:
        here = request.resolver_match.view_name if request.resolver_match is not None else ""
        for label, name, prefix, permission in _TABS:
            url = url_or_none(name)
            if url is not None and allows(request.actor, permission, organization_id=organization.pk):
                tabs.append({"label": label, "url": url, "current": here.startswith(prefix)})
    if tabs and organization is not None:
        profile = reverse("organizations:detail", args=[organization.slug])
        tabs.insert(0, {"label": _("Profile"), "url": profile, "current": request.path.startswith(profile)})
    return {"label": _("Company"), "tabs": tabs}
