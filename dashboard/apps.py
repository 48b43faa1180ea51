from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """What is going on: reads the others, owns no content."""

    name = "dashboard"
