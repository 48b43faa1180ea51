"""The bare view without apps and middleware: what Django and the server cost by themselves."""

from p2psandbox.settings import *  # noqa: F403 - settings are modules; this is one with three names changed

globals().update(ROOT_URLCONF="benchmarks.bare", INSTALLED_APPS=[], MIDDLEWARE=[])
