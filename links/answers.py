"""What an address is answered that no page is found at: the address that it has now, or that it is gone for good."""

import logging
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from links.addresses import STAR, is_listed, naming_part, normal, with_stars
from links.history import successor_of
from links.models import LONGEST_PATH, Departure, Redirect
from links.objects import begun_owners, match_of, place_at, public_objects
from links.targets import public_address, read

logger = logging.getLogger(__name__)

#: How many redirects are followed from one to the next, in one answer; saving refuses circles.
MOST_STEPS = 5


@dataclass(frozen=True)
class Answer:
    """Where an old address leads; a location of "" says that what was there is gone for good."""

    location: str
    #: The redirect that gave it, None where none did.
    redirect: Redirect | None = None

    @property
    def is_gone(self):
        return not self.location


GONE = Answer("")


def find(path, query="", steps=MOST_STEPS):
    """Return the Answer to an address at which no page is found, None where nothing is known of it.

    `path`: without escapes. What staff have written down comes first, then what objects were called, then redirects
    of many addresses at once.
    """
    asked = normal(path, query)
    # A NUL byte is legal in SQLite and an error in PostgreSQL.
    if len(asked) > LONGEST_PATH or "\x00" in asked or steps == 0:
        return None
    stored = {one.path: one for one in Redirect.objects.filter(path__in=[asked, *with_stars(asked)])}
    if asked in stored:
        return follow(stored[asked], asked, steps)
    place = place_at(path)
    answer = answer_from_history(place, steps) if place else None
    for star in with_stars(asked):
        answer = answer or (follow(stored[star], asked, steps) if star in stored else None)
    return answer


def answer_from_history(place, steps):
    """Return the Answer to an address that an object had."""
    obj, departure = successor_of(place)
    if obj is not None:
        return Answer(obj.get_absolute_url(place.language))
    return lead(departure, departure.language or place.language, steps) if departure else None


def follow(redirect, asked, steps):
    """Return the Answer that a redirect gives to an address."""
    target = redirect.target
    if target.endswith(STAR):
        # "/tag/*" to "/fr/themes/*": the rest of the address goes along, where there is something under it.
        target = target.removesuffix("*") + asked.removeprefix(redirect.path.removesuffix("*"))
        answer = find_page(target, steps)
    else:
        answer = lead(redirect, redirect.language or settings.LANGUAGE_CODE, steps)
    if answer and normal(answer.location) == asked:
        return None
    return answer and replace(answer, redirect=redirect)


def lead(stored, language, steps):
    """Return the Answer that a stored target is for readers of a language, None where readers are led nowhere."""
    target = stored.target
    if not target:
        return GONE
    if read(target):
        return lead_to_object(target, language, steps)
    if target.startswith("/"):
        return find_page(target, steps)
    return Answer(target) if is_listed(target) else None


def lead_to_object(reference, language, steps):
    """Return the Answer that leads to what a reference stands for, or to what took its place."""
    if address := public_address(reference, language):
        return Answer(address)
    _model, key, _rest = read(reference)
    departure = Departure.objects.filter(key=key).first() if steps else None
    return lead(departure, departure.language or language, steps - 1) if departure else None


def find_page(address, steps):
    """Return the Answer that leads to an address of this site, or to where that one leads; None for no page."""
    path, _mark, query = address.partition("#")[0].partition("?")
    place = place_at(path)
    if place is None:
        is_page = match_of(path) is not None and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
        return Answer(address) if is_page else find(path, query, steps - 1)
    keys = begun_owners(place)
    found = public_objects(place.model, keys)
    if found:
        obj = next(found[key] for key in keys if key in found)
        return Answer(obj.get_absolute_url(place.language) + address[len(path) :])
    return find(path, query, steps - 1)


def find_home(path, query):
    """Return the Answer to an address that came under another name of this site; None where nothing else is known."""
    if path == "/" and naming_part(query):
        return find(path, query)
    return find_page(path + (f"?{query}" if query else ""), MOST_STEPS)


def note_use(redirect):
    """Keep on which day a redirect was last followed: one write a day, and no error: readers are led on anyway."""
    today = timezone.localdate()
    if redirect.last_used_on != today:
        try:
            with transaction.atomic():
                Redirect.objects.filter(pk=redirect.pk).update(last_used_on=today)
        except DatabaseError:
            logger.warning("The use of a redirect could not be noted", exc_info=True)
