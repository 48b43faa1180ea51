"""Search as JSON."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from forums import queries
from forums.queries.search import Kind, SearchFilters, SearchSequence, Sort
from forums.queries.suggesting import suggestions
from forums.serializers.search import HitOut, SearchQuery, SuggestionOut, SuggestionQuery
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.permissions import Permission, require


class Search(Endpoint):
    """Posts that hold some words, best match first unless ordered otherwise; ``count`` goes up to 500."""

    query = SearchQuery
    paged = True

    @extend_schema(operation_id="forums_search", responses=HitOut(many=True))
    def get(self, request: Request) -> Response:
        require(self.actor, Permission.READ_MEMBERS_AREA)
        given = dict(self.params)
        if not given["q"]:
            raise Invalid({"q": _("Say what to look for.")})
        given["words"] = given.pop("q")
        given["kind"], given["sort"] = Kind(given["kind"]), Sort(given["sort"])
        if name := given.pop("category", None):
            given["category"] = queries.category_id(self.actor, name)
        return self.numbered(SearchSequence(self.actor, SearchFilters(**given)), HitOut)


class Suggestions(Endpoint):
    """What the words typed so far may become: topics, tags, categories."""

    query = SuggestionQuery

    @extend_schema(operation_id="forums_search_suggestions", responses=SuggestionOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(SuggestionOut(suggestions(self.actor, self.params["q"]), many=True).data)
