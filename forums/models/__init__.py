"""Forums in the catalogue: categories, topics, posts, likes, readers.

What a post says is in :mod:`forums.documents`.
"""

from forums.models.categories import Category, Colour
from forums.models.imports import ImportedThread
from forums.models.posts import Post, PostLike, PostQuerySet
from forums.models.reading import TopicReader, Watch
from forums.models.topics import POSTS_PER_PAGE, Topic, TopicQuerySet, page_of, topic_url

__all__ = [
    "POSTS_PER_PAGE",
    "Category",
    "Colour",
    "ImportedThread",
    "Post",
    "PostLike",
    "PostQuerySet",
    "Topic",
    "TopicQuerySet",
    "TopicReader",
    "Watch",
    "page_of",
    "topic_url",
]
