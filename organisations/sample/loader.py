"""Loads the sample organisations; and what sample networks and groups have in common."""

from pathlib import Path

from content import sample
from content.fields import Words
from organisations.models import Organisation
from organisations.sample.logos import draw_logo
from themes.models import Theme

ENTRIES = Path(__file__).with_name("organisations.yaml")
SEAT_COLUMNS = ("role", "since", "since_or_before", "until", "ended", "to_be_confirmed")


def load(report=None):
    """Create the sample organisations that are missing; returns how many were created."""
    entries = [with_logo(entry) for entry in sample.read(ENTRIES)]
    columns = ("kind", "is_site", "founded", "ended", "logo", "logo_alt")
    return sample.load(Organisation, entries, columns=columns, report=report)


def load_collectives(model, path, report=None):
    """Create the sample networks or groups of a file that are missing, with seats, figures and themes."""
    entries = [with_logo(entry) for entry in sample.read(path)]
    columns = ("scope", "founded", "ended", "logo", "logo_alt")
    return sample.load(model, entries, columns=columns, complete=add_seats_and_figures, report=report)


def with_logo(entry):
    """Return the entry with a logo drawn from its name: simple pictures, not copies of real ones."""
    texts = entry["texts"]
    name = next(iter(texts.values()))
    word = name.get("acronym") or name.get("short_name") or name["title"]
    alt = {"fr": f"Logo provisoire : {word}", "nl": f"Voorlopig logo: {word}"}
    return {**entry, "logo": draw_logo(word), "logo_alt": Words(alt)}


def add_seats_and_figures(obj, entry):
    """Add what belongs to a sample network or group once it has been saved."""
    obj.themes.set([theme for name in entry.get("themes", []) if (theme := sample.find(Theme, name))])
    for seat in entry.get("seats", []):
        organisation = sample.find(Organisation, seat["organisation"])
        if organisation is None:
            continue
        mandated_by = sample.find(Organisation, seat["mandated_by"]) if seat.get("mandated_by") else None
        columns = {name: seat[name] for name in SEAT_COLUMNS if name in seat}
        row = obj.seats.model(
            body=obj, organisation=organisation, mandated_by=mandated_by, note=Words(seat.get("note") or {}), **columns
        )
        row.full_clean()
        row.save()
    for position, figure in enumerate(entry.get("figures", [])):
        row = obj.figures.model(body=obj, position=position, **{**figure, "label": Words(figure["label"])})
        row.full_clean()
        row.save()
