"""Addresses below /fr/publications/ and /nl/publicaties/."""

from django.urls import path

from publications.feeds import PublicationFeed
from publications.views import PublicationDetailView, PublicationListView

app_name = "publications"
urlpatterns = [
    path("", PublicationListView.as_view(), name="list"),
    # With a full stop, which no slug has.
    path("feed.atom", PublicationFeed(), name="feed"),
    path("<slug:kind>.atom", PublicationFeed(), name="feed_of_kind"),
    path("<slug:slug>/", PublicationDetailView.as_view(), name="detail"),
]
