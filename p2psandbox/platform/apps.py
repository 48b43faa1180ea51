from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """What every domain stands on."""

    name = "p2psandbox.platform"
    label = "platform"
