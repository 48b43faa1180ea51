from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The person."""

    name = "accounts"

    def ready(self) -> None:
        """Show people on the pages of companies."""
        from accounts.showcase import people_of
        from p2psandbox.platform.pages.showcase import register

        register("organization", people_of, position=30)
