"""Loads the sample glossary; every text of the site is linked with it at the end."""

from pathlib import Path

import reversion

from content import sample
from glossary.linking import link_now, linking_later
from glossary.models import Term, Word
from themes.models import Theme

ENTRIES = Path(__file__).with_name("glossary.yaml")


def load(report=None):
    """Create the sample terms that are missing; returns how many were created."""
    entries, new = sample.read(ENTRIES), []

    def complete(term, entry):
        add_words(term, entry)
        new.append((term, entry))

    with linking_later():
        created = sample.load(Term, entries, columns=("to_confirm",), complete=complete, report=report)
    add_see_also(new)
    if new:
        link_now()
    return created


def add_words(term, entry):
    """Add what belongs to a sample term once it has been saved."""
    term.themes.set([theme for key in entry["themes"] if (theme := sample.find(Theme, key))])
    for columns in entry.get("words", []):
        word = Word(term=term, **columns)
        word.full_clean()
        word.save()


def add_see_also(new):
    """Relate new terms once all of them are there, and keep that in their history."""
    for term, entry in new:
        term.see_also.add(*filter(None, (sample.find(Term, key) for key in entry.get("see_also", []))))
    # Only now: a relation goes both ways, and so belongs to the history of both.
    for term, _entry in new:
        with reversion.create_revision(atomic=True):
            reversion.set_comment("Sample content")
            reversion.add_to_revision(term)
