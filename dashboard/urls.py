from django.urls import URLPattern, URLResolver, path

from dashboard import views
from dashboard.api import (
    ActivityEndpoint,
    OrganizationStatisticsEndpoint,
    StatisticsEndpoint,
    TrendingEndpoint,
    UpdatesEndpoint,
)

pages: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("activity/", views.activity, name="dashboard_activity"),
    path("activity/news/", views.activity_news, name="dashboard_activity_news"),
    path("numbers/", views.numbers, name="dashboard_numbers"),
    path("updates/bell/", views.bell_now, name="updates_bell"),
    path("organization/statistics/", views.statistics, name="organization_statistics"),
]

api: list[URLPattern | URLResolver] = [
    path("organizations/stats", OrganizationStatisticsEndpoint.as_view(), name="organization_stats"),
    path("updates", UpdatesEndpoint.as_view(), name="updates"),
    path("dashboard/stats", StatisticsEndpoint.as_view(), name="dashboard_stats"),
    path("dashboard/activity", ActivityEndpoint.as_view(), name="dashboard_activity"),
    path("dashboard/trending", TrendingEndpoint.as_view(), name="dashboard_trending"),
]
