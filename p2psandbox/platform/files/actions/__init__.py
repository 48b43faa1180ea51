"""What one does with files. Other apps use :func:`store`, :func:`attach`, :func:`replace`, :func:`delete_attached`."""

from p2psandbox.platform.files.actions.attaching import attach, delete_attached, replace
from p2psandbox.platform.files.actions.deleting import delete_file, erase
from p2psandbox.platform.files.actions.direct import store, take_posted
from p2psandbox.platform.files.actions.limits import set_quota
from p2psandbox.platform.files.actions.uploads import begin, complete, finish, receive_part, render, render_again

__all__ = [
    "attach",
    "begin",
    "complete",
    "delete_attached",
    "delete_file",
    "erase",
    "finish",
    "receive_part",
    "render",
    "render_again",
    "replace",
    "set_quota",
    "store",
    "take_posted",
]
