"""A free page as schema.org says it (https://schema.org/WebPage)."""

from django.conf import settings


def page(found):
    """Return a WebPage, or a ContactPage, for a public page in the language of the text shown."""
    row = found.shown
    node = {
        "@type": "ContactPage" if found.shows_contact else "WebPage",
        "@id": settings.SITE_URL + found.get_absolute_url(row.language_code),
        "name": row.title,
        "description": row.summary,
        "inLanguage": row.language_code,
        "dateModified": row.changed_at.isoformat(timespec="seconds") if row.changed_at else "",
    }
    return {key: value for key, value in node.items() if value}
