from django.apps import AppConfig


class UseCasesConfig(AppConfig):
    """The library of stories."""

    name = "usecases"
