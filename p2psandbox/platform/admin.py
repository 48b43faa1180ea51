"""The platform's rooms in Django admin; Django looks for an app's admin here."""

from p2psandbox.platform.files import admin as _files  # noqa: F401 -- registers itself
from p2psandbox.platform.mail import admin as _mail  # noqa: F401 -- registers itself
from p2psandbox.platform.places import admin as _places  # noqa: F401 -- registers itself
from p2psandbox.platform.tasks import admin as _tasks  # noqa: F401 -- registers itself
