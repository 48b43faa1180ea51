"""Points in time as text."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.formats import date_format

register = template.Library()


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """``{{ entry.at|moment }}``: day and time in the reader's zone, with its name where that is UTC.

    What is cached for all readers says ``{{ post.created_at|utc|moment }}`` (``{% load tz %}``), which no zone
    changes; static/js/times.js makes it the reader's. Empty for nothing.
    """
    if value is None or value == "":
        return ""
    text = date_format(value, "j M Y, H:i")
    return f"{text} UTC" if value.tzname() == "UTC" else text
