from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """The company."""

    name = "organizations"
