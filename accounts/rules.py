"""What counts as a name, an address, a phone number: the text rules of people."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from p2psandbox.platform.textrules import FieldChecks, TextRule

PERSON_NAME = TextRule(max_length=100, min_length=1)
ADDRESS = TextRule(max_length=254, min_length=1, meaningful=False)
JOB_TITLE = TextRule(max_length=120)
PHONE = TextRule(max_length=40, meaningful=False)
BIO = TextRule(max_length=2000, multiline=True)
EXPERTISE = TextRule(max_length=60, min_length=2)
CITY = TextRule(max_length=100)
MAILED_MESSAGE = TextRule(max_length=500, multiline=True)

_LINK = re.compile(r"https?:|www\.", re.IGNORECASE)
_PHONE = re.compile(r"^\+?[0-9][0-9 ()./-]{3,}$")


def one_line(value: str) -> str:
    """Return ``value`` with each run of spaces made one."""
    return " ".join(value.split())


def name(checks: FieldChecks, field: str, value: object, rule: TextRule = PERSON_NAME) -> str:
    """Return a checked name of a person or organization; links have no place in it."""
    return checks.name(field, value, rule)


def address(checks: FieldChecks, field: str, value: object) -> str:
    """Return a mail address in lower case, its domain in ASCII; note a problem when it is none."""
    text = checks.text(field, value, ADDRESS).lower()
    if field in checks.problems:
        return ""
    local, at, domain = text.rpartition("@")
    try:
        text = f"{local}{at}{domain.encode('idna').decode('ascii')}"
        validate_email(text)
    except (UnicodeError, ValidationError):
        checks.add(field, _("Enter an email address such as name@company.com."))
        return ""
    return text


def phone(checks: FieldChecks, field: str, value: object) -> str:
    """Return a phone number as typed, if it looks like one."""
    text = one_line(checks.text(field, value, PHONE))
    if text and field not in checks.problems and not _PHONE.match(text):
        checks.add(field, _("Enter a phone number, best with its country code: +49 341 123456."))
    return text


def mailed_message(checks: FieldChecks, field: str, value: object) -> str:
    """Return a message that stands in mail to strangers: a link in it would make us carry advertising."""
    text = checks.text(field, value, MAILED_MESSAGE)
    if field not in checks.problems and _LINK.search(text):
        checks.add(field, _("Leave links out: they make mail look like advertising."))
    return text
