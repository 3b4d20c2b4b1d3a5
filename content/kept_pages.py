"""Public pages kept in memory for as long as nothing that they show can have changed.

A page costs some twenty lookups and a template; readers mostly ask for one that was just made. Every change of
content raises one number in the database, in the transaction of the change. A page kept under that number is right
until the number is raised, or until a text's publication begins or ends; it is made anew once a minute in any case,
and on the moment that it names itself (PublicPageMixin.holds_for). So what is published, or withdrawn, shows at once,
in every process.
"""

import datetime
import hashlib

from django.conf import settings
from django.core.cache import cache, caches
from django.db.models import F, Min, Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from content.models import ContentVersion, content_models

#: How many bytes are kept of one page, by the cache (settings.CACHES) that it is kept in.
LONGEST_KEPT = {"pages": 300_000, "files": 3_000_000}


def note_change(obj=None):
    """Raise the number: called, in its transaction, by whatever changes something that readers see.

    The last step of settings.CONTENT_STEPS; deletions and tasks call it themselves.
    """
    if not ContentVersion.objects.update(number=F("number") + 1):
        ContentVersion.objects.get_or_create(pk=1, defaults={"number": 1})


def current_version():
    """Return the number of the last change (one query)."""
    return ContentVersion.objects.values_list("number", flat=True).first() or 0


def version_for(request):
    """Return the same, asked for once in a request."""
    if not hasattr(request, "content_version"):
        request.content_version = current_version()
    return request.content_version


def next_change(now, models=None):
    """Return the first moment after `now` at which a publication begins or ends by itself, None for none.

    `models`: the kinds of content to look at, by default all.
    """
    moments = []
    for model in content_models() if models is None else models:
        ends = model._parler_meta.root_model.objects.aggregate(
            begins=Min("publish_from", filter=Q(publish_from__gt=now)),
            ends=Min("publish_until", filter=Q(publish_until__gt=now)),
        )
        moments += [moment for moment in ends.values() if moment]
    return min(moments, default=None)


class KeptPage:
    """The place where one page of one request is kept: `find()`, then `keep()` where nothing was found."""

    def __init__(self, request, parameters, where="pages"):
        self.where = where
        known = [(name, value) for name in parameters for value in request.GET.getlist(name)]
        self.version = version_for(request)
        address = f"{request.path}?{urlencode(known)}"
        self.key = f"page:{self.version}:{hashlib.sha256(address.encode()).hexdigest()}"

    @classmethod
    def of(cls, request, parameters, where="pages"):
        """Return the place for a request, None where pages are not kept (settings.KEEP_PAGES)."""
        return cls(request, parameters, where) if settings.KEEP_PAGES and request.method in ("GET", "HEAD") else None

    def find(self):
        """Return the page as a fresh response, None where it is not kept."""
        kept = caches[self.where].get(self.key)
        now = timezone.now()
        if kept is None or kept["until"] <= now:
            return None
        response = HttpResponse(kept["content"], headers=kept["headers"])
        if kept["is_short"]:
            # It is right until a moment of its own: who gets it late keeps it for less.
            patch_cache_control(response, max_age=int((kept["until"] - now).total_seconds()))
        return response

    def keep(self, response, *, since, seconds):
        """Keep a rendered page that is right for some seconds since a moment."""
        if response.status_code != 200 or response.cookies or len(response.content) > LONGEST_KEPT[self.where]:
            return
        now = timezone.now()
        change = caches["pages"].get_or_set(
            f"change:{self.version}", lambda: next_change(now) or False, settings.PUBLIC_MAX_AGE
        )
        until = since + datetime.timedelta(seconds=seconds)
        kept = {
            "content": response.content,
            "headers": dict(response.headers),
            "until": min(until, change) if change else until,
            "is_short": seconds < settings.PUBLIC_MAX_AGE,
        }
        caches[self.where].set(self.key, kept, seconds)


def kept_part(name, request, make):
    """Return a part that many pages show, such as the menu: kept like them, until something changes.

    `make`: a function that returns the part, and the moment until which it is right (None: no such moment).
    """
    key = f"part:{name}:{version_for(request)}"
    kept = cache.get(key)
    if kept is None or (kept["until"] and kept["until"] <= timezone.now()):
        part, until = make()
        kept = {"part": part, "until": until}
        cache.set(key, kept, settings.FACETS_MAX_AGE)
    return kept["part"]


def seconds_left_in_minute(now):
    """Return how many whole seconds are surely left until the next full minute: 59 to 0.

    For what changes on the minute, see PublicPageMixin.holds_for and PublicFilterSet.facets_age.
    """
    return 59 - now.second
