"""Reading the forums: lists, one topic's page, single posts. Every function takes who asks first."""

from forums.models import page_of
from forums.queries.lists import (
    ORDERINGS,
    TopicFilters,
    TopicList,
    TopicSequence,
    categories,
    category_id,
    topic_list,
    topics,
)
from forums.queries.posts import (
    PostSequence,
    TopicDetail,
    Written,
    deleted_topic,
    opening_of,
    post_address,
    topic_address,
    topic_card,
    topic_detail,
    written,
    written_in,
)
from forums.queries.thread import PostRow, TopicPage, last_page, topic_page

__all__ = [
    "ORDERINGS",
    "PostRow",
    "PostSequence",
    "TopicDetail",
    "TopicFilters",
    "TopicList",
    "TopicPage",
    "TopicSequence",
    "Written",
    "categories",
    "category_id",
    "deleted_topic",
    "last_page",
    "opening_of",
    "page_of",
    "post_address",
    "topic_address",
    "topic_card",
    "topic_detail",
    "topic_list",
    "topic_page",
    "topics",
    "written",
    "written_in",
]
