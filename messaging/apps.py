from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Conversations and notifications."""

    name = "messaging"

    def ready(self) -> None:
        """Hear of what happens below."""
        from accounts import listeners
        from messaging import occasions

        listeners.when_invitation_is_accepted(occasions.invitation_accepted)
