"""The three short pages a story is written on.

They take whatever is there, because a draft is saved from the first keystroke; what a field may hold is judged
by the actions, whose field names :func:`field_of` turns into those of the forms.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from organizations.models import Industry
from p2psandbox.platform.errors import Invalid, Message
from p2psandbox.platform.files.fields import Uploads
from p2psandbox.platform.files.models import Purpose
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.richtext_widget import RichTextarea
from usecases.content import MOST_METRICS, RICH, Content
from usecases.media import Medium, cover_of
from usecases.models import BudgetRange, Category, Visibility
from usecases.queries import Editing

_SEPARATORS = re.compile(r"[,،;；、\n]")


_NOTHING = ("", "—")


#: Metric rows offered beyond those filled in.
SPARE_ROWS = 2


_METRIC_FIELDS = ("name", "unit", "baseline", "result", "period", "method")


class StepForm(forms.Form):
    """One of the three pages. ``required`` only says what a story needs in the end: nothing is demanded here."""

    number: ClassVar[int]
    title_text: ClassVar[Any]
    use_required_attribute = False

    revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def full_clean(self) -> None:
        """Clean without demanding anything; keep the marks for the labels."""
        wanted = {name: field.required for name, field in self.fields.items()}
        for field in self.fields.values():
            field.required = False
        super().full_clean()
        for name, field in self.fields.items():
            field.required = wanted[name]

    def changes(self) -> dict[str, Any]:
        """Return what was entered, as :func:`usecases.actions.drafts.save_draft` takes it."""
        raise NotImplementedError

    def refuse(self, error: Invalid) -> None:
        """Put an action's refusal where the person typed."""
        apply_errors(self, Invalid({field_of(name): found for name, found in error.fields.items()}))

    @classmethod
    def of(cls, story: Editing) -> StepForm:
        """Return the page as it stands on the server."""
        return cls(initial={"revision": story.row.version, **_initial(story)}, **cls.options(story))

    @classmethod
    def options(cls, story: Editing | None) -> dict[str, Any]:
        """Return what else the form's constructor needs for this story."""
        return {}


def _initial(story: Editing) -> dict[str, Any]:
    content, contact = story.content, story.contact
    plain = (
        "title", "summary", "category", "industry", "country", "city", "site", "budget_range",
        "timeline_months", "vendor", "visibility",
    )  # fmt: skip
    initial: dict[str, Any] = {name: getattr(content, name) for name in plain}
    initial |= {name: getattr(content, name).html for name in RICH}
    initial |= {f"contact_{name}": getattr(contact, name) for name in ("name", "title", "email", "phone")}
    initial["technologies"] = ", ".join(content.technologies)
    initial["position"] = _position(content)
    initial["lessons"] = "\n".join(content.lessons)
    for row, metric in enumerate(content.metrics):
        initial |= {f"metric-{row}-{name}": getattr(metric, name) for name in _METRIC_FIELDS}
    return initial


