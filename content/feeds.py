"""What all Atom feeds have in common."""

import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils import feedgenerator
from django.utils.cache import patch_cache_control

#: What XML cannot hold (1.0, 2.2); it comes along with text that is pasted from a PDF.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_xml(text):
    """Return a text without the characters that would break the whole feed."""
    return NOT_XML.sub("", text)


def last_change(row):
    """Return when a public text last changed for its readers: it was published, or its words changed."""
    return max(moment for moment in (row.publish_from, row.changed_at) if moment)


class AtomFeed(Feed):
    """A feed that any cache may hold."""

    feed_type = feedgenerator.Atom1Feed
    author_name = "CIRÉ"

    def __call__(self, request, *args, **kwargs):
        response = super().__call__(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=settings.PUBLIC_MAX_AGE)
        return response
