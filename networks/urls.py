"""Addresses below /fr/reseaux/ and /nl/netwerken/."""

from django.urls import path

from networks.views import NetworkDetailView, NetworkListView

app_name = "networks"
urlpatterns = [
    path("", NetworkListView.as_view(), name="list"),
    path("<slug:slug>/", NetworkDetailView.as_view(), name="detail"),
]
