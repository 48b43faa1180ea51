"""The WSGI entry point that Granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "p2psandbox.settings")

application = get_wsgi_application()

# What is loaded by now stays for good: looking for garbage in it again and again costs a request more than it frees.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