class CompanyStep(StepForm):
    """Page 1: your organization, prefilled, and what the story is called."""

    number = 1
    title_text = _("Your organization")

    title = forms.CharField(
        label=_("Title"),
        help_text=_("What you did, in one line. For example: Vibration sensors on our compressors"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    category = forms.ChoiceField(label=_("Category"), choices=[_NOTHING, *Category.choices], required=False)
    industry = forms.ChoiceField(label=_("Industry"), choices=[_NOTHING, *Industry.choices])
    country = forms.ChoiceField(label=_("Country"), choices=[_NOTHING, *countries], required=False)
    city = forms.CharField(
        label=_("City"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "data-country": "country", "data-position": "position"}),
    )
    position = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    site = forms.CharField(label=_("Plant or line"), required=False, widget=forms.TextInput(attrs={"dir": "auto"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["city"].widget.attrs
        field |= {"data-cities": reverse("api:places_cities"), "data-module": static("usecases/cities.js")}

    def changes(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("title", "category", "industry")},
            "location": {name: data[name] for name in ("country", "city", "site")} | _chosen_position(data),
        }


def _chosen_position(data: dict[str, Any]) -> dict[str, float]:
    """Return the coordinates of the city that was chosen from the list, unless another one was typed since."""
    latitude, longitude, *place = [*data["position"].split(";", 3), "", "", ""][:4]
    if place != [data["country"], data["city"]]:
        return {}
    try:
        return {"latitude": float(latitude), "longitude": float(longitude)}
    except ValueError:
        return {}


def _position(content: Content) -> str:
    """Return a story's coordinates as the hidden field keeps them, with the city they are of."""
    if content.latitude is None:
        return ""
    return f"{content.latitude};{content.longitude};{content.country};{content.city}"


class StoryStep(StepForm):
    """Page 2: what was wrong, what was put in, what came of it."""

    number = 2
    title_text = _("The story")

    problem = forms.CharField(
        label=_("Problem"), help_text=_("What went wrong, how often, what it cost."), widget=RichTextarea(small=True)
    )
    technologies = forms.CharField(
        label=_("Technology"),
        help_text=_("What you put in. For example: PLC, vibration sensor, 6ES7 314"),
        widget=forms.TextInput(attrs={"data-tags": "20", "dir": "auto", "autocomplete": "off"}),
    )
    solution = forms.CharField(
        label=_("How you did it"),
        help_text=_("What you changed, who did it, what to watch out for."),
        widget=RichTextarea(small=True),
    )
    outcomes = forms.CharField(
        label=_("Outcomes"),
        help_text=_("What is better now, with figures if you have them."),
        widget=RichTextarea(small=True),
    )
    summary = forms.CharField(
        label=_("In one or two sentences"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    budget_range = forms.ChoiceField(label=_("Budget"), choices=[_NOTHING, *BudgetRange.choices], required=False)
    difficulties = forms.CharField(label=_("Difficulties"), required=False, widget=RichTextarea(small=True))

    folded = ("summary", "budget_range", "difficulties")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technologies"].widget.attrs["data-module"] = static("js/tags.js")

    def changes(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("summary", "budget_range", *RICH)},
            "technologies": [part for part in _SEPARATORS.split(data["technologies"]) if part.strip()],
        }


class LastStep(StepForm):
    """Page 3: whom to ask, who may read it, figures and lessons if there are any."""

    number = 3
    title_text = _("Contact and submit")

    contact_name = forms.CharField(
        label=_("Name"), required=False, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    contact_title = forms.CharField(
        label=_("Job title"), required=False, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    contact_email = forms.CharField(
        label=_("Email"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    contact_phone = forms.CharField(
        label=_("Phone"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    visibility = forms.ChoiceField(
        label=_("Who may read it"),
        choices=[
            (Visibility.MEMBERS.value, _("Members\nPeople of all organizations who are signed in")),
            (Visibility.PUBLIC.value, _("Everyone\nAlso people without an account, and search engines")),
        ],
        widget=forms.RadioSelect(attrs={"class": "choices--cards"}),
    )
    vendor = forms.CharField(
        label=_("Supplier or integrator"), required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    timeline_months = forms.IntegerField(
        label=_("Months from decision to running"),
        required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": 600, "inputmode": "numeric"}),
    )
    lessons = forms.CharField(
        label=_("Lessons"),
        required=False,
        help_text=_("One a line: what you would do again, and what not."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    media_files = Uploads(
        purpose=Purpose.MEDIA,
        label=_("Add pictures, videos and documents"),
        help_text=_("At most 30 a use case. Place and device are taken out of pictures and videos."),
    )

    def __init__(self, *args: Any, rows: int = SPARE_ROWS, media: tuple[Medium, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.story_media = media
        self.rows = max(1, min(rows, MOST_METRICS))
        for row in range(self.rows):
            for name in _METRIC_FIELDS:
                self.fields[f"metric-{row}-{name}"] = forms.CharField(
                    label=_METRIC_LABELS[name], required=False, widget=forms.TextInput(attrs={"dir": "auto"})
                )

    @classmethod
    def options(cls, story: Editing | None) -> dict[str, Any]:
        return {
            "rows": (len(story.content.metrics) if story else 0) + SPARE_ROWS,
            "media": story.content.media if story else (),
        }

    @property
    def metric_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each metric row, in order."""
        return [[self[f"metric-{row}-{name}"] for name in _METRIC_FIELDS] for row in range(self.rows)]

    def changes(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("visibility", "vendor", "timeline_months")},
            "contact": {name: data[f"contact_{name}"] for name in ("name", "title", "email", "phone")},
            **({"media": arranged} if (arranged := self._arranged()) else {}),
            "lessons": [line for line in data["lessons"].splitlines() if line.strip()],
            "metrics": [{name: data[f"metric-{row}-{name}"] for name in _METRIC_FIELDS} for row in range(self.rows)],
        }

    def _arranged(self) -> list[dict[str, Any]]:
        """Return order, captions and cover as the page shows them; what is gone meanwhile is left out."""
        posted = dict.fromkeys(self.data.get("media_order", "").split(","))
        known = {one.id: one for one in self.story_media}
        chosen, cover = self.data.get("media_cover", ""), cover_of(self.story_media)
        found: list[dict[str, Any]] = []
        for media_id in posted:
            if media_id not in known:
                continue
            entry: dict[str, Any] = {"id": media_id}
            if (caption := self.data.get(f"caption-{media_id}")) is not None:
                entry["caption"] = caption
            if media_id == chosen and (cover is None or cover.id != chosen):
                entry["cover"] = True  # chosen, not just shown because it comes first
            found.append(entry)
        return found


_METRIC_LABELS = {
    "name": _("What was measured"),
    "unit": _("Unit"),
    "baseline": _("Before"),
    "result": _("After"),
    "period": _("Over which time"),
    "method": _("How it was measured"),
}


STEPS: dict[int, type[StepForm]] = {step.number: step for step in (CompanyStep, StoryStep, LastStep)}


def bound(number: int, data: Any, files: Any = None, media: tuple[Medium, ...] = ()) -> StepForm:
    """Return page ``number`` with what was posted; ``media`` are those the story has."""
    if number != LastStep.number:
        return STEPS[number](data)
    found = [int(match[1]) for name in data if (match := re.fullmatch(r"metric-(\d{1,2})-name", name))]
    return LastStep(data, files, rows=max(found, default=0) + 1, media=media)


def field_of(name: str) -> str:
    """Return the form field for a field of the actions: ``location.city`` → ``city``."""
    if name.startswith("metrics."):
        return name.replace("metrics.", "metric-", 1).replace(".", "-")
    if name.startswith("contact."):
        return name.replace(".", "_")
    if name == "files" or name.split(".")[0] == "media":
        return "media_files"
    return name.removeprefix("location.")


def step_of(name: str) -> int:
    """Return the page a field of the actions stands on."""
    field = field_of(name)
    found = (number for number, step in STEPS.items() if field in step.base_fields)
    return next(found, LastStep.number)


def label_of(name: str) -> Message:
    """Return what people call a field of the actions."""
    field = field_of(name)
    for step in STEPS.values():
        if field in step.base_fields:
            return step.base_fields[field].label or ""
    return _METRIC_LABELS.get(field.rsplit("-", 1)[-1], "")
