"""Addresses below /fr/adresses/ and /nl/adressen/."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from addresses.booklet_views import BookletView
from addresses.data_views import AddressHsdsView, AddressSheetView
from addresses.views import AddressCardView, AddressDetailView, AddressListView, AddressPaperView

app_name = "addresses"
urlpatterns = [
    path("", AddressListView.as_view(), name="list"),
    # With a full stop, which no slug has.
    path(pgettext_lazy("url", "to-print.html"), AddressPaperView.as_view(), name="paper"),
    path(pgettext_lazy("url", "addresses.csv"), AddressSheetView.as_view(), name="sheet"),
    path("hsds.json", AddressHsdsView.as_view(), name="hsds"),
    path(pgettext_lazy("url", "addresses.pdf"), BookletView.as_view(), name="booklet"),
    path("<slug:slug>.vcf", AddressCardView.as_view(), name="vcard"),
    path("<slug:slug>/", AddressDetailView.as_view(), name="detail"),
]
