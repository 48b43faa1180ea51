"""The product's settings with the bare view added: what the middleware costs by itself."""

from p2psandbox.settings import *  # noqa: F403 - settings are modules; this is one with a name changed

ROOT_URLCONF = "benchmarks.urls"
