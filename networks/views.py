"""Public pages of networks."""

from networks.models import Network
from organisations.views import CollectiveDetailView, CollectiveListView


class NetworkListView(CollectiveListView):
    model = Network


class NetworkDetailView(CollectiveDetailView):
    model = Network
