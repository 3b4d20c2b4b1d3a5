"""Publications as schema.org says them: Book, Report or DigitalDocument, with their editions."""

from django.conf import settings

from organisations import json_ld
from publications.models import Kind, Validity

#: https://schema.org/Book, https://schema.org/Report, https://schema.org/DigitalDocument
TYPES = {
    Kind.BROCHURE: "Book",
    Kind.GUIDE: "Book",
    Kind.STUDY: "Report",
    Kind.POSITION: "Report",
    Kind.RECOMMENDATION: "Report",
}


def address(publication):
    """The permanent address of a publication, in the language of the text shown."""
    return settings.SITE_URL + publication.get_absolute_url(publication.shown.language_code)


def publication(item, publisher=None):
    """Return the node of a publication with its editions (`workTranslation`) and what it supersedes (`isBasedOn`)."""
    row = item.shown
    languages = list(dict.fromkeys(code for edition in item.shown_editions for code in edition.languages))
    node = {
        "@type": TYPES.get(item.kind, "DigitalDocument"),
        "@id": address(item),
        "name": row.title,
        "alternativeHeadline": row.subtitle,
        "abstract": row.summary,
        "inLanguage": languages or [row.language_code],
        "datePublished": str(item.published_on),
        "creativeWorkStatus": str(Validity(item.validity).label),
        "about": [theme.shown.heading for theme in item.shown_themes],
        "publisher": json_ld.organisation(publisher) if publisher else None,
        "workTranslation": [edition(entry) for entry in item.shown_editions],
    }
    return {key: value for key, value in node.items() if value}


def edition(item):
    """Return the node of one edition."""
    node = {
        "@type": "Book" if item.isbn else "DigitalDocument",
        "name": item.title,
        "inLanguage": item.languages if len(item.languages) > 1 else item.languages[0],
        "bookEdition": item.label if item.isbn else "",
        "version": "" if item.isbn else item.label,
        "isbn": item.isbn,
        "numberOfPages": item.page_count if item.isbn else None,
        "encoding": {
            "@type": "MediaObject",
            "encodingFormat": "application/pdf",
            "contentUrl": settings.SITE_URL + item.pdf.url,
            "contentSize": f"{item.pdf_bytes} B" if item.pdf_bytes else "",
        }
        if item.pdf
        else None,
    }
    return {key: value for key, value in node.items() if value}
