from django.urls import URLPattern, URLResolver, path

from dashboard import views
from dashboard.api import OrganizationStatisticsEndpoint

pages: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("organization/statistics/", views.statistics, name="organization_statistics"),
]

api: list[URLPattern | URLResolver] = [
    path("organizations/stats", OrganizationStatisticsEndpoint.as_view(), name="organization_stats"),
]
