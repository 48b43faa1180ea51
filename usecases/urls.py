from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import IntConverter

from usecases.api import comparing as comparing_api
from usecases.api import contacts as contacts_api
from usecases.api import exports as exports_api
from usecases.api import lifecycle, locations, marks, media, stories
from usecases.api import replications as replications_api
from usecases.api import searches as searches_api
from usecases.views import (
    acts,
    browsing,
    comparing,
    contacts,
    exports,
    importing,
    library,
    replications,
    searches,
    writing,
)
from usecases.views import media as media_views


class StepConverter(IntConverter):
    """One of the three pages."""

    regex = "[1-3]"


register_converter(StepConverter, "story_step")

pages: list[URLPattern | URLResolver] = [
    path("", browsing.story_list, name="list"),
    path("map/", browsing.story_map, name="map"),
    path("new/", writing.new, name="new"),
    path("searches/", searches.saved, name="searches"),
    path("searches/save/", searches.save, name="search_save"),
    path("searches/<uuid:pk>/change/", searches.change, name="search_change"),
    path("searches/<uuid:pk>/delete/", searches.delete, name="search_delete"),
    path("import/", importing.imports, name="imports"),
    path("import/template/<str:name>/", importing.template, name="import_template"),
    path("import/<uuid:pk>/", importing.one, name="import"),
    path("import/<uuid:pk>/undo/", importing.undo, name="import_undo"),
    path("import/<uuid:pk>/drop/", importing.drop, name="import_drop"),
    path("review/", library.review_queue, name="review_queue"),
    path("compare/", comparing.comparison, name="compare"),
    path("<uuid:pk>/do/compare/", comparing.choose, name="compare_choose"),
    path("<uuid:pk>/tried/", replications.report, name="replication"),
    path("replications/<uuid:pk>/approve/", replications.approve, name="replication_approve"),
    path("replications/<uuid:pk>/reject/", replications.reject, name="replication_reject"),
    path("replications/<uuid:pk>/withdraw/", replications.withdraw, name="replication_withdraw"),
    path("contact-requests/", contacts.contact_requests, name="contact_requests"),
    path("contact-requests/<uuid:pk>/accept/", contacts.accept, name="contact_accept"),
    path("contact-requests/<uuid:pk>/decline/", contacts.decline, name="contact_decline"),
    path("<uuid:pk>/ask/", contacts.ask, name="contact_ask"),
    path("<uuid:pk>/edit/<story_step:step>/", writing.edit, name="edit"),
    path("<uuid:pk>/changes/", library.changes, name="changes"),
    path("<uuid:pk>/media/", media_views.items, name="media"),
    path("<uuid:pk>/do/submit/", acts.submit, name="submit"),
    path("<uuid:pk>/do/approve/", acts.approve, name="approve"),
    path("<uuid:pk>/do/reject/", acts.reject, name="reject"),
    path("<uuid:pk>/do/publish/", acts.publish, name="publish"),
    path("<uuid:pk>/do/unpublish/", acts.unpublish, name="unpublish"),
    path("<uuid:pk>/do/take-down/", acts.take_down, name="take_down"),
    path("<uuid:pk>/do/feature/", acts.feature, name="feature"),
    path("<uuid:pk>/do/discard/", acts.discard, name="discard"),
    path("<uuid:pk>/do/delete/", acts.delete, name="delete"),
    path("<uuid:pk>/do/like/", acts.like, name="like"),
    path("<uuid:pk>/do/bookmark/", acts.bookmark, name="bookmark"),
    path("export/", exports.list_export, name="list_export"),
    path("exports/", exports.own_exports, name="exports"),
    path("exports/ask/", exports.ask, name="export_ask"),
    path("exports/<uuid:pk>/", exports.one_export, name="export"),
    path("exports/<uuid:pk>/cancel/", exports.cancel, name="export_cancel"),
    path("exports/<uuid:pk>/download/", exports.download, name="export_download"),
    path("exports/<uuid:pk>/file/", exports.file, name="export_file"),
    path("<uuid:pk>/export/pdf/", exports.story_pdf, name="story_pdf"),
    path("<uuid:pk>/", library.detail, name="detail"),
    path("<uuid:pk>/<str:slug>/", library.detail, name="detail"),
]

api: list[URLPattern | URLResolver] = [
    path("use-cases", stories.UseCaseList.as_view(), name="use_cases"),
    path("use-cases/searches", searches_api.SavedSearches.as_view(), name="saved_searches"),
    path("use-cases/searches/<uuid:pk>", searches_api.OneSavedSearch.as_view(), name="saved_search"),
    path("use-cases/locations", locations.Locations.as_view(), name="use_case_locations"),
    path("use-cases/<uuid:pk>/related", locations.Related.as_view(), name="use_case_related"),
    path("use-cases/<uuid:pk>", stories.UseCaseDetail.as_view(), name="use_case"),
    path("use-cases/<uuid:pk>/submit", lifecycle.Submit.as_view(), name="use_case_submit"),
    path("use-cases/<uuid:pk>/approve", lifecycle.Approve.as_view(), name="use_case_approve"),
    path("use-cases/<uuid:pk>/reject", lifecycle.Reject.as_view(), name="use_case_reject"),
    path("use-cases/<uuid:pk>/publish", lifecycle.Publish.as_view(), name="use_case_publish"),
    path("use-cases/<uuid:pk>/unpublish", lifecycle.Unpublish.as_view(), name="use_case_unpublish"),
    path("use-cases/<uuid:pk>/history", lifecycle.History.as_view(), name="use_case_history"),
    path("use-cases/<uuid:pk>/media", media.MediaList.as_view(), name="use_case_media"),
    path("use-cases/<uuid:pk>/media/<uuid:media_id>", media.MediaDetail.as_view(), name="use_case_medium"),
    path("use-cases/<uuid:pk>/like", marks.Like.as_view(), name="use_case_like"),
    path("use-cases/<uuid:pk>/bookmark", marks.Bookmark.as_view(), name="use_case_bookmark"),
    path("use-cases/<uuid:pk>/contact-requests", contacts_api.Ask.as_view(), name="use_case_contact_requests"),
    path("use-cases/export", exports_api.ListExport.as_view(), name="use_cases_export"),
    path("use-cases/<uuid:pk>/export", exports_api.StoryExport.as_view(), name="use_case_export"),
    path("exports", exports_api.Exports.as_view(), name="exports"),
    path("exports/<uuid:pk>", exports_api.OneExport.as_view(), name="export"),
    path("use-cases/compare", comparing_api.Compare.as_view(), name="use_case_compare"),
    path("use-cases/<uuid:pk>/replications", replications_api.Replications.as_view(), name="use_case_replications"),
    path("replications/<uuid:pk>", replications_api.ReplicationDetail.as_view(), name="replication"),
    path("replications/<uuid:pk>/approve", replications_api.ApproveReplication.as_view(), name="replication_approve"),
    path("replications/<uuid:pk>/reject", replications_api.RejectReplication.as_view(), name="replication_reject"),
    path("contact-requests", contacts_api.ContactRequests.as_view(), name="contact_requests"),
    path("contact-requests/<uuid:pk>/accept", contacts_api.Accept.as_view(), name="contact_request_accept"),
    path("contact-requests/<uuid:pk>/decline", contacts_api.Decline.as_view(), name="contact_request_decline"),
]
