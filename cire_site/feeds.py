"""The Atom feed of everything new, one a language."""

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from addresses.models import Address
from content.feeds import AtomFeed, as_xml, last_change
from content.languages import current_language
from content.models import content_models
from content.querysets import is_public

ENTRIES = 30


class NewsFeed(AtomFeed):
    """What was published last in the reader's language, of whatever kind."""

    def title(self):
        return f"CIRÉ, {_('everything new')}"

    def link(self):
        return settings.SITE_URL + reverse("home")

    def feed_url(self):
        return settings.SITE_URL + reverse("feed")

    def items(self):
        """Return the texts, newest first; one query a kind."""
        rows = [row for model in content_models() for row in newest(model)]
        return sorted(rows, key=lambda row: row.publish_from, reverse=True)[:ENTRIES]

    def item_title(self, item):
        return as_xml(item.title)

    def item_description(self, item):
        return as_xml(item.summary)

    def item_link(self, item):
        return settings.SITE_URL + item.master.get_absolute_url(item.language_code)

    def item_guid(self, item):
        return f"urn:uuid:{item.master.key}"

    def item_pubdate(self, item):
        return item.publish_from

    def item_updateddate(self, item):
        return last_change(item)

    def item_categories(self, item):
        return [capfirst(item.master._meta.verbose_name)]


def newest(model):
    """Return the newest public texts of a kind in the reader's language, each with its object."""
    rows = model.objects.all().translation_model.objects.filter(is_public(), language_code=current_language())
    if model is Address:
        # Nobody should follow news of a place that is invented, or that has gone.
        rows = rows.filter(master__in=Address.objects.current().filter(is_sample=False))
    found = list(rows.select_related("master").order_by("-publish_from", "-pk")[:ENTRIES])
    for row in found:
        # All that its address needs to know.
        row.master.public_translations = [row]
    return found
