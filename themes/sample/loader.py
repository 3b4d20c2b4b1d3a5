"""Loads the sample themes."""

from pathlib import Path

from content import sample
from themes.models import Theme

ENTRIES = Path(__file__).with_name("themes.yaml")


def load(report=None):
    """Create the sample themes that are missing; returns how many were created."""
    return sample.load(Theme, sample.read(ENTRIES), report=report)
