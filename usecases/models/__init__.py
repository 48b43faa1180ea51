"""The library's tables, one module per noun."""

from usecases.models.choices import BudgetRange, Category, Status, Step, Visibility, WorkingStatus
from usecases.models.contacts import ContactRequest, RequestState
from usecases.models.exports import UNDER_WAY, Export, ExportFormat, ExportState
from usecases.models.history import ImportedUseCase, UseCaseTransition
from usecases.models.imports import ImportRun, ImportState
from usecases.models.media import MOST_MEDIA, MediaKind, UseCaseMedia
from usecases.models.readers import UseCaseBookmark, UseCaseLike
from usecases.models.replications import Replication, ReplicationOutcome, ReplicationState
from usecases.models.searches import SavedSearch
from usecases.models.stories import UseCase, UseCaseContact, UseCaseMetric, UseCaseQuerySet

__all__ = [
    "MOST_MEDIA",
    "UNDER_WAY",
    "BudgetRange",
    "Category",
    "ContactRequest",
    "Export",
    "ExportFormat",
    "ExportState",
    "ImportRun",
    "ImportState",
    "ImportedUseCase",
    "MediaKind",
    "Replication",
    "ReplicationOutcome",
    "ReplicationState",
    "RequestState",
    "SavedSearch",
    "Status",
    "Step",
    "UseCase",
    "UseCaseBookmark",
    "UseCaseContact",
    "UseCaseLike",
    "UseCaseMedia",
    "UseCaseMetric",
    "UseCaseQuerySet",
    "UseCaseTransition",
    "Visibility",
    "WorkingStatus",
]
