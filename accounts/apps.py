from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The person."""

    name = "accounts"

    def ready(self) -> None:
        """Show people on the pages of companies, and say who sees their pictures."""
        from accounts.actions.avatar import forget_avatar
        from accounts.showcase import people_of
        from p2psandbox.platform.files import registry
        from p2psandbox.platform.files.models import Purpose
        from p2psandbox.platform.pages.showcase import register

        registry.register(
            "accounts.user",
            purposes=[Purpose.AVATAR],
            visible_to=lambda actor, file: True,
            owner_may_delete=False,
            taken_away=forget_avatar,
        )
        register("organization", people_of, position=30)
