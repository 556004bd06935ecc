"""Addresses of records."""

from __future__ import annotations

from django.urls import path

from records.views import athletes, boards, imports

urlpatterns = [
    path("clubs/", boards.clubs, name="clubs"),
    path("clubs/<slug:slug>/", boards.club, name="club"),
    path("clubs/<slug:slug>/imports/", imports.imports, name="imports"),
    path("clubs/<slug:slug>/imports/new/", imports.new_import, name="new_import"),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/confirm/", imports.confirm_import, name="confirm_import"),
    path("imports/<int:pk>/undo/", imports.take_back_import, name="undo_import"),
    path("imports/<int:pk>/refused.csv", imports.refused_rows, name="refused_rows"),
    path("records/<slug:book>/<str:code>/<str:sex>/", boards.record_story, name="record_story"),
    path("athletes/", athletes.athletes, name="athletes"),
    path("athletes/<int:pk>-<slug:slug>/", athletes.athlete, name="athlete"),
]
