from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """The company."""

    name = "organizations"

    def ready(self) -> None:
        """Say who sees logos, and documents that show who a company is."""
        from organizations import queries
        from organizations.actions.logo import forget_logo
        from p2psandbox.platform.files import registry
        from p2psandbox.platform.files.models import Purpose

        registry.register(
            "organizations.organization",
            purposes=[Purpose.LOGO],
            visible_to=queries.logo_visible_to,
            owner_may_delete=False,
            taken_away=forget_logo,
        )
        registry.register(
            "organizations.verificationrequest",
            purposes=[Purpose.EVIDENCE],
            visible_to=queries.evidence_visible_to,
            owner_may_delete=False,
        )
