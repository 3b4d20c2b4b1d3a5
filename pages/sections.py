"""The sections of the site as this room needs them: it stands below them, and finds them by their URL names."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext


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
