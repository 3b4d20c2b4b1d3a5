"""Public pages of themes: what we do on a subject."""

from content.languages import current_language
from content.views import ContentDetailView, ContentListView
from themes.models import Theme


class ThemeListView(ContentListView):
    model = Theme


class ThemeDetailView(ContentDetailView):
    model = Theme

    def get_context_data(self, **kwargs):
        language = current_language()
        # What stands above is reached from the object, never by import.
        return super().get_context_data(
            networks=self.object.networks.public(language).with_our_seats(),
            groups=self.object.groups.public(language).with_our_seats(),
            **kwargs,
        )
