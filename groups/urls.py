"""Addresses below /fr/groupes/ and /nl/groepen/."""

from django.urls import path

from groups.views import GroupDetailView, GroupListView

app_name = "groups"
urlpatterns = [
    path("", GroupListView.as_view(), name="list"),
    path("<slug:slug>/", GroupDetailView.as_view(), name="detail"),
]
