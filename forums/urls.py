"""The forums' addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from forums.api import moderation as moderation_api
from forums.api import posts as posts_api
from forums.api import search as search_api
from forums.api import statistics as statistics_api
from forums.api import topics as topics_api
from forums.views import feeds, lists, moderation, posts, preview, searching, topics

pages: list[URLPattern | URLResolver] = [
    path("", lists.topic_list, name="topic_list"),
    path("preview/", preview.preview, name="preview"),
    path("topics/new/", topics.topic_new, name="topic_new"),
    path("topics/<uuid:topic_id>/", topics.topic_short, name="topic_short"),
    path("topics/<uuid:topic_id>/edit/", topics.topic_edit, name="topic_edit"),
    path("topics/<uuid:topic_id>/delete/", topics.topic_delete, name="topic_delete"),
    path("topics/<uuid:topic_id>/deleted/", topics.topic_deleted, name="topic_deleted"),
    path("topics/<uuid:topic_id>/restore/", topics.topic_restore, name="topic_restore"),
    path("topics/<uuid:topic_id>/moderate/", topics.topic_moderate, name="topic_moderate"),
    path("topics/<uuid:topic_id>/reply/", posts.topic_reply, name="topic_reply"),
    path("topics/<uuid:topic_id>/unread/", topics.topic_unread, name="topic_unread"),
    path("topics/<uuid:topic_id>/arrivals/", topics.topic_arrivals, name="topic_arrivals"),
    path("topics/<uuid:topic_id>/bookmark/", topics.topic_bookmark, name="topic_bookmark"),
    path("topics/<uuid:topic_id>/watch/", topics.topic_watch, name="topic_watch"),
    path("topics/<uuid:topic_id>/<str:slug>/", topics.topic, name="topic"),
    path("topics/<uuid:topic_id>/<str:slug>/replies/<int:branch>/", topics.branch, name="branch"),
    path("posts/<uuid:post_id>/", posts.post, name="post"),
    path("posts/<uuid:post_id>/edit/", posts.post_edit, name="post_edit"),
    path("posts/<uuid:post_id>/history/", posts.post_history, name="post_history"),
    path("posts/<uuid:post_id>/delete/", posts.post_delete, name="post_delete"),
    path("posts/<uuid:post_id>/restore/", posts.post_restore, name="post_restore"),
    path("posts/<uuid:post_id>/like/", posts.post_like, name="post_like"),
    path("posts/<uuid:post_id>/best-answer/", posts.post_best_answer, name="post_best_answer"),
    path("posts/<uuid:post_id>/report/", moderation.post_report, name="post_report"),
    path("posts/<uuid:post_id>/moderation/", moderation.post_moderation, name="post_moderation"),
    path("posts/decisions/", moderation.decisions, name="decisions"),
    path("feeds/", feeds.addresses, name="feeds"),
    path("feeds/renew/", feeds.renew, name="feeds_renew"),
    path("feeds/remove/", feeds.remove, name="feeds_remove"),
    path("feeds/<str:token>/topics.atom", feeds.topics, name="feed"),
    path("feeds/<str:token>/categories/<slug:category>.atom", feeds.topics, name="feed_category"),
    path("feeds/<str:token>/tags/<path:tag>.atom", feeds.topics, name="feed_tag"),
    path("search/", searching.search, name="search"),
    path("search/suggestions", searching.suggestions, name="search_suggestions"),
    path("<slug:slug>/", lists.category, name="category"),
]

api: list[URLPattern | URLResolver] = [
    path("forums/categories", topics_api.Categories.as_view(), name="categories"),
    path("forums/stats", statistics_api.Totals.as_view(), name="forum_stats"),
    path("forums/contributors", statistics_api.Contributors.as_view(), name="contributors"),
    path("forums/search", search_api.Search.as_view(), name="search"),
    path("forums/search/suggestions", search_api.Suggestions.as_view(), name="search_suggestions"),
    path("forums/topics", topics_api.Topics.as_view(), name="topics"),
    path("forums/topics/<uuid:topic_id>", topics_api.Topic.as_view(), name="topic"),
    path("forums/topics/<uuid:topic_id>/posts", posts_api.Posts.as_view(), name="topic_posts"),
    path("forums/topics/<uuid:topic_id>/best-answer", topics_api.BestAnswer.as_view(), name="best_answer"),
    path("forums/posts/<uuid:post_id>", posts_api.Post.as_view(), name="post"),
    path("forums/posts/<uuid:post_id>/revisions", posts_api.Revisions.as_view(), name="post_revisions"),
    path("forums/posts/<uuid:post_id>/replies", posts_api.Replies.as_view(), name="post_replies"),
    path("forums/topics/<uuid:topic_id>/bookmark", topics_api.Bookmark.as_view(), name="topic_bookmark"),
    path("forums/topics/<uuid:topic_id>/watch", topics_api.Watching.as_view(), name="topic_watch"),
    path("forums/posts/<uuid:post_id>/like", posts_api.Like.as_view(), name="post_like"),
    path("forums/posts/<uuid:post_id>/report", moderation_api.PostReport.as_view(), name="post_report"),
    path("forums/posts/<uuid:post_id>/decisions", moderation_api.PostDecisions.as_view(), name="post_decisions"),
    path("forums/decisions", moderation_api.Decisions.as_view(), name="decisions"),
]
