"""The shape of what is typed into the forums' forms; the rules are the actions' own."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from forums.models import Category
from forums.queries import ORDERINGS, ThreadOrder, TopicFilters
from p2psandbox.platform.files.fields import Uploads
from p2psandbox.platform.files.models import Purpose
from p2psandbox.platform.richtext_widget import RichTextarea
from p2psandbox.platform.search import MAX_QUERY
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


class ThreadForm(forms.Form):
    """A topic's address: an order that is not understood is the usual one."""

    order = forms.ChoiceField(required=False, choices=[(order.value, "") for order in ThreadOrder])

    def chosen(self) -> ThreadOrder:
        """Return the order this address names."""
        self.is_valid()
        return ThreadOrder(self.cleaned_data.get("order") or ThreadOrder.OLDEST)


class FilterForm(forms.Form):
    """A list's address: what is not understood is left out, so that an old link still opens a list."""

    tag = forms.CharField(required=False, max_length=40)
    author = forms.UUIDField(required=False)
    answered = forms.TypedChoiceField(
        required=False,
        choices=[("true", ""), ("false", "")],
        coerce=lambda value: value == "true",
        empty_value=None,
    )
    mine = forms.TypedChoiceField(required=False, choices=[("1", "")], coerce=bool, empty_value=None)
    bookmarked = forms.TypedChoiceField(required=False, choices=[("1", "")], coerce=bool, empty_value=None)
    search = forms.CharField(required=False, max_length=MAX_QUERY)
    ordering = forms.ChoiceField(required=False, choices=[(name, "") for name in ORDERINGS])

    def filters(self, category: UUID | None = None) -> TopicFilters:
        """Return the filters this address names, on this category's shelf."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, False)}
        if self.cleaned_data.get("answered") is False:
            chosen["answered"] = False
        return TopicFilters(category=category, **chosen)
