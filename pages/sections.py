"""The sections of the site as this room needs them: it stands below them, and finds them by their URL names."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language_from_path, gettext, override

from content.languages import current_language


class Existing:
    """A section whose address exists: `name`, `pages` (URL names), `text` and `href` in the reader's language."""

    def __init__(self, section, href):
        self.name, self.pages, self.href = section.name, section.pages, href
        self.text = gettext(section.label)


def existing():
    """Return {URL name: section} of those that this site has, in the order of settings.SECTIONS."""
    found = {}
    for section in import_string(settings.SECTIONS):
        try:
            found[section.name] = Existing(section, reverse(section.name))
        except NoReverseMatch:  # a room that is not installed
            continue
    return found


def choices():
    """Return all sections as choices of a form."""
    return [(section.name, gettext(section.label)) for section in import_string(settings.SECTIONS)]


def match_of(address):
    """Return what an address of this site leads to, as Django resolves it in that address's language, else None."""
    try:
        path = urlsplit(address).path
        with override(get_language_from_path(path) or current_language()):
            return resolve(path)
    except (Resolver404, ValueError):
        return None
