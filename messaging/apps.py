from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Conversations and notifications."""

    name = "messaging"
