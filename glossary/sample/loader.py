"""Loads the sample glossary; every text of the site is linked with it at the end."""

from pathlib import Path

from content import sample
from glossary.linking import walk
from glossary.models import Linking, Term, Word
from themes.models import Theme

ENTRIES = Path(__file__).with_name("glossary.yaml")


def load(report=None):
    """Create the sample terms that are missing; returns how many were created."""
    entries = sample.read(ENTRIES)
    created = sample.load(Term, entries, columns=("to_confirm",), complete=add_words, report=report)
    if created:
        for entry in entries:
            add_see_also(entry)
        link_texts()
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


def link_texts():
    """Link all texts now, not by the worker: the words came after the terms that were saved with them."""
    for linking in Linking.objects.filter(finished_at__isnull=True)[:1]:
        walk(linking)
