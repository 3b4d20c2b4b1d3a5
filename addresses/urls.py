"""Addresses below /fr/adresses/ and /nl/adressen/."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from addresses.booklet_views import BookletView
from addresses.confirmation_views import ConfirmationView, ConfirmedView
from addresses.data_views import AddressHsdsView, AddressSheetView
from addresses.report_views import ReportedView, ReportView
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
    path(pgettext_lazy("url", "<slug:slug>/report/"), ReportView.as_view(), name="report"),
    path(pgettext_lazy("url", "<slug:slug>/report/thanks/"), ReportedView.as_view(), name="reported"),
    # After the reports: an address may have the word as its slug, but no token is a word.
    path(pgettext_lazy("url", "confirm/thanks/"), ConfirmedView.as_view(), name="confirmed"),
    path(pgettext_lazy("url", "confirm/<str:token>/"), ConfirmationView.as_view(), name="confirm"),
    path("<slug:slug>/", AddressDetailView.as_view(), name="detail"),
]
