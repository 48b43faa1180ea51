from django.apps import AppConfig


class ForumsConfig(AppConfig):
    """Categories, topics and posts."""

    name = "forums"

    def ready(self) -> None:
        """Tell the sweep which rows lead to which revisions."""
        from forums.documents import PostRevision
        from forums.models import Post
        from p2psandbox.platform.documents import register

        register(PostRevision, Post.objects.all)
