"""Loads the sample pages, and their entries in the menu and the footer."""

from pathlib import Path

from content import sample
from content.fields import Words
from content.saving import save_content
from pages.models import MenuEntry, Page
from pages.starting_menu import make_menu

ENTRIES = Path(__file__).with_name("pages.yaml")
COLUMNS = ("position", "shows_contact", "leads_to")


def load(report=None):
    """Create the sample pages that are missing; returns how many were created."""
    if not MenuEntry.objects.exists():
        make_menu(MenuEntry)
    return sample.load(Page, sample.read(ENTRIES), columns=COLUMNS, complete=place, report=report)


def place(page, entry):
    """Put a sample page below another one, and into the menu."""
    if "parent" in entry:
        page.parent = sample.find(Page, entry["parent"])
        page.full_clean()
        save_content(page)
    for columns in entry.get("menu", []):
        line = MenuEntry(page=page, **{**columns, "label": Words(columns["label"])})
        line.full_clean()
        line.save()
