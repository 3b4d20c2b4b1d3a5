"""Loads the sample glossary; every text of the site is linked with it at the end."""

from pathlib import Path

from content import sample
from glossary.linking import link_now, linking_later
from glossary.models import Term, Word
from themes.models import Theme

ENTRIES = Path(__file__).with_name("glossary.yaml")


def load(report=None):
    """Create the sample terms that are missing; returns how many were created."""
    entries = sample.read(ENTRIES)
    with linking_later():
        created = sample.load(Term, entries, columns=("to_confirm",), complete=add_words, report=report)
    if created:
        for entry in entries:
            add_see_also(entry)
        link_now()
    return created


def add_words(term, entry):
    """Add what belongs to a sample term once it has been saved."""
    term.themes.set([theme for key in entry["themes"] if (theme := sample.find(Theme, key))])
    for columns in entry.get("words", []):
        word = Word(term=term, **columns)
        word.full_clean()
        word.save()


def add_see_also(entry):
    """Link a term to those related to it, once all of them are there."""
    term = sample.find(Term, entry["key"])
    if term is not None:
        term.see_also.add(*filter(None, (sample.find(Term, key) for key in entry.get("see_also", []))))
