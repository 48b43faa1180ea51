from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Conversations and notifications."""

    name = "messaging"

    def ready(self) -> None:
        """Hear of what happens below, say who sees files in messages, and offer to write to a person."""
        from accounts import listeners
        from messaging import occasions
        from messaging.queries.attachments import KIND, attachment_visible_to
        from messaging.showcase import write_to
        from p2psandbox.platform.files import registry
        from p2psandbox.platform.files.models import Purpose
        from p2psandbox.platform.pages import showcase

        registry.register(KIND, purposes=[Purpose.ATTACHMENT], visible_to=attachment_visible_to, owner_may_delete=False)
        showcase.register_act("person", write_to)
        listeners.when_invitation_is_accepted(occasions.invitation_accepted)
