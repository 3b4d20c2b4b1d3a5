"""The table of both languages for spreadsheets: one term a row, the languages side by side."""

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from content.languages import current_language, fallback_chain, language_name
from content.sheets import write_csv

BETWEEN = "; "


def as_csv(rows):
    """Return the bytes of a CSV file; `rows` as views.side_by_side makes them."""
    return write_csv(headers(), [cells(row) for row in rows], title="")


def headers():
    """Return the headings in the reader's language, those of each language in the order of the rows."""
    found = []
    for code in fallback_chain(current_language()):
        language = capfirst(language_name(code))
        words = (_("Abbreviation"), _("Synonyms"), _("Definition"), _("Source"))
        found += [language, *(f"{word} ({language})" for word in words)]
    return [*found, _("To be confirmed by CIRÉ"), _("Address of the page")]


def cells(row):
    """Return the cells of one term, those of a language that it does not exist in empty."""
    found = []
    for side in row["texts"]:
        text, synonyms = side["row"], BETWEEN.join(word.text for word in side["synonyms"])
        found += [text.title, text.abbreviation, synonyms, text.summary, text.source] if text else [""] * 5
    term = row["term"]
    return [*found, term.to_confirm.text, settings.SITE_URL + term.get_absolute_url()]


def file_name():
    """Return the name under which the file is kept, without its ending."""
    return "-".join(["cire", *fallback_chain(current_language())])
