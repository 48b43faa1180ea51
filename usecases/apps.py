from django.apps import AppConfig


class UseCasesConfig(AppConfig):
    """The library of stories."""

    name = "usecases"

    def ready(self) -> None:
        """Tell the sweep which rows lead to which revisions, and show stories on the pages of their makers."""
        from p2psandbox.platform.documents import register
        from p2psandbox.platform.pages import showcase
        from usecases.documents import UseCaseRevision
        from usecases.models import UseCase
        from usecases.showcase import stories_of_company, stories_of_person

        register(
            UseCaseRevision,
            UseCase._base_manager.all,
            columns=("revision_id", "draft_revision_id", "submitted_revision_id"),
        )
        showcase.register("organization", stories_of_company, position=10)
        showcase.register("person", stories_of_person, position=10)
