"""The public page of a free page."""

from django.db.models import Prefetch

from content.languages import current_language
from content.views import ContentDetailView
from organisations.models import Organisation
from pages import json_ld
from pages.models import Page


class PageDetailView(ContentDetailView):
    """A free page, with the pages below it."""

    model = Page

    def with_relations(self, queryset):
        return queryset.prefetch_related(Prefetch("parent", queryset=Page.objects.public_unordered()))

    def crumbs(self):
        """Return the page above, where there is a public one."""
        parent = self.object.parent if self.object.parent_id else None
        if parent is None or parent.shown is None:
            return []
        row = parent.shown
        return [{"text": row.heading, "href": parent.get_absolute_url(), "lang": row.heading_lang}]

    def structured_data(self):
        return json_ld.page(self.object)

    def get_context_data(self, **kwargs):
        contact = self.object.shows_contact
        return super().get_context_data(
            children=self.object.children.public_unordered().in_menu_order(),
            us=our_details() if contact else None,
            **kwargs,
        )


def our_details():
    """Return how to reach us as {owner, addresses}: the site's own organisation and its addresses of today."""
    us = Organisation.objects.us()
    # The directory stands beside this room: what it has of ours is reached from the organisation.
    addresses = us.addresses.public(current_language()).current().with_short_facts() if us else []
    return {"owner": us, "addresses": list(addresses)}
