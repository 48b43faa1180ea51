"""People of all organizations."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import directory
from accounts.queries.directory import PeopleFilters
from accounts.serializers.account import PeopleQuery, PublicPerson
from p2psandbox.platform.api.views import Endpoint


class DirectoryEndpoint(Endpoint):
    """The directory of people."""

    query = PeopleQuery
    paged = True

    @extend_schema(operation_id="users_directory", parameters=[PeopleQuery], responses=PublicPerson(many=True))
    def get(self, request: Request) -> Response:
        """Public profile fields of active members, by name."""
        return self.numbered(directory.directory(self.actor, PeopleFilters(**self.params)), PublicPerson)
