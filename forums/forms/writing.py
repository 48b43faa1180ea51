"""Forms in which topics and posts are written."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from forums.models import Category
from p2psandbox.platform.files.fields import Uploads
from p2psandbox.platform.files.models import Purpose
from p2psandbox.platform.richtext_widget import RichTextarea
from p2psandbox.platform.textrules import TITLE


def attached_files() -> Uploads:
    """Return the field for files under a post."""
    return Uploads(
        purpose=Purpose.ATTACHMENT,
        label=_("Files"),
        help_text=_("Photos, logs, drawings, tables. Pictures may also stand in the text."),
    )


class Typed(forms.CharField):
    """Text exactly as typed. Marked as required, but judged by the action, so that all is said at once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def validate(self, value: Any) -> None:
        """Leave it to the action."""

    def run_validators(self, value: Any) -> None:
        """Leave it to the action."""


def new_key() -> str:
    """Return a one-time key: the same form sent twice makes one thing."""
    return secrets.token_urlsafe(12)


class Keyed(forms.Form):
    """A form that makes something once."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_key(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class ReplyForm(Keyed):
    """A reply; ``parent`` is the post it answers."""

    body = Typed(label=_("What you want to say"), widget=RichTextarea(small=True, pictures=True, people=True))
    attachments = attached_files()
    parent = forms.UUIDField(widget=forms.HiddenInput, required=False)


class PostForm(forms.Form):
    """A post's text once more; ``revision`` is the version the person saw."""

    use_required_attribute = False
    body = Typed(label=_("Text"), widget=RichTextarea(pictures=True, people=True))
    attachments = attached_files()
    revision = forms.UUIDField(widget=forms.HiddenInput, required=False)


class TopicForm(Keyed):
    """A question: where it belongs, what it is about, what there is to know."""

    category = forms.ChoiceField(label=_("Category"), required=True)
    title = Typed(
        label=_("Title"),
        help_text=_("One line that says what you want to know, as you would ask a colleague."),
        widget=forms.TextInput(attrs={"maxlength": TITLE.max_length, "dir": "auto"}),
    )
    body = Typed(
        label=_("Your question"),
        help_text=_("What you see, what you tried, which machine or part it is about."),
        widget=RichTextarea(pictures=True, people=True),
    )
    attachments = attached_files()
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        help_text=_("Up to six, parted by commas: PLC, compressor, energy."),
        widget=forms.TextInput(attrs={"data-tags": "6", "dir": "auto"}),
    )
    revision = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, categories: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(category.pk), category.name) for category in categories]
        self.fields["tags"].widget.attrs["data-module"] = static("js/tags.js")
        self.fields["category"].choices = [("", _("Choose a category")), *choices]  # type: ignore[attr-defined]

    def clean_category(self) -> Any:
        """Return the chosen category's id."""
        return self.cleaned_data["category"]

    def clean_tags(self) -> list[str]:
        """Return what stands between the commas (the Arabic one counts too)."""
        return [tag for tag in self.cleaned_data["tags"].replace("،", ",").split(",") if tag.strip()]
