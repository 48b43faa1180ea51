"""What an organization's admins do with it: its profile, its logo, its verification."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organizations import queries
from organizations.actions.logo import remove_logo, set_logo
from organizations.actions.profile import update_organization
from organizations.actions.verification import KIND, request_verification, withdraw_request
from organizations.forms import LogoForm, OrganizationForm, VerificationForm
from organizations.models import Organization, VerificationState
from organizations.views.public import actor_of_page, clean_slug
from p2psandbox.platform.errors import Conflict, Invalid, ProductError
from p2psandbox.platform.files.fields import take
from p2psandbox.platform.files.queries import attached_files, permanent_url
from p2psandbox.platform.forms import apply_errors, refused_file


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what the company says about itself."""
    actor = actor_of_page(request)
    organization = queries.organization_to_edit(actor, slug=clean_slug(slug))
    form = OrganizationForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid():
        try:
            changed = update_organization(actor=actor, organization_id=organization.pk, changes=form.changes())
        except Invalid as error:
            apply_errors(form, error)
        else:
            messages.success(request, _("The profile is saved."))
            return redirect(changed)
    return _edit_page(request, organization, form)


def _edit_page(
    request: HttpRequest, organization: Organization, form: forms.Form, logo: forms.Form | None = None
) -> HttpResponse:
    context = {"form": form, "organization": organization, "logo": logo or LogoForm()}
    refused = form.is_bound or (logo is not None and logo.is_bound)
    return render(request, "organizations/edit.html", context, status=400 if refused else 200)


@require_POST
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the logo, or with ``remove`` take it away."""
    actor = actor_of_page(request)
    organization = queries.organization_to_edit(actor, slug=clean_slug(slug))
    if "remove" in request.POST:
        remove_logo(actor=actor, organization_id=organization.pk)
        messages.success(request, _("The logo is removed."))
        return redirect("organizations:edit", organization.slug)
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            set_logo(
                actor=actor,
                organization_id=organization.pk,
                name=sent.name or "",
                stream=sent.file,
                content_type=sent.content_type or "",
            )
        except ProductError as error:
            form.add_error("file", refused_file(error))
        else:
            messages.success(request, _("The logo is set."))
            return redirect("organizations:edit", organization.slug)
    return _edit_page(request, organization, OrganizationForm(organization=organization), form)


@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the verification with documents; see what became of it."""
    actor = actor_of_page(request)
    organization = queries.organization_to_edit(actor, slug=clean_slug(slug))
    form = VerificationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            documents = take(form, "documents", actor=actor) or ()
            given = form.cleaned_data
            request_verification(
                actor=actor,
                organization_id=organization.pk,
                registration=given["registration"],
                note=given["note"],
                documents=documents,
            )
        except Invalid as error:
            apply_errors(form, error)
        except Conflict as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Sent. A moderator looks at it, and you get a mail."))
            return redirect("organizations:verification", organization.slug)
    latest = queries.latest_request(actor, organization)
    shown = attached_files(KIND, [latest.pk]).get(latest.pk, []) if latest else []
    context = {
        "organization": organization,
        "form": form,
        "latest": latest,
        "pending": latest is not None and latest.state == VerificationState.PENDING,
        "documents": [(file.name, permanent_url(file)) for file in shown],
    }
    return render(request, "organizations/verification.html", context, status=400 if form.is_bound else 200)


@require_POST
def verification_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the waiting request back."""
    actor = actor_of_page(request)
    organization = queries.organization_to_edit(actor, slug=clean_slug(slug))
    withdraw_request(actor=actor, organization_id=organization.pk)
    messages.success(request, _("Your request is withdrawn and its documents are deleted."))
    return redirect("organizations:verification", organization.slug)
