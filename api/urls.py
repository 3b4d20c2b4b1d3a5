"""Addresses below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api import views
from api.download import DownloadView

app_name = "api"

router = SimpleRouter(use_regex_path=False)
for name, kind in views.KINDS.items():
    router.register(name, kind, name)

urlpatterns = [
    path("", views.IndexView.as_view(), name="index"),
    path("open-data.zip", DownloadView.as_view(), name="download"),
    path("openapi.json", views.DescriptionView.as_view(format="json"), name="openapi_json"),
    path("openapi.yaml", views.DescriptionView.as_view(format="yaml"), name="openapi_yaml"),
    *router.urls,
    # Last: an address that is none gets an answer that programs understand.
    path("<path:rest>/", views.NowhereView.as_view(), name="nowhere"),
]
