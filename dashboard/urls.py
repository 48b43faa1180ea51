from django.urls import URLPattern, URLResolver, path

from dashboard import views
from dashboard.api import (
    ActivityEndpoint,
    OrganizationStatisticsEndpoint,
    StatisticsEndpoint,
    UpdatesEndpoint,
)

pages: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("organization/statistics/", views.statistics, name="organization_statistics"),
]

api: list[URLPattern | URLResolver] = [
    path("organizations/stats", OrganizationStatisticsEndpoint.as_view(), name="organization_stats"),
    path("updates", UpdatesEndpoint.as_view(), name="updates"),
    path("dashboard/stats", StatisticsEndpoint.as_view(), name="dashboard_stats"),
    path("dashboard/activity", ActivityEndpoint.as_view(), name="dashboard_activity"),
]
