"""The shape of input and output: strict by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError


@cache
def _made_once(kind: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    return kind()


def show(kind: type[serializers.Serializer[Any]], thing: Any) -> Any:
    """Return one thing as JSON shows it, for serializers that know no request.

    Each class has one serializer for the life of the process: copying the fields of a new one costs as much as laying
    out what it shows, and showing changes nothing in it.
    """
    return _made_once(kind).to_representation(thing)


def show_each(kind: type[serializers.Serializer[Any]], things: Iterable[Any]) -> list[Any]:
    """Return things as :func:`show` does."""
    one = _made_once(kind)
    return [one.to_representation(thing) for thing in things]


@cache
def names_of(kind: type[serializers.Serializer[Any]]) -> frozenset[str]:
    """Return what the fields of a serializer are called."""
    return frozenset(kind().fields)


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer for input that refuses fields it does not know, instead of dropping them silently."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                text = _("This field is unknown here, or not yours to set.")
                raise ValidationError({str(name): [ErrorDetail(text, code="unknown_field")] for name in unknown})
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """Text exactly as typed; length and content are judged by the action's text rules.

    Numbers and booleans are refused rather than turned into text.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("trim_whitespace", False)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class OrganizationChip(serializers.Serializer[Any]):
    """The company as it stands beside a person's name."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    verified = serializers.BooleanField(source="is_verified")


class PersonChip(serializers.Serializer[Any]):
    """A person as every payload shows one."""

    id = serializers.UUIDField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    job_title = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)
    organization = OrganizationChip(allow_null=True)
