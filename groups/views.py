"""Public pages of groups."""

from groups.models import Group
from organisations.views import CollectiveDetailView, CollectiveListView


class GroupListView(CollectiveListView):
    model = Group


class GroupDetailView(CollectiveDetailView):
    model = Group
