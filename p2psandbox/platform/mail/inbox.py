"""Mail of local mode, readable in the browser."""

from django.urls import URLPattern

urls: list[URLPattern] = []
