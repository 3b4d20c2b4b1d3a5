"""Terms as schema.org says them (https://schema.org/DefinedTerm)."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from content.languages import current_language
from glossary.models import WordKind


def term(found):
    """Return a DefinedTerm for a public term in the language of the text shown."""
    row = found.shown
    words = [word.text for word in found.words if word.kind == WordKind.SYNONYM]
    node = {
        "@type": "DefinedTerm",
        "@id": address(found),
        "name": row.title,
        "inLanguage": row.language_code,
        "description": row.summary,
        "termCode": row.abbreviation,
        "alternateName": words,
        "inDefinedTermSet": set_address(row.language_code),
        "sameAs": [settings.SITE_URL + found.get_absolute_url(other.language_code) for other in found.other_rows],
    }
    return {key: value for key, value in node.items() if value}


def term_set(terms):
    """Return the DefinedTermSet of the glossary with the terms listed."""
    language = current_language()
    return {
        "@type": "DefinedTermSet",
        "@id": set_address(language),
        "name": _("Glossary"),
        "inLanguage": language,
        "hasDefinedTerm": [{"@type": "DefinedTerm", "@id": address(one), "name": one.shown.title} for one in terms],
    }


def address(found):
    return settings.SITE_URL + found.get_absolute_url(found.shown.language_code)


def set_address(language):
    with override(language):
        return settings.SITE_URL + reverse("glossary:list")
