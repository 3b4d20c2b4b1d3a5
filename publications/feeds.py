"""Atom feeds of publications, one per language and one per language and kind."""

import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404
from django.urls import reverse
from django.utils import feedgenerator
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from content.languages import current_language
from publications.models import Kind, Publication, Validity

ENTRIES = 30
#: What XML cannot hold (1.0, 2.2); it comes along with text that is pasted from a PDF.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_xml(text):
    """Return a text without the characters that would break the whole feed."""
    return NOT_XML.sub("", text)


class PublicationFeed(Feed):
    """The newest publications in the reader's language; what no longer holds says so in its title."""

    feed_type = feedgenerator.Atom1Feed
    author_name = "CIRÉ"

    def __call__(self, request, *args, **kwargs):
        response = super().__call__(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=settings.PUBLIC_MAX_AGE)
        return response

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
        return max(moment for moment in (item.shown.publish_from, item.shown.changed_at) if moment)

    def item_categories(self, item):
        return [as_xml(theme.shown.heading) for theme in item.shown_themes]
