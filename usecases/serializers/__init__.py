"""The shape of the library's JSON."""

from usecases.serializers.shown import (
    CanSerializer,
    CardSerializer,
    ContactOut,
    HeadlineSerializer,
    MetricOut,
    PlaceSerializer,
    TransitionSerializer,
    UseCaseSerializer,
)
from usecases.serializers.written import (
    ChangeSerializer,
    ContactSerializer,
    DetailQuery,
    DraftSerializer,
    FigureField,
    ListQuery,
    LocationSerializer,
    MetricSerializer,
    NoteSerializer,
    NothingSerializer,
    OptionalNoteSerializer,
    SeenSerializer,
)

__all__ = [
    "CanSerializer",
    "CardSerializer",
    "ChangeSerializer",
    "ContactOut",
    "ContactSerializer",
    "DetailQuery",
    "DraftSerializer",
    "FigureField",
    "HeadlineSerializer",
    "ListQuery",
    "LocationSerializer",
    "MetricOut",
    "MetricSerializer",
    "NoteSerializer",
    "NothingSerializer",
    "OptionalNoteSerializer",
    "PlaceSerializer",
    "SeenSerializer",
    "TransitionSerializer",
    "UseCaseSerializer",
]
