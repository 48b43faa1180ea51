from django.apps import AppConfig


class ForumsConfig(AppConfig):
    """Categories, topics and posts."""

    name = "forums"
