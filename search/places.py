"""Whoever asks for a place is led to the addresses near it."""

from addresses.gazetteer import communes_with, find_place, is_postcode
from content.folding import sort_key

#: How many words a name of a municipality has at most: "Woluwe Saint Lambert", "Saint Josse ten Noode".
MOST_WORDS = 4


def place_in(text, found_nothing=False):
    """Return the gazetteer.Place that a question names, None for none.

    A postcode or a municipality may stand anywhere in it. A village or quarter must be all of it, and the search must
    have found nothing: many are named like other things ("Recht").
    """
    place = find_place(text)
    if place and is_all_of(text) and (place.locality is None or found_nothing or has_postcode(text)):
        return place
    words = sort_key(text).split()
    for length in range(min(MOST_WORDS, len(words) - 1), 0, -1):
        for first in range(len(words) - length + 1):
            part = " ".join(words[first : first + length])
            place = find_place(part)
            if place and (is_postcode(part) or (place.locality is None and is_whole_name(place, part))):
                return place
    return None


def unknown_postcode(text):
    """Return a text that has the form of a postcode and is none that we know, "" for anything else."""
    number = text.strip()
    return number if is_postcode(number) and not communes_with(number) else ""


def has_postcode(text):
    return any(is_postcode(word) for word in text.split())


def is_all_of(text):
    """Whether all of a text says the place: not so where something else stands beside a postcode ("avocat 1030")."""
    others = " ".join(word for word in text.split() if not is_postcode(word))
    return not others or find_place(others) is not None


def is_whole_name(place, text):
    """Whether a text is the whole name of a municipality, not only a part of one ("Woluwe")."""
    return any(sort_key(name) == text for commune in place.communes for name in commune.names.values())
