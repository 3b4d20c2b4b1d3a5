"""Addresses below /fr/themes/ and /nl/themas/."""

from django.urls import path

from themes.views import ThemeDetailView, ThemeListView

app_name = "themes"
urlpatterns = [
    path("", ThemeListView.as_view(), name="list"),
    path("<slug:slug>/", ThemeDetailView.as_view(), name="detail"),
]
