"""Addresses below /fr/ and /nl/ that no section has: the last ones of cire_site/urls.py."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from pages.contact_views import ContactSentView, ContactView
from pages.views import PageDetailView

app_name = "pages"
urlpatterns = [
    path(pgettext_lazy("url", "contact/"), ContactView.as_view(), name="contact"),
    path(pgettext_lazy("url", "contact/thanks/"), ContactSentView.as_view(), name="contact_sent"),
    path("<slug:slug>/", PageDetailView.as_view(), name="detail"),
]
