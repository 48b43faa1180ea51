"""The form widget for text with formatting: a plain text area that JavaScript turns into an editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from p2psandbox.platform.richtext import from_plain_text

PLAIN, HTML = "plain", "html"


class RichTextarea(forms.Textarea):
    """Returns HTML, whether it was typed as plain text or written in the editor.

    Beside ``<name>`` it posts ``<name>_format`` (``plain`` or ``html``). An initial value is taken for HTML,
    since that is what is stored; a value that comes back after an error keeps the format it was posted with.
    The HTML is *not* sanitised here: actions do that on write. ``small`` makes a low editor, for replies;
    ``pictures`` lets it take pictures (whoever stores the text attaches them), ``people`` suggests whom to mention.
    """

    template_name = "django/forms/widgets/rich_textarea.html"

    def __init__(
        self,
        attrs: Mapping[str, Any] | None = None,
        *,
        small: bool = False,
        pictures: bool = False,
        people: bool = False,
    ) -> None:
        super().__init__({"rows": 4 if small else 10, "dir": "auto", **(attrs or {})})
        self.small, self.pictures, self.people = small, pictures, people

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        """Add the format the text area starts with."""
        context = super().get_context(name, value, dict(attrs or {}))
        context["widget"] |= {
            "format": HTML if value else PLAIN,
            "small": self.small,
            "pictures": self.pictures,
            "people": self.people,
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        """Return the posted text as HTML; plain text becomes paragraphs."""
        text = super().value_from_datadict(data, files, name)
        if not isinstance(text, str) or not text:
            return None if text is None else str(text)
        return text if data.get(f"{name}_format") == HTML else from_plain_text(text)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data
