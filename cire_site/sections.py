"""The sections of the site: what a menu can lead to, and the words in addresses that are theirs."""

import re
from dataclasses import dataclass
from functools import cache

from django.urls import get_resolver
from django.utils.translation import gettext_noop, override

from content.languages import CODES

#: The first part of an address, where it is a fixed word.
FIRST_WORD = re.compile(r"([\w-]+)(?:/|\Z)")


@dataclass(frozen=True)
class Section:
    """A part of the site with an address of its own: its name, and the URL names of the pages that belong to it."""

    name: str  # a URL name; a section whose address does not exist is left out
    label: str  # a msgid
    pages: tuple = ()


SECTIONS = (
    Section(
        "networks_and_groups",
        gettext_noop("Networks and groups"),
        ("networks:list", "networks:detail", "groups:list", "groups:detail"),
    ),
    Section("publications:list", gettext_noop("Publications"), ("publications:detail",)),
    Section(
        "addresses:list",
        gettext_noop("Useful addresses"),
        ("addresses:detail", "addresses:paper", "addresses:report", "addresses:reported"),
    ),
    Section("glossary:list", gettext_noop("Glossary"), ("glossary:detail", "glossary:table")),
    Section("recommendations", gettext_noop("Policy recommendations")),
    Section("campaigns", gettext_noop("Campaigns")),
    Section(
        "orders:order",
        gettext_noop("Order brochures"),
        ("orders:details", "orders:done", "orders:follow", "orders:correct", "orders:cancel"),
    ),
    Section("organisations:list", gettext_noop("Organisations"), ("organisations:detail",)),
    Section("themes:list", gettext_noop("Themes"), ("themes:detail",)),
    Section("networks:list", gettext_noop("Networks"), ("networks:detail",)),
    Section("groups:list", gettext_noop("Groups"), ("groups:detail",)),
    Section("open_data", gettext_noop("Open data")),
    Section("pages:contact", gettext_noop("Contact"), ("pages:contact_sent",)),
)


@cache
def taken_words():
    """Return the words with which an address of the site begins, in any language: no page may be named so."""
    words = set(CODES)
    for language in CODES:
        with override(language):
            for pattern in _without_prefix(get_resolver()):
                if first := FIRST_WORD.match(str(pattern.pattern)):
                    words.add(first[1])
    return frozenset(words)


def _without_prefix(resolver):
    """Yield the patterns that begin an address, those below /fr/ and those below nothing among them."""
    for pattern in resolver.url_patterns:
        # "fr/", and an include() below the empty path, begin no address by themselves.
        if hasattr(pattern, "url_patterns") and str(pattern.pattern) in {"", *(f"{code}/" for code in CODES)}:
            yield from _without_prefix(pattern)
        else:
            yield pattern
