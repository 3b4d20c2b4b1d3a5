"""Atom feeds of publications, one per language and one per language and kind."""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from content.feeds import AtomFeed, as_xml, last_change
from content.languages import current_language
from publications.models import Kind, Publication, Validity

ENTRIES = 30


class PublicationFeed(AtomFeed):
    """The newest publications in the reader's language; what no longer holds says so in its title."""

    def get_object(self, request, kind=None):
        if kind is not None and kind not in Kind.values:
            raise Http404
        return kind

    def title(self, kind):
        return f"CIRÉ, {Kind(kind).label if kind else _('publications')}"

    def link(self, kind):
        address = reverse("publications:list")
        return settings.SITE_URL + (f"{address}?kind={kind}" if kind else address)

    def feed_url(self, kind):
        name, kwargs = ("publications:feed_of_kind", {"kind": kind}) if kind else ("publications:feed", {})
        return settings.SITE_URL + reverse(name, kwargs=kwargs)

    def items(self, kind):
        language = current_language()
        queryset = Publication.objects.public_sorted("newest", language).public_in(language)
        if kind:
            queryset = queryset.filter(kind=kind)
        return queryset.with_editions()[:ENTRIES]

    def item_title(self, item):
        title = as_xml(item.shown.title)
        return title if item.is_in_force else f"{title} ({Validity(item.validity).label})"

    def item_description(self, item):
        return as_xml(item.shown.summary)

    def item_link(self, item):
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item):
        return f"urn:uuid:{item.key}"

    def item_pubdate(self, item):
        return item.shown.publish_from

    def item_updateddate(self, item):
        return last_change(item.shown)

    def item_categories(self, item):
        return [as_xml(theme.shown.heading) for theme in item.shown_themes]
