"""Addresses below /fr/adresses/ and /nl/adressen/."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from addresses.views import AddressCardView, AddressDetailView, AddressListView, AddressPaperView

app_name = "addresses"
urlpatterns = [
    path("", AddressListView.as_view(), name="list"),
    # With a full stop, which no slug has.
    path(pgettext_lazy("url", "to-print.html"), AddressPaperView.as_view(), name="paper"),
    path("<slug:slug>.vcf", AddressCardView.as_view(), name="vcard"),
    path("<slug:slug>/", AddressDetailView.as_view(), name="detail"),
]
