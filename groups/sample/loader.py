"""Loads the sample groups."""

from pathlib import Path

from groups.models import Group
from organisations.sample.loader import load_collectives

ENTRIES = Path(__file__).with_name("groups.yaml")


def load(report=None):
    """Create the sample groups that are missing; returns how many were created."""
    return load_collectives(Group, ENTRIES, report)
