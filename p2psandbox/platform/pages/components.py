"""``/dev/components/``: every component in every state, both themes, both directions. Local mode only.

The page is for those who build pages, so its own words are not translated. ``?panes=4`` puts light and dark,
left-to-right and right-to-left side by side.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone

from p2psandbox.platform.pages import samples
from p2psandbox.platform.pages.frame import url_or_none
from p2psandbox.platform.richtext_widget import RichTextarea

#: What `?panes=` may be: how many panes stand side by side, as (theme, direction).
PANES: dict[str, list[tuple[str, str]]] = {
    "1": [("", "")],
    "2": [("light", "ltr"), ("dark", "ltr")],
    "rtl": [("light", "rtl"), ("dark", "rtl")],
    "4": [("light", "ltr"), ("dark", "ltr"), ("light", "rtl"), ("dark", "rtl")],
}
SECTIONS = ("colour", "type", "actions", "forms", "files", "marks", "stories", "topics", "figures", "navigation",
            "feedback", "writing")  # fmt: skip


class SampleForm(forms.Form):
    """One of each control."""

    name = forms.CharField(label="Organization", max_length=120)
    email = forms.EmailField(label="Email", help_text="We send one message to confirm it.")
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput,
        help_text="At least 8 characters. A sentence is good.",
    )
    industry = forms.ChoiceField(
        label="Industry", choices=[("", "Choose"), ("metals", "Metals and metalworking"), ("food", "Food")],
        required=False,
    )  # fmt: skip
    people = forms.IntegerField(label="People", required=False, min_value=1)
    problem = forms.CharField(label="What was the problem", widget=forms.Textarea(attrs={"rows": 4}))
    visibility = forms.ChoiceField(
        label="Who may read it",
        choices=[
            ("members", "Members\nPeople of all organizations here, signed in."),
            ("public", "Everyone\nAlso visitors and search engines. Contact details stay hidden."),
        ],
        widget=forms.RadioSelect(attrs={"class": "choices--cards"}),
        initial="members",
    )
    technologies = forms.CharField(label="Technologies", required=False, help_text="Parted by commas.")
    attachments = forms.FileField(label="Files", required=False)
    agree = forms.BooleanField(label="Tell me by email when somebody answers", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technologies"].widget.attrs |= {"data-tags": "8", "data-module": static("js/tags.js")}


class WritingForm(forms.Form):
    """The rich-text editor."""

    body = forms.CharField(
        label="Your question",
        widget=RichTextarea(attrs={"placeholder": "What happens, since when, what you tried"}),
        help_text="Part numbers, fault codes and photos help most.",
    )


def components(request: HttpRequest) -> HttpResponse:
    """Show the style page; ``?panes=1|2|rtl|4`` and ``?section=`` choose what."""
    chosen = request.GET.get("panes", "1")
    sections = [name for name in SECTIONS if request.GET.get("section") in (None, name)]
    panes = [_pane(number, *look) for number, look in enumerate(PANES.get(chosen, PANES["1"]))]
    choices = [("1", "This page"), ("2", "Light and dark"), ("rtl", "Right to left"), ("4", "All four")]
    context = {
        "page_title": "Components",
        "panes": panes,
        "tabs": [{"label": text, "url": f"?panes={key}", "current": key == chosen} for key, text in choices],
        "sections": [f"dev/components/{name}.html" for name in sections],
        "section_names": SECTIONS,
        "chosen": chosen,
    }
    return render(request, "dev/components.html", context)


def _pane(number: int, theme: str, direction: str) -> dict[str, Any]:
    key = f"pane{number}"
    arabic = direction == "rtl"
    now = timezone.now()
    return {
        "key": key,
        "theme": theme,
        "direction": direction,
        "form": SampleForm(auto_id=f"{key}_%s", prefix=key),
        "faulty": _posted(key),
        "writing": WritingForm(
            {f"{key}w-body": samples.BODY, f"{key}w-body_format": "html"},
            auto_id=f"{key}_writing_%s", prefix=f"{key}w",
        ),
        "files": samples.FILES,
        "upload_id": f"{key}_upload",
        "cards": samples.cards(now.date(), arabic=arabic),
        "topics": samples.topics(now, arabic=arabic),
        "facts": samples.FACTS,
        "trail": [("Forums", "#"), ("Maintenance", "#")],
        "steps": [("Your organization", "#"), ("The story", ""), ("Files and submit", "")],
        "tabs": samples.TABS,
        "chips": [("Metals", "#"), ("Scrap −20 % or better", "#"), ("Egypt", "#")],
        "body": samples.ARABIC_BODY if arabic else samples.BODY,
        "hour_ago": now - timedelta(hours=1),
        "sign_in": url_or_none("account_login") or "#",
    }  # fmt: skip


def _posted(key: str) -> SampleForm:
    prefix = f"{key}f"
    typed = {"name": "", "email": "hassan@", "password": "", "problem": "", "visibility": "members"}
    data = {f"{prefix}-{name}": value for name, value in typed.items()}
    form = SampleForm(data, auto_id=f"{key}_faulty_%s", prefix=prefix)
    form.is_valid()
    return form
