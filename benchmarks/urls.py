"""The product's addresses, with the bare view before them."""

from __future__ import annotations

from benchmarks import bare
from p2psandbox.urls import handler400, handler403, handler404, handler429, handler500
from p2psandbox.urls import urlpatterns as product

urlpatterns = [*bare.urlpatterns, *product]

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]
