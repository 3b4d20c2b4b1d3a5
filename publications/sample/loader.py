"""Loads the sample publications: texts, editions and small PDFs made by code."""

from pathlib import Path

from django.core.files.base import ContentFile

from content import sample
from groups.models import Group
from networks.models import Network
from organisations.models import Organisation
from publications.files import follow_edition, read_file
from publications.models import Edition, FileState, Publication
from publications.sample.pdfs import make_pdf
from themes.models import Theme

ENTRIES = Path(__file__).with_name("publications.yaml")
COLUMNS = (
    *("kind", "published_on", "law_as_of", "under_revision", "no_longer_valid", "responsible_editor", "legal_deposit"),
    *("level", "outcome", "outcome_on", "campaign_from", "campaign_until"),
)
RELATIONS = {"themes": Theme, "networks": Network, "groups": Group, "organisations": Organisation}


def load(report=None):
    """Create the sample publications that are missing; returns how many were created."""
    entries = [
        {**entry, "outcome": entry.get("status", ""), "outcome_on": entry.get("status_on", "")}
        for entry in sample.read(ENTRIES)
    ]
    # What supersedes comes before what it supersedes.
    entries.sort(key=lambda entry: bool(entry.get("superseded_by")))
    return sample.load(Publication, entries, columns=COLUMNS, complete=add_editions, report=report)


def add_editions(obj, entry):
    """Add what belongs to a sample publication once it has been saved; its files are read at once, not by a task."""
    for name, model in RELATIONS.items():
        getattr(obj, name).set([row for key in entry.get(name, []) if (row := sample.find(model, key))])
    if entry.get("superseded_by"):
        obj.superseded_by = sample.find(Publication, entry["superseded_by"])
        obj.full_clean()
        obj.save()
    for columns in entry.get("editions", []):
        edition = Edition(
            publication=obj,
            languages=columns["languages"],
            title=columns["title"],
            label=columns.get("label", ""),
            paper_size=columns.get("size", ""),
            isbn=columns.get("isbn", ""),
        )
        if columns.get("has_pdf"):
            pdf = make_pdf(columns["title"], columns["body"], language=columns["languages"][0])
            edition.pdf = ContentFile(pdf, name="edition.pdf")
        edition.full_clean()
        edition.save()
        if edition.file_state == FileState.WAITING:
            read_file(edition)
        else:
            follow_edition(edition)
