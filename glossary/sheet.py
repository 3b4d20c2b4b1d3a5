"""The table of both languages for spreadsheets: one term a row, French and Dutch side by side."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from content.languages import CODES, language_name
from content.sheets import write_csv


def as_csv(rows):
    """Return the bytes of a CSV file; `rows` as TermTableView makes them."""
    headers = [
        heading
        for code in CODES
        for name in [capfirst(language_name(code))]
        for heading in (
            name,
            f"{_('Abbreviation')} ({name})",
            f"{_('Synonyms')} ({name})",
            f"{_('Definition')} ({name})",
        )
    ]
    return write_csv(headers, [cells(row) for row in rows], title="")


def cells(row):
    """Return the cells of one term, those of a language that it does not exist in empty."""
    found = []
    for side in row["texts"]:
        text = side["row"]
        found += [
            text.title if text else "",
            text.abbreviation if text else "",
            "; ".join(word.text for word in side["synonyms"]),
            text.summary if text else "",
        ]
    return found


def file_name():
    """Return the name under which the file is kept."""
    return "-".join(["cire", *CODES]) + ".csv"
