"""Public pages of themes: what we do on a subject."""

from content.languages import current_language
from content.views import ContentDetailView, ContentListView
from themes import json_ld
from themes.models import Theme

NEWEST_PUBLICATIONS = 6


def newest_publications(obj):
    """Return the newest publications of a theme, network, group or organisation that still hold."""
    language = current_language()
    # What stands above is reached from the object, never by import.
    public = obj.publications.public_sorted("newest", language).in_force()
    return list(public.with_editions()[:NEWEST_PUBLICATIONS])


class ThemeListView(ContentListView):
    model = Theme


class ThemeDetailView(ContentDetailView):
    model = Theme

    def structured_data(self):
        return json_ld.theme(self.object)

    def get_context_data(self, **kwargs):
        language = current_language()
        # What stands above is reached from the object, never by import.
        return super().get_context_data(
            networks=self.object.networks.public(language).with_our_seats(),
            groups=self.object.groups.public(language).with_our_seats(),
            publications=newest_publications(self.object),
            terms=self.object.terms.public(language),
            **kwargs,
        )
