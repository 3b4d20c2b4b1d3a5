"""The booklet: all addresses of one language as a PDF, kept until something in it changes, and never longer.

What is unpublished is out of reach: a booklet is handed out only while nothing that readers see has changed since it
was compared with the site, and until the next moment at which the clock alone changes something. Making it is
addresses/booklet_making.py.
"""

import datetime

from django.conf import settings
from django.core.cache import cache as kept
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.paper import can_print

#: A booklet is made anew at least so often: what it says about checks is as of its day of issue.
REISSUE = datetime.timedelta(days=7)


class Booklet(models.Model):
    """The addresses of one language on paper, as they were when it was made."""

    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, unique=True)
    #: Blank: never made, or there was no public address.
    file = models.FileField(editable=False, blank=True)
    issued_at = models.DateTimeField(null=True, editable=False)
    addresses = models.PositiveIntegerField(default=0, editable=False)

    # What it was last compared with: the words that it prints, the number of content.kept_pages, the clock.
    digest = models.CharField(max_length=64, editable=False, blank=True)
    content_version = models.PositiveBigIntegerField(default=0, editable=False)
    holds_until = models.DateTimeField(null=True, editable=False)

    #: When a worker was last asked to make it; nothing once it has.
    asked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("booklet of addresses")
        verbose_name_plural = _("booklets of addresses")
        default_permissions = ()

    def __str__(self):
        return self.language

    def is_right(self, version, now):
        """Whether it says what the site says at `now`, content being at `version`."""
        return self.content_version == version and self.holds_until is not None and now < self.holds_until

    def is_unchanged(self, digest, now):
        """Whether words with this digest would make the same booklet, and this one is not too old to hand out."""
        return self.digest == digest and self.issued_at is not None and now < self.issued_at + REISSUE


def booklet_href(language):
    """Return the path of the booklet in the reader's language, "" where there is none or none can be made."""
    if not can_print():
        return ""
    exists = kept.get_or_set(f"booklet:{language}", lambda: _exists(language), settings.FACETS_MAX_AGE)
    return reverse("addresses:booklet") if exists else ""


def _exists(language):
    return Booklet.objects.filter(language=language).exclude(file="").exists()
