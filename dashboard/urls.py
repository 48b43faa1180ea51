from django.urls import URLPattern, URLResolver, path

from dashboard import views

pages: list[URLPattern | URLResolver] = [path("", views.home, name="home")]

api: list[URLPattern | URLResolver] = []
