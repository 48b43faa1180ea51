from django.apps import AppConfig


class UseCasesConfig(AppConfig):
    """The library of stories."""

    name = "usecases"

    def ready(self) -> None:
        """Tell the sweep which rows lead to which revisions."""
        from p2psandbox.platform.documents import register
        from usecases.documents import UseCaseRevision
        from usecases.models import UseCase

        register(
            UseCaseRevision,
            UseCase._base_manager.all,
            columns=("revision_id", "draft_revision_id", "submitted_revision_id"),
        )
