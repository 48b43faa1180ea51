"""Addresses of files."""

from django.urls import URLPattern, URLResolver, path

from p2psandbox.platform.files import views
from p2psandbox.platform.files.api import CompleteEndpoint, FileEndpoint, FilesEndpoint, PartEndpoint

pages: list[URLPattern | URLResolver] = [
    path("files/<uuid:file_id>/", views.file, name="file"),
    path("files/<uuid:file_id>/<str:rendition>/", views.file, name="rendition"),
    path("files/<uuid:file_id>/<str:rendition>/<str:shown_as>/", views.content, name="content"),
    path("pictures/<str:public_key>/<str:name>.webp", views.picture, name="picture"),
]

api: list[URLPattern | URLResolver] = [
    path("files", FilesEndpoint.as_view(), name="files"),
    path("files/<uuid:file_id>", FileEndpoint.as_view(), name="file"),
    path("files/<uuid:file_id>/complete", CompleteEndpoint.as_view(), name="file_complete"),
    path("files/<uuid:file_id>/parts/<int:number>", PartEndpoint.as_view(), name="file_part"),
]
