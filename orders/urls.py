"""Addresses below /fr/commander/ and /nl/bestellen/."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from orders.follow_views import CancelView, CorrectView, DoneView, FollowView
from orders.views import DetailsView, OrderView

app_name = "orders"
urlpatterns = [
    path("", OrderView.as_view(), name="order"),
    path(pgettext_lazy("url", "details/"), DetailsView.as_view(), name="details"),
    path(pgettext_lazy("url", "thanks/<str:token>/"), DoneView.as_view(), name="done"),
    path(pgettext_lazy("url", "follow/<str:token>/"), FollowView.as_view(), name="follow"),
    path(pgettext_lazy("url", "follow/<str:token>/address/"), CorrectView.as_view(), name="correct"),
    path(pgettext_lazy("url", "follow/<str:token>/cancel/"), CancelView.as_view(), name="cancel"),
]
