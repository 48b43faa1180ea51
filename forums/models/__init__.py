"""Forums in the catalogue: categories, topics, posts, likes, readers.

What a post says is in :mod:`forums.documents`.
"""

from forums.models.categories import Category, Colour
from forums.models.feeds import FeedAddress
from forums.models.imports import ImportedThread
from forums.models.moderation import (
    OPPOSITE,
    REPORTS_THAT_HIDE,
    Decision,
    DecisionKind,
    Reason,
    Report,
    ReportedPost,
    ReportState,
    Rule,
)
from forums.models.posts import Post, PostLike, PostQuerySet
from forums.models.reading import TopicReader, Watch
from forums.models.search import SearchEntry, SearchEntryQuerySet
from forums.models.stories import TopicUseCase
from forums.models.topics import (
    BRANCHES_PER_PAGE,
    REPLIES_PER_PAGE,
    REPLIES_SHOWN,
    Topic,
    TopicQuerySet,
    page_of,
    topic_url,
)

__all__ = [
    "BRANCHES_PER_PAGE",
    "OPPOSITE",
    "REPLIES_PER_PAGE",
    "REPLIES_SHOWN",
    "REPORTS_THAT_HIDE",
    "Category",
    "Colour",
    "Decision",
    "DecisionKind",
    "FeedAddress",
    "ImportedThread",
    "Post",
    "PostLike",
    "PostQuerySet",
    "Reason",
    "Report",
    "ReportState",
    "ReportedPost",
    "Rule",
    "SearchEntry",
    "SearchEntryQuerySet",
    "Topic",
    "TopicQuerySet",
    "TopicReader",
    "TopicUseCase",
    "Watch",
    "page_of",
    "topic_url",
]
