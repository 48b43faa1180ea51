"""The product's addresses with local mode's mailbox."""

from django.urls import include, path

from p2psandbox.platform.mail.inbox import urls
from p2psandbox.urls import handler404, urlpatterns

__all__ = ["handler404"]

urlpatterns = [*urlpatterns, path("dev/mail/", include(urls))]
