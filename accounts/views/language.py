"""The language of the pages, chosen by whoever reads them: with an account or without."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.profile import update_profile
from accounts.language import keep_language


class LanguageForm(forms.Form):
    """Which language, and the page to go back to."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    next = forms.CharField(required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Offer the languages; once one is chosen, keep it (in the profile, too) and go back to where the reader was."""
    form = LanguageForm(request.POST or None)
    if form.is_valid():
        chosen, back = form.cleaned_data["language"], form.cleaned_data["next"]
        if request.user.is_authenticated:
            update_profile(actor=request.actor, changes={"language": chosen})  # type: ignore[attr-defined]
        response = redirect(back if _leads_back(back) else "home")
        keep_language(response, chosen)
        return response
    here, came_from = request.build_absolute_uri(), request.headers.get("Referer", "")
    context = {"next": came_from if _leads_back(came_from) and came_from != here else ""}
    return render(request, "accounts/language.html", context, status=400 if form.is_bound else 200)


def _leads_back(url: str) -> bool:
    return bool(url) and bool(get_adapter().is_safe_url(url))
