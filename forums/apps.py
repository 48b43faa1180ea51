from django.apps import AppConfig


class ForumsConfig(AppConfig):
    """Categories, topics and posts."""

    name = "forums"

    def ready(self) -> None:
        """Tell the sweep which rows lead to which revisions, and show topics on the pages of who asked them."""
        from forums import queries
        from forums.actions import newcomers
        from forums.actions.writing import forget_attachment
        from forums.documents import PostRevision
        from forums.models import Post
        from forums.queries.attachments import KIND
        from forums.showcase import answers_of_person, discussion_of_story, topics_of_company, topics_of_person
        from p2psandbox.platform.documents import register
        from p2psandbox.platform.files import registry
        from p2psandbox.platform.files.models import Purpose
        from p2psandbox.platform.pages import showcase

        register(PostRevision, Post.objects.all)
        registry.register(
            KIND,
            purposes=[Purpose.ATTACHMENT],
            visible_to=queries.attachment_visible_to,
            owner_may_delete=False,
            taken_away=forget_attachment,
            take_turn=newcomers.take_turn_to_upload,
        )
        showcase.register("organization", topics_of_company, position=20)
        showcase.register("person", answers_of_person, position=20)
        showcase.register("use_case", discussion_of_story, position=10)
        showcase.register("person", topics_of_person, position=30)
