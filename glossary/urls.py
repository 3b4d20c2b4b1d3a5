"""Addresses below /fr/lexique/ and /nl/woordenlijst/."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from glossary.views import TermDetailView, TermListView, TermSheetView, TermTableView

app_name = "glossary"
urlpatterns = [
    path("", TermListView.as_view(), name="list"),
    # With a full stop, which no slug has.
    path(pgettext_lazy("url", "french-dutch.html"), TermTableView.as_view(), name="table"),
    path(pgettext_lazy("url", "french-dutch.csv"), TermSheetView.as_view(), name="sheet"),
    path("<slug:slug>/", TermDetailView.as_view(), name="detail"),
]
