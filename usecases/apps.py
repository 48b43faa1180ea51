from django.apps import AppConfig


class UseCasesConfig(AppConfig):
    """The library of stories."""

    name = "usecases"

    def ready(self) -> None:
        """Say which rows lead to which revisions and who sees a story's files; show stories on their makers' pages."""
        from p2psandbox.platform.documents import register
        from p2psandbox.platform.files import registry
        from p2psandbox.platform.files.models import Purpose
        from p2psandbox.platform.pages import showcase
        from usecases.actions import media
        from usecases.documents import UseCaseRevision
        from usecases.models import UseCase
        from usecases.queries.media import file_visible_to
        from usecases.showcase import stories_of_company, stories_of_person

        register(
            UseCaseRevision,
            UseCase._base_manager.all,
            columns=("revision_id", "draft_revision_id", "submitted_revision_id"),
        )
        registry.register(
            media.KIND,
            purposes=[Purpose.MEDIA],
            visible_to=file_visible_to,
            owner_may_delete=False,
            taken_away=media.taken_away,
        )
        showcase.register("organization", stories_of_company, position=10)
        showcase.register("person", stories_of_person, position=10)
