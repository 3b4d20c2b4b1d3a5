"""A theme as schema.org says it (https://schema.org/CollectionPage)."""

from django.conf import settings


def theme(found):
    """Return a CollectionPage for a public theme: what the page gathers is on that subject."""
    row = found.shown
    node = {
        "@type": "CollectionPage",
        "@id": settings.SITE_URL + found.get_absolute_url(row.language_code),
        "name": row.title,
        "description": row.summary,
        "inLanguage": row.language_code,
    }
    return {key: value for key, value in node.items() if value}
